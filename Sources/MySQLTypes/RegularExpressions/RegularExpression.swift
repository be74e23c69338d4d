/// A regular expression in the syntax of MySQL 8 and later (ICU's): compiled once, matched by backtracking with a bound on
/// steps and on depth, so that no pattern can hang or overflow a session.
public final class RegularExpression: Sendable {
    /// Flags of the `match_type` argument.
    public struct Options: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let caseless = Options(rawValue: 1)
        /// `m`: `^` and `$` match at line breaks.
        public static let multiline = Options(rawValue: 2)
        /// `n`: `.` matches line breaks.
        public static let dotMatchesLines = Options(rawValue: 4)
        /// `u`: only `\n` breaks lines.
        public static let unixLines = Options(rawValue: 8)
    }

    /// Why a pattern does not compile or a match was given up.
    public enum Failure: Error, Sendable, Equatable {
        case syntax(position: Int)
        case mismatchedParenthesis
        case badInterval
        case maxBelowMin
        case invalidBackReference
        case unclosedBracket
        case badRange
        case badEscape
        case patternTooBig
        case stackOverflow
        case timeOut
        /// The caller said so.
        case interrupted
    }

    /// A match: the whole's range and those of the groups, in characters.
    public struct Match: Sendable {
        public var range: Range<Int>
        public var groups: [Range<Int>?]
    }

    /// Steps after which a match is given up.
    public static let maxSteps = 5_000_000
    /// Steps between two questions whether to go on.
    public static let stepsBetweenLooks = 1 << 16
    /// Nested calls after which a match is given up: a session's stack has to hold them.
    static let maxDepth = 1000
    static let maxPatternLength = 1 << 16

    let root: RegexNode
    let groupCount: Int
    let options: Options

    public init(_ pattern: UnsafeBufferPointer<UInt8>, _ options: Options) throws(Failure) {
        guard pattern.count <= Self.maxPatternLength else { throw .patternTooBig }
        var parser = RegexParser(Self.characters(pattern), options)
        root = try parser.parse()
        groupCount = parser.groupCount
        self.options = options
    }

    /// UTF-8 as code points: matching counts characters.
    public static func characters(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(bytes.count)
        guard let base = bytes.baseAddress else { return result }
        var pointer = base
        let end = base + bytes.count
        while pointer < end { result.append(UTF8Scanner.next(&pointer, end)) }
        return result
    }

    /// The first match at or after `start`.
    ///
    /// `mustStop` is asked now and then; true ends the search with ``Failure/interrupted``.
    public func firstMatch(
        in text: [UInt32], from start: Int, mustStop: @escaping () -> Bool = { false }
    ) throws(Failure) -> Match? {
        let matcher = RegexMatcher(self, text, mustStop)
        var position = start
        while position <= text.count {
            if let end = matcher.match(at: position) {
                return Match(range: position..<end, groups: matcher.groups)
            }
            if let failure = matcher.failure { throw failure }
            position += 1
        }
        return nil
    }

    /// One case for all: what caseless matching compares.
    static func folded(_ character: UInt32) -> UInt32 {
        if character < 0x80 { return character >= 0x41 && character <= 0x5A ? character + 32 : character }
        guard let scalar = Unicode.Scalar(character) else { return character }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        return lower.count == 1 ? lower.first?.value ?? character : character
    }
}

/// A pattern's tree.
indirect enum RegexNode: Sendable {
    case empty
    case character(UInt32, caseless: Bool)
    case any(matchesLines: Bool)
    case set(RegexSet)
    case lineStart(multiline: Bool)
    case lineEnd(multiline: Bool)
    case textStart
    case textEnd
    case wordBoundary(isNegated: Bool)
    case group(RegexNode, Int)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case repeated(RegexNode, min: Int, max: Int, mode: RepeatMode)
    case backReference(Int, caseless: Bool)
    case look(RegexNode, ahead: Bool, isNegated: Bool)
    case atomic(RegexNode)

    enum RepeatMode: Sendable { case greedy, lazy, possessive }

    /// Matches exactly one character.
    var isSingle: Bool {
        switch self {
        case .character, .any, .set: true
        default: false
        }
    }
}

/// `[...]`, `\d` and the like.
struct RegexSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var classes: [(RegexClass, Bool)] = []
    var nested: [RegexSet] = []
    var isNegated = false
    var isCaseless = false

    func contains(_ character: UInt32) -> Bool {
        var found = has(character)
        if !found && isCaseless {
            let folded = RegularExpression.folded(character)
            found = has(folded)
            if !found, let scalar = Unicode.Scalar(character) {
                let upper = scalar.properties.uppercaseMapping.unicodeScalars
                if upper.count == 1, let value = upper.first?.value { found = has(value) }
            }
        }
        return found != isNegated
    }

    private func has(_ character: UInt32) -> Bool {
        for range in ranges where range.contains(character) { return true }
        for (kind, isNegated) in classes where kind.contains(character) != isNegated { return true }
        for set in nested where set.contains(character) { return true }
        return false
    }
}

/// Named classes of characters.
enum RegexClass: Sendable {
    case digit, word, space, alpha, alnum, upper, lower, punct, blank, control, graph, print, hex

    init?(_ name: String) {
        switch name {
        case "digit": self = .digit
        case "word": self = .word
        case "space": self = .space
        case "alpha": self = .alpha
        case "alnum": self = .alnum
        case "upper": self = .upper
        case "lower": self = .lower
        case "punct": self = .punct
        case "blank": self = .blank
        case "cntrl": self = .control
        case "graph": self = .graph
        case "print": self = .print
        case "xdigit": self = .hex
        default: return nil
        }
    }

    func contains(_ character: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(character) else { return false }
        let properties = scalar.properties
        switch self {
        case .digit: return properties.generalCategory == .decimalNumber
        case .word:
            return properties.isAlphabetic || properties.generalCategory == .decimalNumber || character == 0x5F
                || properties.generalCategory == .nonspacingMark
        case .space: return properties.isWhitespace
        case .alpha: return properties.isAlphabetic
        case .alnum: return properties.isAlphabetic || properties.generalCategory == .decimalNumber
        case .upper: return properties.isUppercase
        case .lower: return properties.isLowercase
        case .punct:
            switch properties.generalCategory {
            case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation:
                return true
            default: return character < 0x80 && properties.isASCIIPunctuationSymbol
            }
        case .blank: return character == 0x20 || character == 9 || properties.generalCategory == .spaceSeparator
        case .control: return properties.generalCategory == .control
        case .graph:
            return !properties.isWhitespace && properties.generalCategory != .control
                && properties.generalCategory != .unassigned
        case .print: return properties.generalCategory != .control && properties.generalCategory != .unassigned
        case .hex: return character >= 48 && character <= 57 || character | 0x20 >= 97 && character | 0x20 <= 102
        }
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isASCIIPunctuationSymbol: Bool {
        switch generalCategory {
        case .mathSymbol, .currencySymbol, .modifierSymbol: true
        default: false
        }
    }
}
