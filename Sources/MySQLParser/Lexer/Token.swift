/// The smallest part of a statement's text.
struct Token {
    enum Kind: UInt8 {
        /// The text's end.
        case endOfInput
        /// A word without quotes; ``Token/keyword`` says which, if any.
        case word
        /// `` `name` ``, or `"name"` under ANSI_QUOTES.
        case quotedName
        case quotedText
        /// `N'..'`.
        case nationalString
        /// `X'..'`.
        case hexString
        /// `0x..`.
        case hexNumber
        /// `B'..'`.
        case bitString
        /// `0b..`.
        case bitNumber
        case integerNumber
        case decimalNumber
        case floatNumber
        /// `_utf8mb4` before a string.
        case charsetIntroducer
        /// `?`.
        case parameter
        /// `@name`, quoted or not; also the host part of an account.
        case userVariable
        /// `@` alone.
        case atSign
        /// `@@`.
        case doubleAt
        /// The text of `/*+ ... */`.
        case hint
        case semicolon, comma, period, openParenthesis, closeParenthesis, openBrace, closeBrace
        case plus, minus, star, slash, percent, caret, tilde, exclamation
        case ampersand, doubleAmpersand, bar, doubleBar
        case equal, nullSafeEqual, notEqual, lessThan, lessOrEqual, greater, greaterOrEqual
        case shiftLeft, shiftRight
        case colonEqual, colon
        case arrow, doubleArrow
        /// What no statement can hold: an unterminated string or comment, a stray byte.
        case invalid
    }

    var kind: Kind
    var keyword: Keyword?
    var start: Int
    var end: Int
}
