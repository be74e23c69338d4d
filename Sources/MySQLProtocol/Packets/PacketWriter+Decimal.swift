extension PacketWriter {
    /// Writes an integer's decimal digits with their length before them.
    func write(lengthEncodedDecimal value: Int64) {
        write(lengthEncodedDecimal: value.magnitude, isNegative: value < 0)
    }

    /// Writes an integer's decimal digits with their length before them.
    func write(lengthEncodedDecimal value: UInt64) {
        write(lengthEncodedDecimal: value, isNegative: false)
    }

    private func write(lengthEncodedDecimal magnitude: UInt64, isNegative: Bool) {
        withUnsafeTemporaryAllocation(byteCount: 21, alignment: 1) { buffer in
            var start = 21
            var rest = magnitude
            repeat {
                start -= 1
                buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest != 0
            if isNegative {
                start -= 1
                buffer[start] = UInt8(ascii: "-")
            }
            write(UInt8(truncatingIfNeeded: 21 - start))
            write(UnsafeRawBufferPointer(rebasing: buffer[start...]))
        }
    }
}
