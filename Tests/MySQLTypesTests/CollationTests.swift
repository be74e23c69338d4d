import Testing

@testable import MySQLTypes

@Suite struct CollationTests {
    private func compare(_ left: String, _ right: String, _ name: String) throws -> Int {
        let collation = try #require(Collation.named(name))
        return Array(left.utf8).withUnsafeBufferPointer { left in
            Array(right.utf8).withUnsafeBufferPointer { right in collation.compare(left, right).signum() }
        }
    }

    @Test(arguments: [
        ("a", "A"), ("a", "á"), ("ß", "ss"), ("ﬁ", "fi"), ("Å", "A"), ("Ł", "l"), ("1", "１"), ("²", "2"), ("ｱ", "ア"),
        ("は", "ハ"), ("❤️", "❤"),
    ])
    func accentsAndCaseAreIgnored(left: String, right: String) throws {
        #expect(try compare(left, right, "utf8mb4_0900_ai_ci") == 0)
    }

    @Test(arguments: [("a", "a "), ("a", "b"), ("😀", "😁"), ("a", "a\t"), ("", "a"), ("😀", "a"), ("z", "あ"), ("あ", "日")])
    func theFirstIsLess(left: String, right: String) throws {
        #expect(try compare(left, right, "utf8mb4_0900_ai_ci") == -1)
        #expect(try compare(right, left, "utf8mb4_0900_ai_ci") == 1)
    }

    @Test func familiesDiffer() throws {
        #expect(try compare("a", "a ", "utf8mb4_general_ci") == 0)
        #expect(try compare("a", "a ", "utf8mb4_bin") == 0)
        #expect(try compare("a", "a ", "utf8mb4_0900_bin") == -1)
        #expect(try compare("é", "e", "utf8mb4_0900_as_ci") == 1)
        #expect(try compare("E", "e", "utf8mb4_0900_as_ci") == 0)
        #expect(try compare("E", "e", "utf8mb4_0900_as_cs") == 1)
        #expect(try compare("ß", "s", "utf8mb4_general_ci") == 0)
        #expect(try compare("é", "e", "latin1_swedish_ci") == 0)
        #expect(try compare("ö", "z", "latin1_swedish_ci") == 1)
    }

    @Test func sortKeysAreMySQLs() throws {
        let collation = try #require(Collation(.utf8mb4_0900_ai_ci))
        var key: [UInt8] = []
        Array("ab".utf8).withUnsafeBufferPointer { collation.appendSortKey(of: $0, to: &key) }
        #expect(key == [0x1C, 0x47, 0x1C, 0x60])
    }

    @Test func characterSetsConvert() {
        let text = Array("café".utf8)
        #expect(text.withUnsafeBufferPointer { CharacterSet.latin1.encode($0).bytes } == [0x63, 0x61, 0x66, 0xE9])
        #expect([0xE9].withUnsafeBufferPointer { CharacterSet.latin1.decode($0) } == Array("é".utf8))
        #expect(Array("日".utf8).withUnsafeBufferPointer { CharacterSet.latin1.encode($0).isLossy })
        #expect([0xC3, 0x28].withUnsafeBufferPointer { CharacterSet.utf8mb4.decode($0) } == nil)
        #expect(
            Array("a😀".utf8).withUnsafeBufferPointer { CharacterSet.utf16.encode($0).bytes } == [
                0, 0x61, 0xD8, 0x3D, 0xDE, 0x00,
            ])
    }
}

@Suite struct JSONTests {
    private func normalised(_ text: String) -> String? {
        guard case .success(let value) = JSONParser.parse(Array(text.utf8)) else { return nil }
        return String(decoding: value.text, as: UTF8.self)
    }

    @Test(arguments: [
        ("{\"b\":1,\"aa\":2,\"a\":3}", "{\"a\": 3, \"b\": 1, \"aa\": 2}"),
        ("[1, 2.5,\"x\",null,true]", "[1, 2.5, \"x\", null, true]"),
        ("{\"name\":1,\"name\":2}", "{\"name\": 2}"), ("1.50", "1.5"), ("1e3", "1000.0"),
        ("18446744073709551615", "18446744073709551615"),
        ("\"\\u0041\\n\"", "\"A\\n\""), (" [ ] ", "[]"),
    ])
    func textIsNormalised(text: String, result: String) {
        #expect(normalised(text) == result)
    }

    @Test(arguments: [
        ("{bad}", "Missing a name for object member.", 1), ("", "The document is empty.", 0),
        ("[1,]", "Invalid value.", 3), ("bad", "Invalid value.", 0),
    ])
    func failuresAreNamed(text: String, reason: String, position: Int) {
        guard case .failure(let failure) = JSONParser.parse(Array(text.utf8)) else {
            Issue.record("it was accepted")
            return
        }
        #expect(failure.reason == reason)
        #expect(failure.position == position)
    }

    @Test func deepNestingIsRefused() {
        #expect(normalised(String(repeating: "[", count: 101) + String(repeating: "]", count: 101)) == nil)
        #expect(normalised(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)) != nil)
    }

    @Test(arguments: [
        ("$[0]", "1"), ("$[5].k[1]", "20"), ("$[last]", "{\"k\": [10, 20]}"), ("$[1 to 2]", "2.5,\"x\""),
        ("$**.k", "[10, 20]"), ("$.nope", ""),
    ])
    func pathsFindTheirValues(path: String, result: String) throws {
        guard
            case .success(let document) = JSONParser.parse(Array("[1, 2.5, \"x\", null, true, {\"k\": [10,20]}]".utf8))
        else { return }
        let parsed = try Array(path.utf8).withUnsafeBufferPointer { try JSONPath($0) }
        #expect(
            parsed.matches(in: document).map { String(decoding: $0.text, as: UTF8.self) }.joined(separator: ",")
                == result)
    }
}

@Suite struct RegularExpressionTests {
    private func find(_ pattern: String, _ text: String, _ options: RegularExpression.Options = []) throws -> String? {
        let expression = try Array(pattern.utf8).withUnsafeBufferPointer { try RegularExpression($0, options) }
        let characters = Array(text.unicodeScalars.map(\.value))
        guard let match = try expression.firstMatch(in: characters, from: 0) else { return nil }
        var result = ""
        for value in characters[match.range] {
            if let scalar = UnicodeScalar(value) { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    @Test(arguments: [
        ("b+", "abbbc", "bbb"), ("^[a-z]$", "a", "a"), ("a|bc", "xbc", "bc"), ("(a+)(b*)\\1", "aabaa", "aabaa"),
        ("a.*?c", "abcbc", "abc"),
        ("\\d{2,3}", "a1234", "123"), ("[[:alpha:]]+", "12ab3", "ab"), ("(?i)ABC", "xabc", "abc"),
        ("\\bfoo\\b", "a foo b", "foo"), ("a(?=b)", "acab", "a"),
        ("(?<!x)y", "xyzy", "y"), ("[^a-c]+", "abcdef", "def"), ("l{2}", "hello", "ll"), ("(ab)*c", "ababc", "ababc"),
    ])
    func patternsMatch(pattern: String, text: String, result: String) throws {
        #expect(try find(pattern, text) == result)
    }

    @Test(arguments: [
        ("(", RegularExpression.Failure.mismatchedParenthesis), ("a{2,1}", .maxBelowMin), ("[a", .unclosedBracket),
        ("[z-a]", .badRange), ("a{", .badInterval),
        ("\\1", .invalidBackReference),
    ])
    func wrongPatternsAreNamed(pattern: String, failure: RegularExpression.Failure) {
        #expect(throws: failure) { try Array(pattern.utf8).withUnsafeBufferPointer { try RegularExpression($0, []) } }
    }

    @Test func catastrophicPatternsAreGivenUp() {
        #expect(throws: RegularExpression.Failure.self) {
            try find("(a*)*(a*)*(a*)*b", String(repeating: "a", count: 3000))
        }
    }

    @Test func caselessMatchingFolds() throws {
        #expect(try find("É", "é", .caseless) == "é")
        #expect(try find("[A-M]", "k", .caseless) == "k")
        #expect(try find("abc", "ABC") == nil)
    }
}
