/// Pieces of SQLite's SQL.
public enum SQLiteText {
    /// A name in double quotes.
    public static func name(_ name: String) -> String {
        var text = "\""
        for character in name.unicodeScalars {
            if character == "\"" { text.append("\"") }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }

    /// A text literal.
    public static func literal(_ value: String) -> String {
        var text = "'"
        for character in value.unicodeScalars {
            if character == "'" { text.append("'") }
            text.unicodeScalars.append(character)
        }
        return text + "'"
    }
}
