extension Decimal {
    /// What ``parse(_:)`` found.
    public struct Parsed: Sendable {
        public var value: Decimal
        /// Bytes of the number, leading spaces included; 0 when there was no number.
        public var consumed: Int
        /// Too many digits before the point: the value is the greatest one.
        public var isOverflow: Bool
    }

    /// Reads the number at the start of `bytes` (spaces, sign, digits, point, exponent).
    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Parsed {
        var index = 0
        while index < bytes.count && isSpace(bytes[index]) { index += 1 }
        var isNegative = false
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var magnitude: UInt64 = 0
        var wide = WideInteger.zero
        var pending = 0
        var significant = 0
        var scale = 0
        var sawDigit = false
        var sawPoint = false
        var droppedIntegerDigits = 0
        func flush() {
            if pending > 0 {
                wide =
                    wide.multiplied(by: WideInteger.powersOfTen[pending]).0.adding(
                        WideInteger(low: UInt128(magnitude))
                    ).0
                magnitude = 0
                pending = 0
            }
        }
        var roundUp = false
        var isCut = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
                sawDigit = true
                if significant > 0 || byte != UInt8(ascii: "0") {
                    if significant < 76 {
                        significant += 1
                        magnitude = magnitude * 10 + UInt64(byte - UInt8(ascii: "0"))
                        pending += 1
                        if pending == 18 { flush() }
                        if sawPoint { scale += 1 }
                    } else if !sawPoint {
                        droppedIntegerDigits += 1
                    } else if !isCut {
                        isCut = true
                        roundUp = byte >= UInt8(ascii: "5")
                    }
                } else if sawPoint {
                    if scale < maxInternalScale { scale += 1 }
                }
            } else if byte == UInt8(ascii: ".") && !sawPoint {
                sawPoint = true
            } else {
                break
            }
            index += 1
        }
        guard sawDigit else { return Parsed(value: .zero, consumed: 0, isOverflow: false) }
        flush()
        if roundUp { wide = wide.adding(WideInteger(low: 1)).0 }
        var exponent = droppedIntegerDigits
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            var next = index + 1
            var isExponentNegative = false
            if next < bytes.count, bytes[next] == UInt8(ascii: "-") || bytes[next] == UInt8(ascii: "+") {
                isExponentNegative = bytes[next] == UInt8(ascii: "-")
                next += 1
            }
            if next < bytes.count, bytes[next] >= UInt8(ascii: "0"), bytes[next] <= UInt8(ascii: "9") {
                var value = 0
                while next < bytes.count, bytes[next] >= UInt8(ascii: "0"), bytes[next] <= UInt8(ascii: "9") {
                    value = min(value * 10 + Int(bytes[next] - UInt8(ascii: "0")), 100_000)
                    next += 1
                }
                exponent += isExponentNegative ? -value : value
                index = next
            }
        }
        var result = Decimal(magnitude: wide, scale: scale, isNegative: isNegative)
        var isOverflow = false
        if exponent != 0 && !wide.isZero {
            let newScale = scale - exponent
            if newScale >= 0 {
                result.scale = newScale
                if newScale > maxInternalScale {
                    let (quotient, _, isHalf) = wide.scaledDown(newScale - maxInternalScale)
                    result.magnitude = isHalf ? quotient.adding(WideInteger(low: 1)).0 : quotient
                    result.scale = maxInternalScale
                }
            } else {
                let (scaled, overflow) = wide.scaledUp(min(-newScale, 200))
                isOverflow = overflow || scaled.digitCount > 76
                result = Decimal(magnitude: scaled, scale: 0, isNegative: isNegative)
            }
        }
        if isOverflow || result.integerDigits > 76 {
            return Parsed(
                value: .greatest(precision: maxPrecision, scale: 0, isNegative: isNegative), consumed: index,
                isOverflow: true)
        }
        result.isNegative = isNegative && !result.magnitude.isZero
        return Parsed(value: result, consumed: index, isOverflow: false)
    }

    /// The whole of `text` as a number; nil when it is none.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let parsed = bytes.withUnsafeBufferPointer { Decimal.parse($0) }
        guard parsed.consumed == bytes.count, !bytes.isEmpty, !parsed.isOverflow else { return nil }
        self = parsed.value
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (byte >= 9 && byte <= 13)
    }

    /// Calls `body` with the plain decimal notation, exactly ``scale`` digits after the point.
    public func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 192) { buffer in
            var position = 192
            var written = 0
            func put(_ byte: UInt8) {
                position -= 1
                buffer[position] = byte
            }
            func putDigit(_ digit: UInt64) {
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
                written += 1
                if written == scale { put(UInt8(ascii: ".")) }
            }
            var rest = magnitude
            while rest.high != 0 || rest.low > UInt128(UInt64.max) {
                let (quotient, remainder) = rest.dividedBySmall(WideInteger.chunk)
                var chunk = remainder
                for _ in 0..<WideInteger.chunkDigits {
                    putDigit(chunk % 10)
                    chunk /= 10
                }
                rest = quotient
            }
            var small = UInt64(truncatingIfNeeded: rest.low)
            while small > 0 {
                putDigit(small % 10)
                small /= 10
            }
            while written <= scale { putDigit(0) }
            if isNegative { put(UInt8(ascii: "-")) }
            return body(UnsafeBufferPointer(rebasing: buffer[position...]))
        }
    }
}

extension Decimal: CustomStringConvertible, Equatable, Comparable {
    public var description: String {
        withText { String(decoding: $0, as: UTF8.self) }
    }

    /// Numerical equality: 1.0 equals 1.00.
    public static func == (left: Decimal, right: Decimal) -> Bool {
        left.compare(right) == 0
    }

    public static func < (left: Decimal, right: Decimal) -> Bool {
        left.compare(right) < 0
    }

    /// Compares two numbers in decimal notation (what the SQLite collation `decimal` does), mostly without parsing.
    public static func compareTexts(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        Decimal.parse(left).value.compare(Decimal.parse(right).value)
    }
}
