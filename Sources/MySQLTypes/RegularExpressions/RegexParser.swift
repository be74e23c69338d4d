/// Reads a pattern into a tree.
struct RegexParser {
    private let pattern: [UInt32]
    private var index = 0
    private var options: RegularExpression.Options
    private(set) var groupCount = 0
    private var depth = 0

    /// The deepest nesting of groups.
    private static let maxDepth = 200

    init(_ pattern: [UInt32], _ options: RegularExpression.Options) {
        self.pattern = pattern
        self.options = options
    }

    private var isAtEnd: Bool { index >= pattern.count }
    private var next: UInt32 { index < pattern.count ? pattern[index] : 0 }

    private func at(_ character: Character) -> Bool {
        index < pattern.count && pattern[index] == (character.unicodeScalars.first?.value ?? 0)
    }

    private mutating func take(_ character: Character) -> Bool {
        guard at(character) else { return false }
        index += 1
        return true
    }

    mutating func parse() throws(RegularExpression.Failure) -> RegexNode {
        let node = try alternatives()
        if !isAtEnd { throw .mismatchedParenthesis }
        return node
    }

    private mutating func alternatives() throws(RegularExpression.Failure) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maxDepth { throw .patternTooBig }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(RegularExpression.Failure) -> RegexNode {
        var nodes: [RegexNode] = []
        while !isAtEnd && !at("|") && !at(")") {
            let before = index
            let atom = try atom()
            nodes.append(try quantified(atom, from: before))
        }
        return nodes.count == 1 ? nodes[0] : (nodes.isEmpty ? .empty : .sequence(nodes))
    }

    private mutating func quantified(_ atom: RegexNode, from start: Int) throws(RegularExpression.Failure) -> RegexNode
    {
        var node = atom
        while !isAtEnd {
            let low: Int
            let high: Int
            if take("*") {
                (low, high) = (0, Int.max)
            } else if take("+") {
                (low, high) = (1, Int.max)
            } else if take("?") {
                (low, high) = (0, 1)
            } else if at("{") {
                index += 1
                guard let first = number() else { throw .badInterval }
                var last = first
                if take(",") { last = at("}") ? Int.max : try number().orThrow(.badInterval) }
                guard take("}") else { throw .badInterval }
                if last < first { throw .maxBelowMin }
                (low, high) = (first, last)
            } else {
                break
            }
            let mode: RegexNode.RepeatMode = take("?") ? .lazy : (take("+") ? .possessive : .greedy)
            node = .repeated(node, min: low, max: high, mode: mode)
        }
        return node
    }

    private mutating func number() -> Int? {
        var value: Int?
        while index < pattern.count, pattern[index] >= 48, pattern[index] <= 57 {
            value = min((value ?? 0) * 10 + Int(pattern[index] - 48), 1 << 24)
            index += 1
        }
        return value
    }

    private mutating func atom() throws(RegularExpression.Failure) -> RegexNode {
        let character = next
        index += 1
        switch UnicodeScalar(character).map(Character.init) ?? "\u{FFFD}" {
        case ".": return .any(matchesLines: options.contains(.dotMatchesLines))
        case "^": return .lineStart(multiline: options.contains(.multiline))
        case "$": return .lineEnd(multiline: options.contains(.multiline))
        case "(": return try group()
        case "[": return .set(try set())
        case "\\": return try escape()
        case "*", "+", "?": throw .syntax(position: index)
        case "{": throw .syntax(position: index)
        default:
            return .character(
                options.contains(.caseless) ? RegularExpression.folded(character) : character,
                caseless: options.contains(.caseless))
        }
    }

    private mutating func group() throws(RegularExpression.Failure) -> RegexNode {
        let saved = options
        defer { options = saved }
        func close(_ parser: inout RegexParser) throws(RegularExpression.Failure) {
            guard parser.take(")") else { throw .mismatchedParenthesis }
        }
        guard take("?") else {
            groupCount += 1
            let number = groupCount
            let inner = try alternatives()
            try close(&self)
            return .group(inner, number)
        }
        if take(":") {
            let inner = try alternatives()
            try close(&self)
            return inner
        }
        if take(">") {
            let inner = try alternatives()
            try close(&self)
            return .atomic(inner)
        }
        if at("=") || at("!") {
            let isNegated = at("!")
            index += 1
            let inner = try alternatives()
            try close(&self)
            return .look(inner, ahead: true, isNegated: isNegated)
        }
        if take("<") {
            if at("=") || at("!") {
                let isNegated = at("!")
                index += 1
                let inner = try alternatives()
                try close(&self)
                return .look(inner, ahead: false, isNegated: isNegated)
            }
            // A named group counts as a numbered one.
            while !isAtEnd && !at(">") { index += 1 }
            guard take(">") else { throw .mismatchedParenthesis }
            groupCount += 1
            let number = groupCount
            let inner = try alternatives()
            try close(&self)
            return .group(inner, number)
        }
        if take("#") {
            while !isAtEnd && !at(")") { index += 1 }
            try close(&self)
            return .empty
        }
        // (?i) to the end of the enclosing group, (?i:...) inside.
        var isOff = false
        var changed = options
        while !isAtEnd && !at(")") && !at(":") {
            let flag: RegularExpression.Options
            switch UnicodeScalar(next).map(Character.init) ?? " " {
            case "-":
                isOff = true
                index += 1
                continue
            case "i": flag = .caseless
            case "m": flag = .multiline
            case "s": flag = .dotMatchesLines
            case "d": flag = .unixLines
            default: throw .syntax(position: index + 1)
            }
            if isOff { changed.remove(flag) } else { changed.insert(flag) }
            index += 1
        }
        options = changed
        if take(":") {
            let inner = try alternatives()
            try close(&self)
            return inner
        }
        try close(&self)
        let rest = try alternatives()
        return rest
    }

    private mutating func escape() throws(RegularExpression.Failure) -> RegexNode {
        guard !isAtEnd else { throw .badEscape }
        let character = next
        let isCaseless = options.contains(.caseless)
        switch UnicodeScalar(character).map(Character.init) ?? " " {
        case "b", "B":
            index += 1
            return .wordBoundary(isNegated: character == 0x42)
        case "A":
            index += 1
            return .textStart
        case "z", "Z":
            index += 1
            return character == 0x5A ? .lineEnd(multiline: false) : .textEnd
        case "1"..."9":
            let reference = number() ?? 0
            guard reference <= groupCount else { throw .invalidBackReference }
            return .backReference(reference, caseless: isCaseless)
        case "d", "D", "w", "W", "s", "S", "h", "H":
            index += 1
            return .set(Self.shorthand(character))
        case "Q":
            index += 1
            var nodes: [RegexNode] = []
            while !isAtEnd {
                if at("\\"), index + 1 < pattern.count, pattern[index + 1] == 0x45 {
                    index += 2
                    break
                }
                nodes.append(.character(isCaseless ? RegularExpression.folded(next) : next, caseless: isCaseless))
                index += 1
            }
            return .sequence(nodes)
        default:
            let value = try escapedCharacter()
            return .character(isCaseless ? RegularExpression.folded(value) : value, caseless: isCaseless)
        }
    }

    private static func shorthand(_ letter: UInt32) -> RegexSet {
        var set = RegexSet()
        let kind: RegexClass
        switch letter | 0x20 {
        case 0x64: kind = .digit
        case 0x77: kind = .word
        case 0x68: kind = .blank
        default: kind = .space
        }
        set.classes = [(kind, letter < 0x60)]
        return set
    }

    /// After the backslash: an escape that is one character.
    private mutating func escapedCharacter() throws(RegularExpression.Failure) -> UInt32 {
        let character = next
        index += 1
        switch UnicodeScalar(character).map(Character.init) ?? " " {
        case "t": return 9
        case "n": return 10
        case "r": return 13
        case "f": return 12
        case "a": return 7
        case "e": return 0x1B
        case "0": return 0
        case "x":
            if take("{") {
                let value = hex(8)
                guard take("}"), let value else { throw .badEscape }
                return value
            }
            return try hex(2).orThrow(.badEscape)
        case "u": return try hex(4).orThrow(.badEscape)
        case "U": return try hex(8).orThrow(.badEscape)
        default:
            // Letters that mean nothing are errors, as in ICU.
            if character >= 0x41 && character <= 0x5A || character >= 0x61 && character <= 0x7A { throw .badEscape }
            return character
        }
    }

    private mutating func hex(_ width: Int) -> UInt32? {
        var value: UInt32?
        var left = width
        while left > 0, index < pattern.count, RegexClass.hex.contains(pattern[index]) {
            let digit = pattern[index] <= 57 ? pattern[index] - 48 : (pattern[index] | 0x20) - 87
            value = (value ?? 0) << 4 | digit
            index += 1
            left -= 1
        }
        return value
    }

    /// After the opening bracket.
    private mutating func set() throws(RegularExpression.Failure) -> RegexSet {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maxDepth { throw .patternTooBig }
        var set = RegexSet()
        set.isCaseless = options.contains(.caseless)
        set.isNegated = take("^")
        var isFirst = true
        while true {
            guard !isAtEnd else { throw .unclosedBracket }
            if at("]") && !isFirst {
                index += 1
                return set
            }
            isFirst = false
            if at("[") {
                if index + 1 < pattern.count, pattern[index + 1] == 0x3A {
                    index += 2
                    let isNegated = take("^")
                    let start = index
                    while !isAtEnd && !at(":") { index += 1 }
                    var name = ""
                    for character in pattern[start..<index] {
                        if let scalar = UnicodeScalar(character) { name.unicodeScalars.append(scalar) }
                    }
                    guard take(":"), take("]"), let kind = RegexClass(name.lowercased()) else {
                        throw .syntax(position: index)
                    }
                    set.classes.append((kind, isNegated))
                    continue
                }
                index += 1
                set.nested.append(try self.set())
                continue
            }
            if at("\\"), index + 1 < pattern.count,
                "dDwWsShH".unicodeScalars.contains(where: { $0.value == pattern[index + 1] })
            {
                set.nested.append(Self.shorthand(pattern[index + 1]))
                index += 2
                continue
            }
            let low = try setCharacter()
            if at("-"), index + 1 < pattern.count, pattern[index + 1] != 0x5D {
                index += 1
                let high = try setCharacter()
                guard low <= high else { throw .badRange }
                set.ranges.append(low...high)
            } else {
                set.ranges.append(low...low)
            }
        }
    }

    private mutating func setCharacter() throws(RegularExpression.Failure) -> UInt32 {
        guard !isAtEnd else { throw .unclosedBracket }
        if take("\\") {
            guard !isAtEnd else { throw .badEscape }
            if take("b") { return 8 }
            return try escapedCharacter()
        }
        defer { index += 1 }
        return next
    }
}

extension Optional {
    fileprivate func orThrow(_ failure: RegularExpression.Failure) throws(RegularExpression.Failure) -> Wrapped {
        guard let self else { throw failure }
        return self
    }
}
