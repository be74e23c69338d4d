import MySQLTypes
import Testing

struct JSONPathTests {
    private func matches(_ path: String, _ document: String) throws -> [String] {
        guard case .success(let value) = JSONParser.parse(Array(document.utf8)) else { return [] }
        let path = try Array(path.utf8).withUnsafeBufferPointer { try JSONPath($0) }
        return path.matches(in: value).map { String(decoding: $0.text, as: UTF8.self) }
    }

    @Test func severalEllipsesGiveEachValueOnce() throws {
        let document = "{\"a\": {\"a\": {\"a\": 1}}}"
        #expect(try matches("$**.a", document) == ["{\"a\": {\"a\": 1}}", "{\"a\": 1}", "1"])
        #expect(try matches("$**.a**.a", document) == ["{\"a\": 1}", "1"])
        #expect(try matches("$**[0]**[0]", "[[1, 2], 3]") == ["1", "2", "3"])
    }

    @Test func manyEllipsesTakeNoLongerThanTheDocumentIsLarge() throws {
        var document = "1"
        for _ in 0..<60 { document = "[\(document), \(document.count < 2000 ? document : "2")]" }
        let path = "$" + String(repeating: "**[*]", count: 40) + "**[last]"
        #expect(try matches(path, document).count < 20_000)
    }

    @Test func threeStarsAreRefusedAsInMySQL() {
        for path in ["$***.a", "$****.a", "$**", "$**.a***[0]"] {
            #expect((try? matches(path, "{}")) == nil, "\(path)")
        }
    }
}
