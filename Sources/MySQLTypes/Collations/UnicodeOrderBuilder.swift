/// Unpacks the tables of ``UnicodeOrder``.
struct UnicodeOrderBuilder {
    private(set) var elements: [UnicodeOrder.Element] = []
    private(set) var pages: [UInt32] = []
    private(set) var pageStarts = [UInt16](repeating: .max, count: 0x1100)
    private(set) var levels: [UnicodeOrder.Levels] = []
    private let levelWidth: Int
    /// Added to the levels' places of what is read.
    private var firstLevel = 0

    typealias Element = UnicodeOrder.Element

    init(levelWidth: Int) {
        self.levelWidth = levelWidth
        var reader = PackedReader(UnicodeRoot.levelsText)
        while let secondary = reader.next(2), let tertiary = reader.next(2), let quaternary = reader.next(1) {
            levels.append(
                UnicodeOrder.Levels(
                    secondary: UInt16(secondary), tertiary: UInt16(tertiary), quaternary: UInt16(quaternary)))
        }
    }

    /// What is read from now on means the levels that come behind another copy of them.
    mutating func useLevels(after isBehind: Bool) {
        if isBehind { firstLevel = levels.count }
    }

    func entry(_ codePoint: UInt32) -> UInt32 {
        guard codePoint < 0x110000, pageStarts[Int(codePoint >> 8)] != .max else { return UnicodeOrder.unknown }
        return pages[Int(pageStarts[Int(codePoint >> 8)]) << 8 | Int(codePoint & 255)]
    }

    private mutating func set(_ codePoint: Int, _ entry: UInt32) {
        guard codePoint < 0x110000 else { return }
        let page = codePoint >> 8
        if pageStarts[page] == .max {
            pageStarts[page] = UInt16(truncatingIfNeeded: pages.count >> 8)
            pages.append(contentsOf: repeatElement(UnicodeOrder.unknown, count: 256))
        }
        pages[Int(pageStarts[page]) << 8 | codePoint & 255] = entry
    }

    /// Adds a mark to a character's entry.
    mutating func mark(_ codePoint: UInt32, _ mark: UInt32) {
        let entry = entry(codePoint)
        if entry != UnicodeOrder.unknown { set(Int(codePoint), entry | mark) }
    }

    private func entry(from first: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: first << 6 | min(31, elements.count - first))
    }

    private func element(_ primary: Int, _ level: Int) -> Element {
        Element(primary: UInt16(truncatingIfNeeded: primary), level: UInt16(truncatingIfNeeded: level + firstLevel))
    }

    /// Reads characters' elements, each as `body` has it.
    mutating func add(_ text: StaticString, _ body: (Element, (Element) -> Void) -> Void) {
        var reader = PackedReader(text)
        while let start = reader.next(4), let count = reader.next(3) {
            var added: [Element] = []
            if count & 0x20000 != 0 {
                guard let primary = reader.next(3), let level = reader.next(levelWidth) else { return }
                for offset in 0..<count & 0x1FFFF {
                    added.removeAll(keepingCapacity: true)
                    body(element(primary + offset, level)) { added.append($0) }
                    let first = elements.count
                    elements.append(contentsOf: added)
                    set(start + offset, entry(from: first))
                }
                continue
            }
            for codePoint in start..<start + count {
                guard let number = reader.next(1) else { return }
                added.removeAll(keepingCapacity: true)
                for _ in 0..<number {
                    guard let primary = reader.next(3), let level = reader.next(levelWidth) else { return }
                    body(element(primary, level)) { added.append($0) }
                }
                let first = elements.count
                elements.append(contentsOf: added)
                set(codePoint, entry(from: first))
            }
        }
    }

    /// Reads characters in their order.
    mutating func add(ranked text: StaticString) {
        var reader = PackedReader(text)
        guard var primary = reader.next(3) else { return }
        let common = levels.firstIndex { $0.secondary == 0x20 && $0.tertiary == 2 && $0.quaternary == 0 } ?? 0
        var isSame = false
        while let value = reader.next(3) {
            switch value {
            case 1: isSame = true
            case 2: primary += reader.next(3) ?? 0
            default:
                if !isSame { primary += 1 }
                isSame = false
                let first = elements.count
                elements.append(element(primary, common))
                set(value, entry(from: first))
            }
        }
    }

    /// Reads contractions.
    mutating func forEachContraction(_ text: StaticString, _ body: (UInt32, UnicodeOrder.Contraction) -> Void) {
        var reader = PackedReader(text)
        while let length = reader.next(1) {
            var characters: [UInt32] = []
            for _ in 0..<length { characters.append(UInt32(reader.next(4) ?? 0)) }
            guard let number = reader.next(1), let first = characters.first else { return }
            let start = elements.count
            for _ in 0..<number {
                guard let primary = reader.next(3), let level = reader.next(levelWidth) else { return }
                elements.append(element(primary, level))
            }
            body(first, UnicodeOrder.Contraction(rest: Array(characters.dropFirst()), entry: entry(from: start)))
        }
    }
}
