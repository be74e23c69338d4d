import MySQLTypes
import Testing

/// Names as a real MySQL 9.7 compares and prints them.
struct IdentifierTests {
    @Test("Column names are equal without regard to case, by the letters of Unicode 5.0", arguments: [
        ("a", "A", true), ("á", "Á", true), ("a", "á", false), ("\u{e9}", "e\u{301}", false), ("\u{212a}", "k", true),
        ("\u{130}", "i", true), ("\u{131}", "I", false), ("\u{df}", "\u{1e9e}", false), ("\u{1c5}", "\u{1c6}", true),
        ("\u{3c3}", "\u{3c2}", false), ("\u{a64a}", "\u{a64b}", false), ("\u{2126}", "\u{3c9}", true),
        ("\u{1f88}", "\u{1f80}", true), ("ab", "a", false), ("", "", true), ("a", "", false), ("\u{10400}", "\u{10428}", false),
    ])
    func columnNames(left: String, right: String, areEqual: Bool) {
        #expect(Identifier.equal(left, right) == areEqual)
        #expect(Identifier.equal(right, left) == areEqual)
        #expect((Identifier.key(left) == Identifier.key(right)) == areEqual)
    }

    @Test("Table names are equal byte for byte")
    func tableNames() {
        #expect(ExactName("\u{e9}") != ExactName("e\u{301}"))
        #expect(ExactName("t") != ExactName("T"))
        #expect(Set(["\u{e9}", "e\u{301}", "E", "e"].map { ExactName($0) }).count == 4)
        #expect(TableNameCase.lowered.read("TÁ") == "tá")
        #expect(TableNameCase.sensitive.read("TÁ") == "TÁ")
    }

    @Test("A quote is doubled, whatever combines with it", arguments: [
        ("a`\u{301}b", "`a``\u{301}b`", "\"a`\u{301}b\""), ("a\"\u{301}b", "`a\"\u{301}b`", "\"a\"\"\u{301}b\""),
        ("", "``", "\"\""), ("\"", "`\"`", "\"\"\"\""), ("`", "````", "\"`\""), ("a.`b", "`a.``b`", "\"a.`b\""),
        ("\u{1F468}\u{200D}\u{1F469}`", "`\u{1F468}\u{200D}\u{1F469}```", "\"\u{1F468}\u{200D}\u{1F469}`\""),
    ])
    func quotes(name: String, mysql: String, sqlite: String) {
        #expect(Array(Identifier.mysql(name).utf8) == Array(mysql.utf8))
        #expect(Array(Identifier.sqlite(name).utf8) == Array(sqlite.utf8))
    }

    @Test("A name has 1 to 64 characters, no zero byte and no space at its end")
    func flaws() {
        let emoji = String(repeating: "\u{1F600}", count: 64)
        #expect(Identifier.flaw(in: emoji) == nil)
        #expect(Identifier.flaw(in: emoji + "a") == .tooLong)
        #expect(Identifier.flaw(in: String(repeating: "e\u{301}", count: 33)) == .tooLong)
        #expect(Identifier.flaw(in: "") == .empty)
        #expect(Identifier.flaw(in: "a ") == .endsWithSpace)
        #expect(Identifier.flaw(in: "a \u{301}") == nil)
        #expect(Identifier.flaw(in: "a\0b") == .holdsZero)
    }

    @Test("Texts are quoted by bytes")
    func texts() {
        #expect(Array(TextLiteral.sqlite("a'\u{301}b").utf8) == Array("'a''\u{301}b'".utf8))
        #expect(TextLiteral.sqlite("a\0") == "CAST(x'6100' AS TEXT)")
        #expect(Array(TextLiteral.mysql("a'\u{301}\\\n").utf8) == Array("'a''\u{301}\\\\\\n'".utf8))
        #expect(Array(TextLiteral.mysql("'\u{301}", quotes: .escaped).utf8) == Array("'\\'\u{301}'".utf8))
    }
}
