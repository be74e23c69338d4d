/// The weights of the Unicode Collation Algorithm in the three versions that MySQL has.
enum UnicodeRoot: Sendable {
    /// utf8mb4_0900_*: Unicode 9.0.0, three levels.
    case version900
    /// *_unicode_ci and its tailorings: Unicode 4.0.0, letters alone.
    case version400
    /// *_unicode_520_ci: Unicode 5.2.0, letters alone.
    case version520

    var text: StaticString {
        switch self {
        case .version900: Self.version900Text
        case .version400: Self.version400Text
        case .version520: Self.version520Text
        }
    }

    /// Characters of an element's place in `levelsText`.
    var levelWidth: Int { self == .version900 ? 2 : 0 }

    /// The primary weights of a character that the table does not have; none for the second where there is one alone.
    func implicit(_ codePoint: UInt32) -> (UInt16, UInt16) {
        let base: UInt32
        switch (self, codePoint) {
        case (.version400, 0x10000...): return (0xFFFD, 0)
        case (.version400, 0x4E00...0x9FA5), (.version520, 0x4E00...0x9FA5): base = 0xFB40
        case (_, 0x3400...0x4DB5): base = 0xFB80
        case (.version400, _), (.version520, _): base = 0xFBC0
        case (.version900, 0x17000...0x18AFF): return (0xFB00, UInt16(truncatingIfNeeded: codePoint - 0x17000) | 0x8000)
        case (.version900, 0x4E00...0x9FD5), (.version900, 0xFA0E...0xFA0F), (.version900, 0xFA11), (.version900, 0xFA13...0xFA14),
            (.version900, 0xFA1F), (.version900, 0xFA21), (.version900, 0xFA23...0xFA24), (.version900, 0xFA27...0xFA29):
            base = 0xFB40
        case (.version900, 0x20000...0x2A6D6), (.version900, 0x2A700...0x2B734), (.version900, 0x2B740...0x2B81D),
            (.version900, 0x2B820...0x2CEA1):
            base = 0xFB80
        case (.version900, _): base = 0xFBC0
        }
        return (UInt16(truncatingIfNeeded: base + codePoint >> 15), UInt16(codePoint & 0x7FFF | 0x8000))
    }
}
