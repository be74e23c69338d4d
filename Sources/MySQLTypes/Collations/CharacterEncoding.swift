/// How a character set writes its characters.
enum CharacterEncoding: Sendable {
    case binary
    case ascii
    /// Up to this code point.
    case utf8(last: UInt32)
    /// Two bytes, the high one first.
    case ucs2
    case utf16(isLittleEndian: Bool)
    case utf32
    /// A byte a character.
    case eightBit(@Sendable () -> CodeTable)
    case multiByte(MultiByteForm, @Sendable () -> CodeTable)
    case gb18030

    /// A character and the bytes that it takes; no character where the bytes mean none, no bytes at all where they are cut off.
    struct Scanned {
        var codePoint: UInt32?
        var width: Int
    }

    /// Reads the character at `index`, which is less than the count.
    func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Scanned {
        let first = bytes[index]
        let left = bytes.count - index
        switch self {
        case .binary: return Scanned(codePoint: UInt32(first), width: 1)
        case .ascii: return Scanned(codePoint: first < 0x80 ? UInt32(first) : nil, width: 1)
        case .utf8(let last):
            let width = UTF8Scanner.width(first)
            let part = UnsafeBufferPointer(rebasing: bytes[index..<index + min(width, left)])
            guard width <= left, UTF8Scanner.firstInvalid(part) == nil, var pointer = part.baseAddress else {
                return Scanned(codePoint: nil, width: 1)
            }
            let codePoint = UTF8Scanner.next(&pointer, pointer + width)
            return Scanned(codePoint: codePoint <= last ? codePoint : nil, width: width)
        case .ucs2:
            guard left >= 2 else { return Scanned(codePoint: nil, width: left) }
            let unit = UInt32(first) << 8 | UInt32(bytes[index + 1])
            return Scanned(codePoint: unit & 0xF800 == 0xD800 ? nil : unit, width: 2)
        case .utf16(let isLittleEndian): return Self.scanUTF16(bytes, index, isLittleEndian: isLittleEndian)
        case .utf32:
            guard left >= 4 else { return Scanned(codePoint: nil, width: left) }
            var codePoint: UInt32 = 0
            for offset in 0..<4 { codePoint = codePoint << 8 | UInt32(bytes[index + offset]) }
            let isCharacter = codePoint < 0x110000 && codePoint & 0xFFFF_F800 != 0xD800
            return Scanned(codePoint: isCharacter ? codePoint : nil, width: 4)
        case .eightBit(let table): return Scanned(codePoint: table().codePoint(of: Int(first)), width: 1)
        case .multiByte(let form, let table):
            let width = form.width(bytes, index)
            guard width > 0 else { return Scanned(codePoint: nil, width: 1) }
            var code = Int(first)
            if width == 2 { code = code << 8 | Int(bytes[index + 1]) }
            if width == 3 { code = Int(bytes[index + 1] & 0x7F) << 8 | Int(bytes[index + 2]) }
            return Scanned(codePoint: table().codePoint(of: code), width: width)
        case .gb18030: return GB18030.scan(bytes, index)
        }
    }

    private static func scanUTF16(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, isLittleEndian: Bool) -> Scanned {
        let left = bytes.count - index
        func unit(_ index: Int) -> UInt32 {
            let (first, second) = (UInt32(bytes[index]), UInt32(bytes[index + 1]))
            return isLittleEndian ? second << 8 | first : first << 8 | second
        }
        guard left >= 2 else { return Scanned(codePoint: nil, width: left) }
        let high = unit(index)
        guard high & 0xF800 == 0xD800 else { return Scanned(codePoint: high, width: 2) }
        guard high & 0xFC00 == 0xD800, left >= 4 else { return Scanned(codePoint: nil, width: 2) }
        let low = unit(index + 2)
        guard low & 0xFC00 == 0xDC00 else { return Scanned(codePoint: nil, width: 2) }
        return Scanned(codePoint: 0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF), width: 4)
    }

    /// Appends a character's bytes; false where the set lacks it.
    func append(_ codePoint: UInt32, to bytes: inout [UInt8]) -> Bool {
        switch self {
        case .binary: UTF8Scanner.append(codePoint, to: &bytes)
        case .ascii:
            guard codePoint < 0x80 else { return false }
            bytes.append(UInt8(codePoint))
        case .utf8(let last):
            guard codePoint <= last else { return false }
            UTF8Scanner.append(codePoint, to: &bytes)
        case .ucs2:
            guard codePoint < 0x10000 else { return false }
            bytes.append(UInt8(codePoint >> 8))
            bytes.append(UInt8(codePoint & 0xFF))
        case .utf16(let isLittleEndian):
            var units = [UInt16(truncatingIfNeeded: codePoint)]
            if codePoint >= 0x10000 {
                units = [UInt16(0xD7C0 + codePoint >> 10), UInt16(0xDC00 | codePoint & 0x3FF)]
            }
            for unit in units {
                let (high, low) = (UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit))
                bytes.append(isLittleEndian ? low : high)
                bytes.append(isLittleEndian ? high : low)
            }
        case .utf32:
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: codePoint >> shift)) }
        case .eightBit(let table):
            guard let code = table().code(of: codePoint) else { return false }
            bytes.append(UInt8(truncatingIfNeeded: code))
        case .multiByte(_, let table):
            guard let code = table().code(of: codePoint) else { return false }
            MultiByteForm.append(code, to: &bytes)
        case .gb18030: GB18030.append(codePoint, to: &bytes)
        }
        return true
    }

    /// Whether a character exists in the set.
    func has(_ codePoint: UInt32) -> Bool {
        switch self {
        case .ascii: codePoint < 0x80
        case .utf8(let last): codePoint <= last
        case .ucs2: codePoint < 0x10000
        case .eightBit(let table), .multiByte(_, let table): table().code(of: codePoint) != nil
        case .binary, .utf16, .utf32, .gb18030: true
        }
    }
}
