/// Cuts a statement's bytes into tokens, as `sql_mode` and the server's version want it. It never fails: what cannot be
/// read is a token of kind ``Token/Kind/invalid``, which no rule of the grammar accepts.
struct Lexer {
    let bytes: [UInt8]
    /// Past the last byte that counts: semicolons and spaces at the very end do not.
    let limit: Int
    let mode: ParserMode
    let version: Int
    private(set) var position: Int
    /// Inside `/*! ... */` whose content counts.
    private var isInVersionComment = false
    /// Markers of version comments and skipped version comments: not part of the text that names result columns.
    private(set) var elisions: [SourceRange] = []
    /// A comment was skipped.
    private(set) var hasSkippedComment = false
    private var previous = Token(kind: .endOfInput, keyword: nil, start: 0, end: 0)

    init(_ bytes: [UInt8], from start: Int, limit: Int, mode: ParserMode, version: Int) {
        self.bytes = bytes
        self.limit = limit
        self.mode = mode
        self.version = version
        position = start
    }

    @inline(__always)
    private func byte(_ offset: Int) -> UInt8 {
        let index = position + offset
        return index < limit ? bytes[index] : 0
    }

    /// The next token.
    mutating func next() -> Token {
        if let hintOrFailure = skipSpaceAndComments() {
            previous = hintOrFailure
            return hintOrFailure
        }
        let token = position >= limit
            ? Token(kind: isInVersionComment ? .invalid : .endOfInput, keyword: nil, start: limit, end: limit) : lexToken()
        previous = token
        position = token.end
        return token
    }

    // MARK: Spaces and comments

    /// Skips what separates tokens; returns an optimizer hint where one may stand, or an unterminated comment.
    private mutating func skipSpaceAndComments() -> Token? {
        while position < limit {
            let first = bytes[position]
            if first.isSpace {
                position += 1
            } else if first == UInt8(ascii: "#") || (first == UInt8(ascii: "-") && isDashComment) {
                hasSkippedComment = true
                while position < limit && bytes[position] != UInt8(ascii: "\n") {
                    position += 1
                }
            } else if first == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/") && isInVersionComment {
                elisions.append(SourceRange(start: position, end: position + 2))
                isInVersionComment = false
                position += 2
            } else if first == UInt8(ascii: "/") && byte(1) == UInt8(ascii: "*") {
                if let token = skipBlockComment() { return token }
            } else {
                return nil
            }
        }
        return nil
    }

    /// `--` followed by a space, a control character or the end.
    private var isDashComment: Bool {
        guard byte(1) == UInt8(ascii: "-") else { return false }
        let third = byte(2)
        return third.isSpace || third < 0x20
    }

    private mutating func skipBlockComment() -> Token? {
        let start = position
        hasSkippedComment = true
        if byte(2) == UInt8(ascii: "+"), let keyword = previous.keyword, previous.kind == .word, keyword.takesHint {
            guard let end = commentEnd(from: position + 3, nested: false) else { return unterminated(start) }
            position = end
            return Token(kind: .hint, keyword: nil, start: start + 3, end: end - 2)
        }
        guard byte(2) == UInt8(ascii: "!") else {
            guard let end = commentEnd(from: position + 2, nested: false) else { return unterminated(start) }
            position = end
            return nil
        }
        var digits = 0
        var wanted = 0
        while digits < 6, byte(3 + digits).isDigit {
            wanted = wanted * 10 + Int(byte(3 + digits) - 0x30)
            digits += 1
        }
        if digits < 5 {
            digits = 0
            wanted = 0
        }
        if wanted <= version {
            elisions.append(SourceRange(start: start, end: start + 3 + digits))
            position += 3 + digits
            isInVersionComment = true
            return nil
        }
        guard let end = commentEnd(from: position + 3, nested: true) else { return unterminated(start) }
        elisions.append(SourceRange(start: start, end: end))
        position = end
        return nil
    }

    private mutating func unterminated(_ start: Int) -> Token {
        position = limit
        return Token(kind: .invalid, keyword: nil, start: start, end: limit)
    }

    /// The offset past the `*/` that ends a comment; a skipped version comment may hold one ordinary comment level.
    private func commentEnd(from start: Int, nested: Bool) -> Int? {
        var index = start
        while index + 1 < limit {
            if bytes[index] == UInt8(ascii: "*") && bytes[index + 1] == UInt8(ascii: "/") { return index + 2 }
            if nested && bytes[index] == UInt8(ascii: "/") && bytes[index + 1] == UInt8(ascii: "*") {
                guard let inner = commentEnd(from: index + 2, nested: false) else { return nil }
                index = inner
            } else {
                index += 1
            }
        }
        return nil
    }

    // MARK: Tokens

    private func token(_ kind: Token.Kind, _ length: Int) -> Token {
        Token(kind: kind, keyword: nil, start: position, end: min(position + length, limit))
    }

    private func lexToken() -> Token {
        let first = bytes[position]
        switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return isAfterNamePeriod ? word() : number()
        case UInt8(ascii: "'"):
            return quoted(at: position, .quotedText)
        case UInt8(ascii: "\""):
            return quoted(at: position, mode.contains(.ansiQuotes) ? .quotedName : .quotedText)
        case UInt8(ascii: "`"):
            return quoted(at: position, .quotedName)
        case UInt8(ascii: "."):
            if byte(1).isDigit && !isNameBefore { return fraction(from: position + 1) }
            return token(.period, 1)
        case UInt8(ascii: "@"):
            return atSign()
        default:
            if first.isNamePart { return prefixedString(first) ?? word() }
            return symbol(first)
        }
    }

    /// The token before ends right here and is a name: `a.1` is column `1` of `a`.
    private var isNameBefore: Bool {
        previous.end == position && (previous.kind == .word || previous.kind == .userVariable)
    }

    private var isAfterNamePeriod: Bool {
        previous.kind == .period && previous.end == position
    }

    private func word() -> Token {
        var end = position
        while end < limit && bytes[end].isNamePart {
            end += 1
        }
        var token = Token(kind: .word, keyword: nil, start: position, end: end)
        if previous.kind == .period { return token }
        if bytes[position] == UInt8(ascii: "_") {
            if CharsetNames.contains(bytes[(position + 1)..<end]) { token.kind = .charsetIntroducer }
            return token
        }
        guard let keyword = KeywordTable.shared.keyword(bytes[position..<end]) else { return token }
        if keyword.isFunction && !isParenthesis(at: end) { return token }
        token.keyword = keyword
        return token
    }

    private func isParenthesis(at offset: Int) -> Bool {
        var index = offset
        if mode.contains(.ignoreSpace) {
            while index < limit && bytes[index].isSpace {
                index += 1
            }
        }
        return index < limit && bytes[index] == UInt8(ascii: "(")
    }

    /// `N'..'`, `X'..'`, `B'..'`.
    private func prefixedString(_ first: UInt8) -> Token? {
        guard byte(1) == UInt8(ascii: "'"), previous.kind != .period else { return nil }
        switch first | 0x20 {
        case UInt8(ascii: "n"):
            return quoted(at: position + 1, .nationalString)
        case UInt8(ascii: "x"):
            return digits(.hexString) { $0.isHexDigit }
        case UInt8(ascii: "b"):
            return digits(.bitString) { $0 == 0x30 || $0 == 0x31 }
        default:
            return nil
        }
    }

    private func digits(_ kind: Token.Kind, _ isDigit: (UInt8) -> Bool) -> Token {
        var end = position + 2
        while end < limit && isDigit(bytes[end]) {
            end += 1
        }
        let isEven = kind != .hexString || (end - position).isMultiple(of: 2)
        guard end < limit, bytes[end] == UInt8(ascii: "'"), isEven else {
            return token(.invalid, limit - position)
        }
        return Token(kind: kind, keyword: nil, start: position, end: end + 1)
    }

    /// A quoted text whose quote is at `start`; doubled quotes and (in strings) backslashes escape.
    private func quoted(at start: Int, _ kind: Token.Kind) -> Token {
        let quote = bytes[start]
        let isName = kind == .quotedName || quote == UInt8(ascii: "`")
        let hasEscapes = !isName && !mode.contains(.noBackslashEscapes)
        var index = start + 1
        while index < limit {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\") && hasEscapes {
                index += 2
            } else if byte == 0 && isName {
                // No name holds a zero byte.
                return Token(kind: .invalid, keyword: nil, start: position, end: limit)
            } else if byte == quote {
                if index + 1 < limit && bytes[index + 1] == quote {
                    index += 2
                } else {
                    return Token(kind: kind, keyword: nil, start: position, end: index + 1)
                }
            } else {
                index += 1
            }
        }
        return Token(kind: .invalid, keyword: nil, start: position, end: limit)
    }

    private func number() -> Token {
        if bytes[position] == UInt8(ascii: "0"), byte(1) == UInt8(ascii: "x") || byte(1) == UInt8(ascii: "b") {
            let isHex = byte(1) == UInt8(ascii: "x")
            var end = position + 2
            while end < limit && (isHex ? bytes[end].isHexDigit : bytes[end] == 0x30 || bytes[end] == 0x31) {
                end += 1
            }
            if end > position + 2 && !(end < limit && bytes[end].isNamePart) {
                return Token(kind: isHex ? .hexNumber : .bitNumber, keyword: nil, start: position, end: end)
            }
            return word()
        }
        var end = position
        while end < limit && bytes[end].isDigit {
            end += 1
        }
        if end < limit && bytes[end] == UInt8(ascii: ".") { return fraction(from: end + 1) }
        if let exponent = exponentEnd(from: end) {
            return Token(kind: .floatNumber, keyword: nil, start: position, end: exponent)
        }
        if end < limit && bytes[end].isNamePart { return word() }
        return Token(kind: .integerNumber, keyword: nil, start: position, end: end)
    }

    /// Digits after the decimal point at `start`, and an exponent.
    private func fraction(from start: Int) -> Token {
        var end = start
        while end < limit && bytes[end].isDigit {
            end += 1
        }
        if let exponent = exponentEnd(from: end) {
            return Token(kind: .floatNumber, keyword: nil, start: position, end: exponent)
        }
        return Token(kind: .decimalNumber, keyword: nil, start: position, end: end)
    }

    private func exponentEnd(from start: Int) -> Int? {
        guard start < limit, bytes[start] | 0x20 == UInt8(ascii: "e") else { return nil }
        var end = start + 1
        if end < limit && (bytes[end] == UInt8(ascii: "+") || bytes[end] == UInt8(ascii: "-")) { end += 1 }
        let firstDigit = end
        while end < limit && bytes[end].isDigit {
            end += 1
        }
        return end > firstDigit ? end : nil
    }

    private func atSign() -> Token {
        let second = byte(1)
        if second == UInt8(ascii: "@") { return token(.doubleAt, 2) }
        if second == UInt8(ascii: "'") || second == UInt8(ascii: "\"") || second == UInt8(ascii: "`") {
            return quoted(at: position + 1, .userVariable)
        }
        var end = position + 1
        while end < limit && (bytes[end].isNamePart || bytes[end] == UInt8(ascii: ".")) {
            end += 1
        }
        return Token(kind: end > position + 1 ? .userVariable : .atSign, keyword: nil, start: position, end: end)
    }

    private func symbol(_ first: UInt8) -> Token {
        let second = byte(1)
        switch first {
        case UInt8(ascii: ";"): return token(.semicolon, 1)
        case UInt8(ascii: ","): return token(.comma, 1)
        case UInt8(ascii: "("): return token(.openParenthesis, 1)
        case UInt8(ascii: ")"): return token(.closeParenthesis, 1)
        case UInt8(ascii: "{"): return token(.openBrace, 1)
        case UInt8(ascii: "}"): return token(.closeBrace, 1)
        case UInt8(ascii: "?"): return token(.parameter, 1)
        case UInt8(ascii: "+"): return token(.plus, 1)
        case UInt8(ascii: "-"):
            if second == UInt8(ascii: ">") {
                return byte(2) == UInt8(ascii: ">") ? token(.doubleArrow, 3) : token(.arrow, 2)
            }
            return token(.minus, 1)
        case UInt8(ascii: "*"): return token(.star, 1)
        case UInt8(ascii: "/"): return token(.slash, 1)
        case UInt8(ascii: "%"): return token(.percent, 1)
        case UInt8(ascii: "^"): return token(.caret, 1)
        case UInt8(ascii: "~"): return token(.tilde, 1)
        case UInt8(ascii: "&"): return second == first ? token(.doubleAmpersand, 2) : token(.ampersand, 1)
        case UInt8(ascii: "|"): return second == first ? token(.doubleBar, 2) : token(.bar, 1)
        case UInt8(ascii: "!"): return second == UInt8(ascii: "=") ? token(.notEqual, 2) : token(.exclamation, 1)
        case UInt8(ascii: "="): return token(.equal, 1)
        case UInt8(ascii: "<"):
            switch second {
            case UInt8(ascii: "="): return byte(2) == UInt8(ascii: ">") ? token(.nullSafeEqual, 3) : token(.lessOrEqual, 2)
            case UInt8(ascii: ">"): return token(.notEqual, 2)
            case UInt8(ascii: "<"): return token(.shiftLeft, 2)
            default: return token(.lessThan, 1)
            }
        case UInt8(ascii: ">"):
            switch second {
            case UInt8(ascii: "="): return token(.greaterOrEqual, 2)
            case UInt8(ascii: ">"): return token(.shiftRight, 2)
            default: return token(.greater, 1)
            }
        case UInt8(ascii: ":"): return second == UInt8(ascii: "=") ? token(.colonEqual, 2) : token(.colon, 1)
        default: return token(.invalid, 1)
        }
    }
}

extension Keyword {
    /// Statements after whose first word an optimizer hint may stand.
    var takesHint: Bool {
        self == .select || self == .insert || self == .replace || self == .update || self == .delete
    }
}
