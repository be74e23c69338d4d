/// tis620_thai_ci: a vowel that is written before its consonant counts after it; tone marks count last.
enum ThaiOrder {
    private static func isThai(_ byte: UInt8) -> Bool { byte >= 128 }
    private static func isConsonant(_ byte: UInt8) -> Bool { byte >= 0xA1 && byte <= 0xCE }
    private static func isLeadingVowel(_ byte: UInt8) -> Bool { byte >= 0xE0 && byte <= 0xE4 }

    /// The rank of a mark above or below a letter; nil for other characters.
    private static func mark(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0xEC: 1
        case 0xE7...0xEB: byte - 0xE7 + 2
        default: nil
        }
    }

    static func key(_ bytes: [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        var marks: [UInt8] = []
        var bias: UInt8 = 248
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard isThai(byte) else {
                bias &-= 8
                key.append(byte >= 0x41 && byte <= 0x5A ? byte + 32 : byte)
                continue
            }
            if isConsonant(byte) { bias &-= 8 }
            if isLeadingVowel(byte), index < bytes.count, isConsonant(bytes[index]) {
                key.append(bytes[index])
                key.append(byte)
                index += 1
            } else if let mark = mark(byte) {
                marks.append(bias &+ mark)
            } else {
                key.append(byte)
            }
        }
        return key + marks
    }
}
