/// All character sets, as SHOW CHARACTER SET lists them.
extension CharacterSet {
    public static let armscii8 = CharacterSet(
        "armscii8", "ARMSCII-8 Armenian", 32, maxLength: 1, .eightBit { .armscii8 })
    public static let ascii = CharacterSet(
        "ascii", "US ASCII", 11, maxLength: 1, .ascii)
    public static let big5 = CharacterSet(
        "big5", "Big5 Traditional Chinese", 1, maxLength: 2, .multiByte(.big5, { .big5 }))
    public static let binary = CharacterSet(
        "binary", "Binary pseudo charset", 63, maxLength: 1, .binary)
    public static let cp1250 = CharacterSet(
        "cp1250", "Windows Central European", 26, maxLength: 1, .eightBit { .cp1250 })
    public static let cp1251 = CharacterSet(
        "cp1251", "Windows Cyrillic", 51, maxLength: 1, .eightBit { .cp1251 })
    public static let cp1256 = CharacterSet(
        "cp1256", "Windows Arabic", 57, maxLength: 1, .eightBit { .cp1256 })
    public static let cp1257 = CharacterSet(
        "cp1257", "Windows Baltic", 59, maxLength: 1, .eightBit { .cp1257 })
    public static let cp850 = CharacterSet(
        "cp850", "DOS West European", 4, maxLength: 1, .eightBit { .cp850 })
    public static let cp852 = CharacterSet(
        "cp852", "DOS Central European", 40, maxLength: 1, .eightBit { .cp852 })
    public static let cp866 = CharacterSet(
        "cp866", "DOS Russian", 36, maxLength: 1, .eightBit { .cp866 })
    public static let cp932 = CharacterSet(
        "cp932", "SJIS for Windows Japanese", 95, maxLength: 2, .multiByte(.shiftJIS, { .cp932 }))
    public static let dec8 = CharacterSet(
        "dec8", "DEC West European", 3, maxLength: 1, .eightBit { .dec8 })
    public static let eucjpms = CharacterSet(
        "eucjpms", "UJIS for Windows Japanese", 97, maxLength: 3, .multiByte(.eucJP, { .eucjpms }))
    public static let euckr = CharacterSet(
        "euckr", "EUC-KR Korean", 19, maxLength: 2, .multiByte(.eucKR, { .euckr }))
    public static let gb18030 = CharacterSet(
        "gb18030", "China National Standard GB18030", 248, maxLength: 4, .gb18030)
    public static let gb2312 = CharacterSet(
        "gb2312", "GB2312 Simplified Chinese", 24, maxLength: 2, .multiByte(.gb2312, { .gb2312 }))
    public static let gbk = CharacterSet(
        "gbk", "GBK Simplified Chinese", 28, maxLength: 2, .multiByte(.gbk, { .gbk }))
    public static let geostd8 = CharacterSet(
        "geostd8", "GEOSTD8 Georgian", 92, maxLength: 1, .eightBit { .geostd8 })
    public static let greek = CharacterSet(
        "greek", "ISO 8859-7 Greek", 25, maxLength: 1, .eightBit { .greek })
    public static let hebrew = CharacterSet(
        "hebrew", "ISO 8859-8 Hebrew", 16, maxLength: 1, .eightBit { .hebrew })
    public static let hp8 = CharacterSet(
        "hp8", "HP West European", 6, maxLength: 1, .eightBit { .hp8 })
    public static let keybcs2 = CharacterSet(
        "keybcs2", "DOS Kamenicky Czech-Slovak", 37, maxLength: 1, .eightBit { .keybcs2 })
    public static let koi8r = CharacterSet(
        "koi8r", "KOI8-R Relcom Russian", 7, maxLength: 1, .eightBit { .koi8r })
    public static let koi8u = CharacterSet(
        "koi8u", "KOI8-U Ukrainian", 22, maxLength: 1, .eightBit { .koi8u })
    public static let latin1 = CharacterSet(
        "latin1", "cp1252 West European", 8, maxLength: 1, .eightBit { .latin1 })
    public static let latin2 = CharacterSet(
        "latin2", "ISO 8859-2 Central European", 9, maxLength: 1, .eightBit { .latin2 })
    public static let latin5 = CharacterSet(
        "latin5", "ISO 8859-9 Turkish", 30, maxLength: 1, .eightBit { .latin5 })
    public static let latin7 = CharacterSet(
        "latin7", "ISO 8859-13 Baltic", 41, maxLength: 1, .eightBit { .latin7 })
    public static let macce = CharacterSet(
        "macce", "Mac Central European", 38, maxLength: 1, .eightBit { .macce })
    public static let macroman = CharacterSet(
        "macroman", "Mac West European", 39, maxLength: 1, .eightBit { .macroman })
    public static let sjis = CharacterSet(
        "sjis", "Shift-JIS Japanese", 13, maxLength: 2, .multiByte(.shiftJIS, { .sjis }))
    public static let swe7 = CharacterSet(
        "swe7", "7bit Swedish", 10, maxLength: 1, .eightBit { .swe7 })
    public static let tis620 = CharacterSet(
        "tis620", "TIS620 Thai", 18, maxLength: 1, .eightBit { .tis620 })
    public static let ucs2 = CharacterSet(
        "ucs2", "UCS-2 Unicode", 35, maxLength: 2, .ucs2)
    public static let ujis = CharacterSet(
        "ujis", "EUC-JP Japanese", 12, maxLength: 3, .multiByte(.eucJP, { .ujis }))
    public static let utf16 = CharacterSet(
        "utf16", "UTF-16 Unicode", 54, maxLength: 4, .utf16(isLittleEndian: false))
    public static let utf16le = CharacterSet(
        "utf16le", "UTF-16LE Unicode", 56, maxLength: 4, .utf16(isLittleEndian: true))
    public static let utf32 = CharacterSet(
        "utf32", "UTF-32 Unicode", 60, maxLength: 4, .utf32)
    public static let utf8mb3 = CharacterSet(
        "utf8mb3", "UTF-8 Unicode", 33, maxLength: 3, .utf8(last: 0xFFFF))
    public static let utf8mb4 = CharacterSet(
        "utf8mb4", "UTF-8 Unicode", 255, maxLength: 4, .utf8(last: 0x10FFFF))

    /// In SHOW CHARACTER SET's order.
    public static let all = [
        armscii8, ascii, big5, binary, cp1250, cp1251, cp1256, cp1257,
        cp850, cp852, cp866, cp932, dec8, eucjpms, euckr, gb18030,
        gb2312, gbk, geostd8, greek, hebrew, hp8, keybcs2, koi8r,
        koi8u, latin1, latin2, latin5, latin7, macce, macroman, sjis,
        swe7, tis620, ucs2, ujis, utf16, utf16le, utf32, utf8mb3,
        utf8mb4,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// By name without regard to case; `utf8` is utf8mb3.
    public static func named(_ name: String) -> CharacterSet? {
        if let found = byName[name] { return found }
        let lower = name.lowercased()
        return byName[lower == "utf8" ? "utf8mb3" : lower]
    }
}
