import Platform

/// MySQL's binary DECIMAL: groups of nine digits in four bytes, big-endian, leftover digits in fewer, the sign in the
/// highest bit (inverted, and all bytes of a negative number), so that values compare as bytes.
enum DecimalCodec {
    /// Bytes that 0 to 9 leftover digits take.
    private static let leftoverSizes = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]
    /// DECIMAL(65,30) and its sign and point.
    static let maximumDigits = 65
    static let maximumScale = 30

    static func size(precision: Int, scale: Int) -> Int {
        let whole = precision - scale
        return whole / 9 * 4 + leftoverSizes[whole % 9] + scale / 9 * 4 + leftoverSizes[scale % 9]
    }

    /// Writes plain decimal notation (`-12.50`). Missing fractional digits are zeros; digits beyond the scale or too many
    /// before the point are an error, since the value must have been rounded to its column before.
    static func encode(
        _ text: UnsafeRawBufferPointer, precision: Int, scale: Int, into writer: inout ByteWriter
    ) throws(MalformedBytes) {
        var position = 0
        var isNegative = false
        if position < text.count,
            text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+")
        {
            isNegative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        let wholeStart = position
        while position < text.count, isDigit(text[position]) { position += 1 }
        let wholeEnd = position
        var fractionStart = position
        if position < text.count, text[position] == UInt8(ascii: ".") {
            fractionStart = position + 1
            position += 1
            while position < text.count, isDigit(text[position]) { position += 1 }
        }
        guard position == text.count, wholeEnd > wholeStart || position > fractionStart else {
            throw MalformedBytes("a DECIMAL value that is not a plain number")
        }
        var firstDigit = wholeStart
        while firstDigit < wholeEnd, text[firstDigit] == UInt8(ascii: "0") { firstDigit += 1 }
        let wholeDigits = precision - scale
        guard wholeEnd - firstDigit <= wholeDigits, position - fractionStart <= scale else {
            throw MalformedBytes("a value that does not fit DECIMAL(\(precision),\(scale))")
        }
        let start = writer.count
        // `place` counts digits from the left of DECIMAL(precision, scale).
        let fractionCount = position - fractionStart
        let leadingZeros = wholeDigits - (wholeEnd - firstDigit)
        func digit(_ place: Int) -> UInt64 {
            if place < wholeDigits {
                return place < leadingZeros ? 0 : UInt64(text[firstDigit + place - leadingZeros] - 0x30)
            }
            let index = place - wholeDigits
            return index < fractionCount ? UInt64(text[fractionStart + index] - 0x30) : 0
        }
        var isZero = true
        func emit(_ from: Int, _ count: Int, _ writer: inout ByteWriter) {
            guard count > 0 else { return }
            var value: UInt64 = 0
            for place in from..<from + count { value = value * 10 + digit(place) }
            if value != 0 { isZero = false }
            writer.writeBigEndian(isNegative ? ~value : value, width: leftoverSizes[count])
        }
        var place = 0
        emit(place, wholeDigits % 9, &writer)
        place += wholeDigits % 9
        while place < wholeDigits {
            emit(place, 9, &writer)
            place += 9
        }
        while place + 9 <= precision {
            emit(place, 9, &writer)
            place += 9
        }
        emit(place, precision - place, &writer)
        if isNegative && isZero {
            for offset in start..<writer.count { writer.patch(0, width: 1, at: offset) }
        }
        writer.patch(UInt64(writer.bytes[start] ^ 0x80), width: 1, at: start)
    }

    /// Reads a value as plain decimal notation with exactly `scale` fractional digits.
    static func decode(
        _ reader: inout ByteReader, precision: Int, scale: Int
    ) throws(MalformedBytes) -> [UInt8] {
        var raw = Array(try reader.readBytes(size(precision: precision, scale: scale)))
        guard !raw.isEmpty else { throw MalformedBytes("DECIMAL(\(precision),\(scale))") }
        let isNegative = raw[0] & 0x80 == 0
        raw[0] ^= 0x80
        if isNegative { for index in raw.indices { raw[index] = ~raw[index] } }
        var groups = ByteReader(raw)
        var text: [UInt8] = []
        text.reserveCapacity(precision + 3)
        if isNegative { text.append(UInt8(ascii: "-")) }
        let whole = precision - scale
        let wholeStart = text.count
        try appendDigits(&groups, count: whole % 9, to: &text)
        for _ in 0..<whole / 9 { try appendDigits(&groups, count: 9, to: &text) }
        let leading = text[wholeStart...].prefix { $0 == UInt8(ascii: "0") }.count
        text.removeSubrange(wholeStart..<wholeStart + leading)
        if text.count == wholeStart { text.append(UInt8(ascii: "0")) }
        if scale > 0 {
            text.append(UInt8(ascii: "."))
            for _ in 0..<scale / 9 { try appendDigits(&groups, count: 9, to: &text) }
            try appendDigits(&groups, count: scale % 9, to: &text)
        }
        return text
    }

    private static func appendDigits(
        _ reader: inout ByteReader, count: Int, to text: inout [UInt8]
    ) throws(MalformedBytes) {
        guard count > 0 else { return }
        var value = try reader.readBigEndianUInt(width: leftoverSizes[count])
        let start = text.count
        for _ in 0..<count { text.append(0x30) }
        for index in stride(from: start + count - 1, through: start, by: -1) {
            text[index] = 0x30 + UInt8(value % 10)
            value /= 10
        }
        guard value == 0 else { throw MalformedBytes("a DECIMAL group out of range") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
