/// Finds the keyword that a word is: an open hash table over the upper-case spellings, built once.
struct KeywordTable: Sendable {
    static let shared = KeywordTable()

    private static let slotCount = 4096
    /// The longest keyword has this many bytes at most.
    private static let maximumLength = 48

    private var slots: [UInt16]
    private var text: [UInt8] = []
    private var offsets: [Int] = [0]
    private let keywords: [Keyword]

    private init() {
        slots = [UInt16](repeating: UInt16.max, count: Self.slotCount)
        keywords = Array(Keyword.allCases)
        for (index, word) in Keyword.spellings.split(separator: " ").enumerated() {
            let bytes = Array(word.utf8)
            text += bytes
            offsets.append(text.count)
            var slot = Self.slot(of: bytes[...])
            while slots[slot] != UInt16.max {
                slot = (slot + 1) & (Self.slotCount - 1)
            }
            slots[slot] = UInt16(index)
        }
        precondition(offsets.count == keywords.count + 1, "keyword spellings and cases differ in number")
    }

    private static func slot(of word: ArraySlice<UInt8>) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in word {
            hash = (hash ^ UInt32(upper(byte))) &* 16_777_619
        }
        return Int(hash ^ (hash >> 15)) & (slotCount - 1)
    }

    private static func upper(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte - 32 : byte
    }

    func keyword(_ word: ArraySlice<UInt8>) -> Keyword? {
        guard word.count <= Self.maximumLength else { return nil }
        var slot = Self.slot(of: word)
        while slots[slot] != UInt16.max {
            let index = Int(slots[slot])
            let start = offsets[index]
            if offsets[index + 1] - start == word.count {
                var matches = true
                var position = start
                for byte in word {
                    if Self.upper(byte) != text[position] {
                        matches = false
                        break
                    }
                    position += 1
                }
                if matches { return keywords[index] }
            }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
        return nil
    }

    /// The upper-case spelling.
    func spelling(_ keyword: Keyword) -> String {
        let index = Int(keyword.rawValue)
        return String(decoding: text[offsets[index]..<offsets[index + 1]], as: UTF8.self)
    }
}
