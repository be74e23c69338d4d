/// What a data statement looks like apart from its literals, found in one pass without a String: the key of a session's
/// cache of prepared plans, for clients that never prepare.
///
/// Lifted are numbers and strings of WHERE, ON, SET, VALUES and LIMIT. Literals whose text or value decides what the
/// statement means stay: select lists (they name columns), ORDER BY and GROUP BY (positions), type lengths, fractional digits,
/// introduced and temporal literals, JSON paths. The guard against any doubt is the parser: given ``liftedOffsets`` it counts
/// how many became parameters (``ParsedStatement/liftedCount``); a shape where one did not must not be cached.
///
/// Use one value per session, it keeps its buffers.
public struct StatementShape: Sendable {
    /// Statements beyond this are not worth a cached plan.
    public static let maximumBytes = 32_768
    /// More parameters are bulk loads of varying size.
    public static let maximumLiterals = 512
    private static let maximumDepth = 60

    /// The text with each lifted literal replaced by a byte 1, its kind and (of a decimal) its scale.
    public private(set) var key: [UInt8] = []
    public private(set) var literals: [LiftedLiteral] = []

    // The state of a pass.
    private var position = 0
    /// Bit n: literals at parenthesis depth n are lifted.
    private var lifting: UInt64 = 0
    private var depth = 0
    /// The next parenthesis opens a stretch without lifting.
    private var opensVerbatim = false
    /// The next string stays.
    private var keepsNextString = false
    private var previousWasString = false
    /// The previous byte ends a name, so that a period belongs to it.
    private var followsName = false

    public init() {
        key.reserveCapacity(512)
        literals.reserveCapacity(32)
    }

    /// Offsets of the literals, for ``ParserOptions/liftedLiterals``.
    public var liftedOffsets: [Int] {
        literals.map(\.range.start)
    }

    /// Scans a statement; false where it has no shape: no data statement, parameters or several statements in it, too
    /// large, or not readable.
    public mutating func scan(_ text: [UInt8], mode: ParserMode) -> Bool {
        guard text.count <= Self.maximumBytes else { return false }
        key.removeAll(keepingCapacity: true)
        literals.removeAll(keepingCapacity: true)
        position = 0
        lifting = 0
        depth = 0
        opensVerbatim = false
        keepsNextString = false
        previousWasString = false
        followsName = false
        return text.withUnsafeBufferPointer { scan($0, mode) }
    }

    private mutating func scan(_ text: UnsafeBufferPointer<UInt8>, _ mode: ParserMode) -> Bool {
        while position < text.count && text[position].isSpace {
            position += 1
        }
        guard startsDataStatement(text) else { return false }
        while position < text.count {
            let byte = text[position]
            switch byte {
            case 0x61...0x7a, 0x41...0x5a, 0x5f, 0x24, 0x80...0xff:
                scanWord(text)
            case 0x20, 0x09...0x0d:
                key.append(byte)
                position += 1
                followsName = false
            case 0x30...0x39:
                guard scanNumber(text) else { return false }
            case UInt8(ascii: "'"):
                guard scanString(text, mode) else { return false }
            case UInt8(ascii: "\""):
                guard mode.contains(.ansiQuotes) ? scanQuotedName(text) : scanString(text, mode) else { return false }
            case UInt8(ascii: "`"):
                guard scanQuotedName(text) else { return false }
            case UInt8(ascii: "("):
                guard depth < Self.maximumDepth else { return false }
                let outer = lifting >> UInt64(depth) & 1
                depth += 1
                setLifting(outer == 1 && !opensVerbatim)
                opensVerbatim = false
                copy(byte)
            case UInt8(ascii: ")"):
                guard depth > 0 else { return false }
                depth -= 1
                copy(byte)
            case UInt8(ascii: "."):
                let next = position + 1 < text.count ? text[position + 1] : 0
                if next.isDigit && !followsName {
                    guard scanNumber(text) else { return false }
                } else {
                    key.append(byte)
                    position += 1
                    if next.isNamePart { copyName(text) }
                }
            case UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "#"):
                guard scanCommentOrSymbol(text, byte) else { return false }
            case UInt8(ascii: "@"):
                guard scanVariable(text) else { return false }
            case UInt8(ascii: ";"):
                return isOnlySpace(text, from: position + 1)
            case UInt8(ascii: "?"), 0x00...0x1f, 0x7f:
                return false
            default:
                copy(byte)
            }
        }
        return depth == 0
    }

    // MARK: Pieces

    private mutating func copy(_ byte: UInt8) {
        key.append(byte)
        position += 1
        followsName = false
        previousWasString = false
        keepsNextString = false
    }

    private mutating func setLifting(_ on: Bool) {
        let bit: UInt64 = 1 << UInt64(depth)
        lifting = on ? lifting | bit : lifting & ~bit
    }

    private var isLifting: Bool {
        lifting >> UInt64(depth) & 1 == 1
    }

    private func isOnlySpace(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        var index = start
        while index < text.count {
            if !text[index].isSpace && text[index] != UInt8(ascii: ";") && text[index] != 0 { return false }
            index += 1
        }
        return depth == 0
    }

    /// Lower-case letters of a word of at most 8 bytes, packed; longer words end in 0.
    private static func pack(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
        guard end - start <= 8 else { return 0 }
        var value: UInt64 = 0
        for index in start..<end {
            value = value << 8 | UInt64(text[index] | 0x20)
        }
        return value
    }

    private func wordEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        while end < text.count && text[end].isNamePart {
            end += 1
        }
        return end
    }

    private func startsDataStatement(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch Self.pack(text, position, wordEnd(text, from: position)) {
        case Words.select, Words.insert, Words.update, Words.delete, Words.replace: true
        default: false
        }
    }

    private mutating func copyName(_ text: UnsafeBufferPointer<UInt8>) {
        let end = wordEnd(text, from: position)
        key.append(contentsOf: text[position..<end])
        position = end
        followsName = true
        previousWasString = false
        keepsNextString = false
    }

    private mutating func scanWord(_ text: UnsafeBufferPointer<UInt8>) {
        let start = position
        copyName(text)
        let length = position - start
        let next = position < text.count ? text[position] : 0
        if next == UInt8(ascii: "'") || text[start] == UInt8(ascii: "_") {
            // N'..', X'..', _utf8mb4'..', and DATE'..'.
            keepsNextString = true
            return
        }
        if length > 8 {
            // CURRENT_TIMESTAMP(6) and its kin.
            opensVerbatim = Words.isClock(text, start, position)
            return
        }
        opensVerbatim = false
        switch Self.pack(text, start, position) {
        case Words.where, Words.values, Words.value, Words.set, Words.on, Words.limit: setLifting(true)
        case Words.select, Words.from, Words.group, Words.order, Words.having, Words.into, Words.as, Words.over,
            Words.window:
            setLifting(false)
        case Words.convert, Words.now, Words.sysdate, Words.curtime: opensVerbatim = true
        case Words.date, Words.time, Words.escape, Words.collate: keepsNextString = true
        default: break
        }
    }

    private mutating func scanVariable(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let next = position + 1 < text.count ? text[position + 1] : 0
        if next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") || next == UInt8(ascii: "`") { return false }
        copy(text[position])
        if next.isNamePart || next == UInt8(ascii: ".") {
            while position < text.count && (text[position].isNamePart || text[position] == UInt8(ascii: ".")) {
                key.append(text[position])
                position += 1
            }
            followsName = true
        }
        return true
    }

    /// A comment that counts for nothing is copied; one that may count makes the statement shapeless.
    private mutating func scanCommentOrSymbol(_ text: UnsafeBufferPointer<UInt8>, _ first: UInt8) -> Bool {
        let second = position + 1 < text.count ? text[position + 1] : 0
        if first == UInt8(ascii: "-"), second == UInt8(ascii: ">") {
            // A JSON path follows.
            while position < text.count && (text[position] == first || text[position] == second) {
                copy(text[position])
            }
            keepsNextString = true
            return true
        }
        if first == UInt8(ascii: "#") || (first == UInt8(ascii: "-") && second == first) { return false }
        if first == UInt8(ascii: "/"), second == UInt8(ascii: "*") { return false }
        copy(first)
        return true
    }

    private mutating func scanQuotedName(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let quote = text[position]
        var end = position + 1
        while end < text.count && text[end] != quote {
            end += 1
        }
        guard end < text.count else { return false }
        key.append(contentsOf: text[position...end])
        position = end + 1
        followsName = true
        previousWasString = false
        keepsNextString = false
        return true
    }

    private mutating func scanString(_ text: UnsafeBufferPointer<UInt8>, _ mode: ParserMode) -> Bool {
        if previousWasString { return false }
        let quote = text[position]
        let hasEscapes = !mode.contains(.noBackslashEscapes)
        var end = position + 1
        while true {
            guard end < text.count else { return false }
            let byte = text[end]
            if byte == UInt8(ascii: "\\") && hasEscapes {
                end += 2
            } else if byte == quote {
                if end + 1 < text.count && text[end + 1] == quote {
                    end += 2
                } else {
                    break
                }
            } else {
                end += 1
            }
        }
        if isLifting && !keepsNextString {
            guard lift(.string, position, end + 1) else { return false }
        } else {
            key.append(contentsOf: text[position...end])
        }
        position = end + 1
        followsName = false
        previousWasString = true
        keepsNextString = false
        return true
    }

    private mutating func lift(
        _ kind: LiftedLiteral.Kind, _ start: Int, _ end: Int, integer: Int64 = 0, scale: Int = 0
    ) -> Bool {
        guard literals.count < Self.maximumLiterals else { return false }
        literals.append(
            LiftedLiteral(kind: kind, range: SourceRange(start: start, end: end), integer: integer, scale: scale))
        key.append(1)
        key.append(kind.rawValue)
        if kind == .decimal { key.append(UInt8(truncatingIfNeeded: min(scale, 100) + 0x20)) }
        return true
    }

    private mutating func scanNumber(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = position
        var end = start
        var value: UInt64 = 0
        var overflows = false
        while end < text.count && text[end].isDigit {
            let (product, carry) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(UInt64(text[end] - 0x30))
            overflows = overflows || carry || carried
            value = sum
            end += 1
        }
        var kind = LiftedLiteral.Kind.integer
        var scale = 0
        if end < text.count && text[end] == UInt8(ascii: ".") {
            kind = .decimal
            let point = end
            end += 1
            while end < text.count && text[end].isDigit {
                end += 1
            }
            scale = end - point - 1
        }
        if end < text.count && text[end] | 0x20 == UInt8(ascii: "e") {
            var digit = end + 1
            if digit < text.count && (text[digit] == UInt8(ascii: "+") || text[digit] == UInt8(ascii: "-")) { digit += 1 }
            if digit < text.count && text[digit].isDigit {
                kind = .float
                end = digit
                while end < text.count && text[end].isDigit {
                    end += 1
                }
            }
        }
        // A name that starts with digits, 0x41, 0b1: as they stand.
        if end < text.count && text[end].isNamePart {
            guard kind == .integer else { return false }
            copyName(text)
            return true
        }
        if kind == .integer {
            if overflows { kind = .decimal } else if value > UInt64(Int64.max) { kind = .unsigned }
        }
        if isLifting {
            guard lift(kind, start, end, integer: Int64(bitPattern: value), scale: scale) else { return false }
        } else {
            key.append(contentsOf: text[start..<end])
        }
        position = end
        followsName = false
        previousWasString = false
        keepsNextString = false
        return true
    }
}

/// Words that a pass knows, packed as ``StatementShape`` packs them.
private enum Words {
    static let select = pack("select")
    static let insert = pack("insert")
    static let update = pack("update")
    static let delete = pack("delete")
    static let replace = pack("replace")
    static let `where` = pack("where")
    static let values = pack("values")
    static let value = pack("value")
    static let set = pack("set")
    static let on = pack("on")
    static let limit = pack("limit")
    static let from = pack("from")
    static let group = pack("group")
    static let order = pack("order")
    static let having = pack("having")
    static let into = pack("into")
    static let `as` = pack("as")
    static let over = pack("over")
    static let window = pack("window")
    static let convert = pack("convert")
    static let now = pack("now")
    static let sysdate = pack("sysdate")
    static let curtime = pack("curtime")
    static let date = pack("date")
    static let time = pack("time")
    static let escape = pack("escape")
    static let collate = pack("collate")

    private static func pack(_ word: StaticString) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<word.utf8CodeUnitCount {
            value = value << 8 | UInt64(word.utf8Start[index])
        }
        return value
    }

    /// Names of clocks that take fractional digits, and TIMESTAMP before a literal.
    static func isClock(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        switch text[start] | 0x20 {
        case UInt8(ascii: "c"), UInt8(ascii: "l"), UInt8(ascii: "u"): break
        default: return false
        }
        let word = String(decoding: text[start..<end], as: UTF8.self).lowercased()
        return ["current_timestamp", "current_time", "localtime", "localtimestamp", "utc_timestamp", "utc_time"].contains(word)
    }
}
