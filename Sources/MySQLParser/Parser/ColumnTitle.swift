/// The names that MySQL gives to result columns without an alias.
extension Parser {
    /// Bytes of a name that MySQL derives from an expression's text.
    private static let maximumTitleLength = 255

    /// A column's own name, a string literal's first part, else the expression's text as written.
    mutating func columnTitle(of expression: Expression, firstToken: Int, start: Int, end: Int) -> String {
        switch expression.kind {
        case .column(let column):
            return column.name
        case .literal(.string):
            if let title = stringTitle(firstToken) { return title }
        case .literal(.null):
            return "NULL"
        case .function(let call) where call.name == "name_const" && call.schema == nil:
            if case .literal(.string(let value, _)) = call.arguments.first?.kind { return clipped(value[...]) }
        case .literal(.integer), .literal(.decimal), .literal(.float):
            return title(from: expression.range.start, to: expression.range.end)
        default:
            break
        }
        return title(from: start, to: end)
    }

    /// The value of the first string token, up to a NUL byte, without leading spaces.
    private mutating func stringTitle(_ firstToken: Int) -> String? {
        let consumed = index - firstToken
        for distance in stride(from: -consumed, to: 0, by: 1) {
            let token = peek(distance)
            guard token.kind == .quotedText || token.kind == .nationalString else { continue }
            let value = lexer.stringValue(token)
            let visible = value.prefix { $0 != 0 }.drop { $0.isSpace || $0 < 0x20 || $0 == 0x7f }
            return clipped(visible)
        }
        return nil
    }

    /// Source text without the markers of version comments.
    private func title(from start: Int, to end: Int) -> String {
        var bytes: [UInt8] = []
        var position = start
        for elision in lexer.elisions where elision.start >= start && elision.start < end {
            bytes += lexer.bytes[position..<elision.start]
            position = min(elision.end, end)
        }
        bytes += lexer.bytes[position..<end]
        return clipped(bytes[...])
    }

    /// At most 255 bytes; characters beyond the basic plane become `?`, as names are kept in utf8mb3.
    private func clipped(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        if bytes.contains(where: { $0 >= 0xf0 }) {
            var scalars = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                scalars.append(scalar.value > 0xffff ? "?" : scalar)
            }
            text = String(scalars)
        }
        guard text.utf8.count > Self.maximumTitleLength else { return text }
        var kept = Array(text.utf8.prefix(Self.maximumTitleLength))
        while let last = kept.last, last >= 0x80, String(validating: kept, as: UTF8.self) == nil {
            kept.removeLast()
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
