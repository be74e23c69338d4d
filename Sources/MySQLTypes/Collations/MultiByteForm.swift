/// Which bytes make up a character of an East Asian set.
enum MultiByteForm: Sendable {
    case gbk
    case gb2312
    case big5
    /// sjis and cp932: single bytes are half-width katakana, too.
    case shiftJIS
    case eucKR
    /// ujis and eucjpms: up to three bytes.
    case eucJP

    /// Bytes of the character at `index`; 0 where there is no well-formed one.
    func width(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        let lead = bytes[index]
        if lead < 0x80 { return 1 }
        if self == .shiftJIS && lead >= 0xA1 && lead <= 0xDF { return 1 }
        guard index + 1 < bytes.count else { return 0 }
        let trail = bytes[index + 1]
        let isPair: Bool
        switch self {
        case .gbk: isPair = lead >= 0x81 && lead <= 0xFE && trail >= 0x40 && trail != 0x7F && trail != 0xFF
        case .gb2312: isPair = lead >= 0xA1 && lead <= 0xF7 && trail >= 0xA1 && trail != 0xFF
        case .big5:
            isPair = lead >= 0xA1 && lead <= 0xF9 && (trail >= 0x40 && trail <= 0x7E || trail >= 0xA1 && trail != 0xFF)
        case .shiftJIS:
            isPair =
                (lead >= 0x81 && lead <= 0x9F || lead >= 0xE0 && lead <= 0xFC) && trail >= 0x40 && trail != 0x7F
                && trail <= 0xFC
        case .eucKR:
            let isLetter = trail >= 0x41 && trail <= 0x5A || trail >= 0x61 && trail <= 0x7A
            isPair = lead >= 0x81 && lead <= 0xFE && (isLetter || trail >= 0x81 && trail != 0xFF)
        case .eucJP:
            if lead == 0x8F {
                guard index + 2 < bytes.count else { return 0 }
                let last = bytes[index + 2]
                return trail >= 0xA1 && trail != 0xFF && last >= 0xA1 && last != 0xFF ? 3 : 0
            }
            isPair =
                lead == 0x8E && trail >= 0xA0 && trail <= 0xDF
                || lead >= 0xA1 && lead != 0xFF && trail >= 0xA1 && trail != 0xFF
        }
        return isPair ? 2 : 0
    }

    /// Appends the bytes of a code (see ``CodeTable``).
    @inline(__always)
    static func append(_ code: UInt16, to bytes: inout [UInt8]) {
        if code > 0xFF {
            if code < 0x8000 { bytes.append(0x8F) }
            bytes.append(UInt8(code >> 8) | 0x80)
        }
        bytes.append(UInt8(truncatingIfNeeded: code))
    }

    /// The bytes of a code as one number.
    @inline(__always)
    static func number(_ code: UInt16) -> UInt32 {
        code > 0xFF && code < 0x8000 ? 0x8F8000 | UInt32(code) : UInt32(code)
    }
}
