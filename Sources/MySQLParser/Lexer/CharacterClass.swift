/// What the lexer asks about single bytes.
extension UInt8 {
    /// Letters, digits, `_`, `$` and everything beyond ASCII.
    @inline(__always)
    var isNamePart: Bool {
        (self >= 0x61 && self <= 0x7a) || (self >= 0x41 && self <= 0x5a) || isDigit || self == 0x5f || self == 0x24
            || self >= 0x80
    }

    @inline(__always)
    var isDigit: Bool {
        self >= 0x30 && self <= 0x39
    }

    @inline(__always)
    var isHexDigit: Bool {
        isDigit || (self >= 0x61 && self <= 0x66) || (self >= 0x41 && self <= 0x46)
    }

    @inline(__always)
    var isSpace: Bool {
        self == 0x20 || (self >= 0x09 && self <= 0x0d)
    }

    /// The value of a hexadecimal digit; 0 for other bytes.
    var hexValue: UInt8 {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x61...0x66: self - 0x61 + 10
        case 0x41...0x46: self - 0x41 + 10
        default: 0
        }
    }
}
