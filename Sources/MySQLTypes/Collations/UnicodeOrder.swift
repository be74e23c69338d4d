/// An order of the Unicode Collation Algorithm: a version's root order, with a language's differences.
///
/// Built when it is first used; the root of Unicode 9.0.0 takes about 350 KB, a tailored order as much again.
final class UnicodeOrder: Sendable {
    /// One collation element.
    struct Element: Sendable {
        var primary: UInt16
        /// Its place in `levels`.
        var level: UInt16
    }

    /// The weights of an element after the first.
    struct Levels: Sendable {
        var secondary: UInt16
        var tertiary: UInt16
        var quaternary: UInt16
    }

    /// Scripts that a language puts elsewhere: primary weights and how far they move.
    struct Move: Sendable {
        var first: UInt16
        var last: UInt16
        var by: Int
    }

    /// Several characters that weigh together what they do not weigh one by one.
    struct Contraction: Sendable {
        /// After the first character.
        var rest: [UInt32]
        var entry: UInt32
    }

    /// What a character's entry is made of: first element << 6 | begins contractions << 5 | number of elements.
    static let unknown = UInt32.max
    private static let beginsContraction: UInt32 = 0x20

    let root: UnicodeRoot
    let elements: [Element]
    let levels: [Levels]
    /// Per code point in covered pages of 256: its entry; `unknown` where there is none.
    let pages: [UInt32]
    /// Where a page of 256 code points begins in `pages`, in pages; `UInt16.max` for none.
    let pageStarts: [UInt16]
    /// By first character, long ones first.
    let contractions: [UInt32: [Contraction]]
    /// Primary weights of ASCII; 0 for ignorable characters and for those that begin contractions.
    let ascii: [UInt16]
    let moves: [Move]
    /// The levels of a character that the table does not have.
    let implicitLevels: Levels

    static let version900 = UnicodeOrder(.version900)
    static let version400 = UnicodeOrder(.version400)
    static let version520 = UnicodeOrder(.version520)

    /// `characters`: runs of code point (4), count (3), and of each its number of elements (1) with primary weight (3) and level;
    /// or, with 0x20000 in the count, the first's only element, whose primary weight grows by one from character to character.
    /// `ranked`: a primary weight (3), then characters (3) that have the following ones; 1 for the same again, 2 for a gap (3).
    /// `contractions`: number of characters (1), characters (4), elements.
    /// `prefixed`: primary weights that come after the Chinese characters. `hasUpperFirst`: capitals before small letters.
    init(
        _ root: UnicodeRoot, characters: StaticString = "", ranked: StaticString = "", contractions: StaticString = "",
        moves: [Move] = [], prefixed: ClosedRange<UInt16>? = nil, hasUpperFirst: Bool = false
    ) {
        self.root = root
        self.moves = moves
        var builder = UnicodeOrderBuilder(levelWidth: root.levelWidth)
        builder.add(root.text) { element, append in
            var element = element
            if element.primary < UnicodeOrder.firstImplicit { element.primary = Self.moved(element.primary, moves) }
            if let prefixed, prefixed.contains(element.primary) { append(Element(primary: Self.afterChinese, level: 0)) }
            append(element)
        }
        var rootLevels = builder.levels
        if hasUpperFirst { rootLevels = rootLevels.map(Self.upperFirst) }
        builder.useLevels(after: hasUpperFirst)
        builder.add(characters) { element, append in append(element) }
        builder.add(ranked: ranked)
        var found: [UInt32: [Contraction]] = [:]
        builder.forEachContraction(contractions) { first, contraction in found[first, default: []].append(contraction) }
        for first in found.keys {
            found[first]?.sort { $0.rest.count > $1.rest.count }
            builder.mark(first, Self.beginsContraction)
        }
        self.contractions = found
        elements = builder.elements
        levels = hasUpperFirst ? rootLevels + builder.levels : builder.levels
        pages = builder.pages
        pageStarts = builder.pageStarts
        let implicit = Levels(secondary: 0x20, tertiary: 2, quaternary: 0)
        implicitLevels = hasUpperFirst ? Self.upperFirst(implicit) : implicit
        var ascii = [UInt16](repeating: 0, count: 128)
        for codePoint in 0..<128 {
            let entry = builder.entry(UInt32(codePoint))
            if entry != Self.unknown, entry & 0x3F == 1 { ascii[codePoint] = elements[Int(entry >> 6)].primary }
        }
        self.ascii = ascii
    }

    /// The first weight of the elements that are reckoned instead of looked up.
    private static let firstImplicit: UInt16 = 0xFB00
    /// What the Japanese order puts before the weights of scripts that come after Chinese characters.
    private static let afterChinese: UInt16 = 0xFB86

    private static func moved(_ primary: UInt16, _ moves: [Move]) -> UInt16 {
        for move in moves where primary >= move.first && primary <= move.last {
            return UInt16(truncatingIfNeeded: Int(primary) + move.by)
        }
        return primary
    }

    /// Tertiary weights of capitals come first.
    private static func upperFirst(_ levels: Levels) -> Levels {
        var levels = levels
        switch levels.tertiary {
        case 0: break
        case 8...12, 14, 17, 18, 29: levels.tertiary |= 0x100
        default: levels.tertiary |= 0x300
        }
        return levels
    }

    /// A character's entry, or `unknown`.
    @inline(__always)
    func entry(_ codePoint: UInt32) -> UInt32 {
        guard codePoint < 0x110000 else { return Self.unknown }
        let page = pageStarts[Int(codePoint >> 8)]
        return page == .max ? Self.unknown : pages[Int(page) << 8 | Int(codePoint & 255)]
    }

    /// The two primary weights of a character that has no entry; the second may be missing.
    func implicit(_ codePoint: UInt32) -> (UInt16, UInt16) {
        let (first, second) = root.implicit(codePoint)
        return (Self.moved(first, moves), second)
    }

    /// The contraction that begins with `first`, whose entry this is, and goes on at `next`, which moves behind it; otherwise
    /// the entry without the mark.
    @inline(__always)
    func contracted(
        _ entry: UInt32, _ first: UInt32, _ next: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UInt32 {
        guard entry & Self.beginsContraction != 0, entry != Self.unknown else { return entry }
        for contraction in contractions[first] ?? [] {
            var place = next
            let isThere = contraction.rest.allSatisfy { place < end && UTF8Scanner.next(&place, end) == $0 }
            if isThere {
                next = place
                return contraction.entry
            }
        }
        return entry & ~Self.beginsContraction
    }

    /// The weight of an element on a level: 0 for the primary one.
    @inline(__always)
    func weight(_ element: Element, _ level: Int) -> UInt16 {
        switch level {
        case 0: element.primary
        case 1: levels[Int(element.level)].secondary
        case 2: levels[Int(element.level)].tertiary
        default: levels[Int(element.level)].quaternary
        }
    }

    /// The first jamo's place and so on of a Hangul syllable that the version's table spells out.
    static func jamos(_ codePoint: UInt32) -> (UInt32, UInt32, UInt32?)? {
        guard codePoint >= 0xAC00 && codePoint <= 0xD7A3 else { return nil }
        let syllable = codePoint - 0xAC00
        let last = syllable % 28
        return (0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28, last == 0 ? nil : 0x11A7 + last)
    }
}
