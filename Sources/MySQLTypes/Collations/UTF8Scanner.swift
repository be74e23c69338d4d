/// UTF-8 decoding that never fails: a malformed byte counts as U+FFFD plus itself, so that it differs from others.
public enum UTF8Scanner {
    // Safe: made once and never written to.
    nonisolated(unsafe) public static let emptyBytes: UnsafePointer<UInt8> = {
        let pointer = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
        pointer.pointee = 0
        return UnsafePointer(pointer)
    }()

    /// The code point at `pointer`, which moves on. `pointer` must be before `end`.
    @inline(__always)
    public static func next(_ pointer: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt32 {
        let first = pointer.pointee
        pointer += 1
        if first < 0x80 { return UInt32(first) }
        func continuation(_ offset: Int) -> UInt32? {
            guard pointer + offset < end else { return nil }
            let byte = pointer[offset]
            return byte & 0xC0 == 0x80 ? UInt32(byte & 0x3F) : nil
        }
        if first < 0xC2 { return 0xFFFD }
        if first < 0xE0 {
            guard let a = continuation(0) else { return 0xFFFD }
            pointer += 1
            return UInt32(first & 0x1F) << 6 | a
        }
        if first < 0xF0 {
            guard let a = continuation(0), let b = continuation(1) else { return 0xFFFD }
            pointer += 2
            return UInt32(first & 0x0F) << 12 | a << 6 | b
        }
        guard first < 0xF5, let a = continuation(0), let b = continuation(1), let c = continuation(2) else {
            return 0xFFFD
        }
        pointer += 3
        return UInt32(first & 0x07) << 18 | a << 12 | b << 6 | c
    }

    /// Bytes of the character that begins with `first`, 1 for a malformed one.
    @inline(__always)
    public static func width(_ first: UInt8) -> Int {
        first < 0x80 ? 1 : (first < 0xC2 ? 1 : (first < 0xE0 ? 2 : (first < 0xF0 ? 3 : (first < 0xF5 ? 4 : 1))))
    }

    /// Characters in well-formed UTF-8.
    public static func count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// Whether the bytes are well-formed UTF-8; if not, the place of the first bad byte.
    public static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            let first = bytes[index]
            if first < 0x80 {
                index += 1
                continue
            }
            let width = width(first)
            guard width > 1, index + width <= bytes.count else { return index }
            for offset in 1..<width where bytes[index + offset] & 0xC0 != 0x80 { return index }
            if first == 0xE0 && bytes[index + 1] < 0xA0 || first == 0xED && bytes[index + 1] > 0x9F { return index }
            if first == 0xF0 && bytes[index + 1] < 0x90 || first == 0xF4 && bytes[index + 1] > 0x8F { return index }
            index += width
        }
        return nil
    }

    /// Appends a code point.
    public static func append(_ codePoint: UInt32, to bytes: inout [UInt8]) {
        if codePoint < 0x80 {
            bytes.append(UInt8(codePoint))
        } else if codePoint < 0x800 {
            bytes.append(UInt8(0xC0 | codePoint >> 6))
            bytes.append(UInt8(0x80 | codePoint & 0x3F))
        } else if codePoint < 0x10000 {
            bytes.append(UInt8(0xE0 | codePoint >> 12))
            bytes.append(UInt8(0x80 | codePoint >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | codePoint & 0x3F))
        } else {
            bytes.append(UInt8(0xF0 | codePoint >> 18 & 7))
            bytes.append(UInt8(0x80 | codePoint >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | codePoint >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | codePoint & 0x3F))
        }
    }
}
