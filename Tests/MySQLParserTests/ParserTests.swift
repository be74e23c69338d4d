import MySQLParser
import Platform
import Testing

@Suite struct ParserTests {
    private func tree(_ source: String, mode: ParserMode = []) throws -> String {
        SyntaxPrinter.print(try SQLParser.parseExpression(source, options: ParserOptions(mode: mode)), literalCharset: nil)
    }

    @Test(arguments: [
        ("1 + 2 * 3", "(1 + (2 * 3))"), ("1 | 2 & 3 << 4 + 5", "(1 | (2 & (3 << (4 + 5))))"),
        ("a = b = c", "((`a` = `b`) = `c`)"), ("NOT a = b", "(not((`a` = `b`)))"), ("!a = b", "((not(`a`)) = `b`)"),
        ("a or b and c xor d", "(`a` or ((`b` and `c`) xor `d`))"), ("-a ^ b", "(-(`a`) ^ `b`)"),
        ("a between 1 and 2 and b", "((`a` between 1 and 2) and `b`)"), ("a is null = 1", "((`a` is null) = 1)"),
        ("a div b mod c", "((`a` DIV `b`) % `c`)"), ("a || b", "(`a` or `b`)"), ("a && b", "(`a` and `b`)"),
        ("a like b escape '|' or c", "((`a` like `b` escape '|') or `c`)"),
        ("interval 1 day + d", "(`d` + interval 1 day)"), ("interval(5, 1, 2)", "interval(5,1,2)"),
        ("d - interval (1 + 2) hour", "(`d` - interval (1 + 2) hour)"), ("d + interval(1, 2)", "(`d` + interval(1,2))"),
    ])
    func operatorsBindAsInMySQL(source: String, expected: String) throws {
        #expect(try tree(source) == expected)
    }

    @Test func sqlModesChangeTheGrammar() throws {
        #expect(try tree("a || b", mode: .pipesAsConcat) == "(`a` || `b`)")
        #expect(try tree("not a = b", mode: .highNotPrecedence) == "((not(`a`)) = `b`)")
        #expect(try tree("\"a\"", mode: .ansiQuotes) == "`a`")
        #expect(try tree("'a\\n'", mode: .noBackslashEscapes) == "'a\\\\n'")
        #expect(try tree("count (1)", mode: .ignoreSpace) == "count(1)")
    }

    @Test func statementsAreReadOneAfterTheOther() throws {
        let text = Array("SELECT 1 ; SELECT 2;\n# end".utf8)
        let options = ParserOptions(allowsMultipleStatements: true)
        let first = try SQLParser.parse(text, options: options)
        let next = try #require(first.next)
        #expect(first.range == SourceRange(start: 0, end: 8))
        let second = try SQLParser.parse(text, from: next, options: options)
        #expect(second.next == nil)
        #expect(throws: ParseError.self) { try SQLParser.parse(text) }
    }

    @Test func commentsAloneDoNothingAndNothingIsAnError() throws {
        for text in ["-- comment", "# comment\n", "/* comment */ ;", "/*!40000 */", "/*!99999 SELECT */"] {
            guard case .do = try SQLParser.parse(text).statement else {
                Issue.record("\(text)")
                continue
            }
        }
        for text in ["", " ", ";", "\n;;"] {
            do throws(ParseError) {
                _ = try SQLParser.parse(text)
                Issue.record("accepted: \(text)")
            } catch {
                #expect(error.code == 1065)
            }
        }
    }

    @Test func nestingIsBoundedWithoutOverflowingTheStack() throws {
        final class Result: @unchecked Sendable {
            var codes: [UInt16?] = []
        }
        let result = Result()
        // Frames of a debug build are four times a release build's, for which a session's 1 MiB is plenty.
        let thread = Thread.start(name: "deep", stackSize: 4 << 20) {
            let count = 100_000
            let hostile = [
                "SELECT " + String(repeating: "(", count: count) + "1",
                "SELECT " + String(repeating: "-", count: count).replacing("-", with: "- ") + "1",
                "SELECT " + String(repeating: "NOT ", count: count) + "1",
                "SELECT 1" + String(repeating: "+1", count: count),
                "SELECT " + String(repeating: "f(", count: count),
                "SELECT * FROM " + String(repeating: "(", count: count) + "t",
                "SELECT * FROM t" + String(repeating: " JOIN t", count: count),
                String(repeating: "(", count: count) + "SELECT 1",
                "SELECT 1 FROM " + String(repeating: "(SELECT 1 FROM ", count: count),
                "CREATE PROCEDURE p() " + String(repeating: "BEGIN ", count: count),
                "SELECT 1" + String(repeating: " IS NULL", count: count),
                "SELECT 1" + String(repeating: " UNION SELECT 1", count: count),
                "EXPLAIN " + String(repeating: "EXPLAIN ", count: count),
                "SELECT 1 WHERE 1" + String(repeating: " AND 1 = 1", count: count),
            ]
            for text in hostile {
                var code: UInt16?
                do throws(ParseError) {
                    _ = try SQLParser.parse(text)
                } catch {
                    code = error.code
                }
                result.codes.append(code)
            }
        }
        thread?.join()
        #expect(result.codes == [1436, 1436, 1436, 1436, 1436, 1436, 1436, 1436, 1436, 1436, 1436, 1436, 1064, nil])
    }

    @Test func reasonableNestingIsAccepted() throws {
        _ = try SQLParser.parse("SELECT " + String(repeating: "(", count: 50) + "1" + String(repeating: ")", count: 50))
        _ = try SQLParser.parse("SELECT 1" + String(repeating: "+1", count: 150))
        _ = try SQLParser.parse("SELECT 1 WHERE 1" + String(repeating: " OR a = 1", count: 5000))
    }

    @Test func mutatedStatementsNeverTrap() throws {
        var generator = Linear(state: 42)
        var corpus = try ConformanceTests.cases().map { Array($0.sql.utf8) }
        if corpus.isEmpty { corpus = [Array("SELECT a, 'b' FROM t WHERE c IN (1, 2) /*! x */ ORDER BY 1".utf8)] }
        var shape = StatementShape()
        for _ in 0..<20_000 {
            var text = corpus[Int(generator.next() % UInt64(corpus.count))]
            for _ in 0..<(1 + generator.next() % 4) where !text.isEmpty {
                let place = Int(generator.next() % UInt64(text.count))
                switch generator.next() % 4 {
                case 0: text.remove(at: place)
                case 1: text[place] = UInt8(truncatingIfNeeded: generator.next())
                case 2: text.insert(UInt8(truncatingIfNeeded: generator.next() % 96 + 32), at: place)
                default: text.removeLast(min(text.count, Int(generator.next() % 8)))
                }
            }
            if shape.scan(text, mode: []) {
                _ = try? SQLParser.parse(text, options: ParserOptions(liftedLiterals: shape.liftedOffsets))
                for literal in shape.literals { _ = literal.value(in: text, mode: []) }
            }
            _ = try? SQLParser.parse(text, options: ParserOptions(allowsMultipleStatements: true))
        }
    }
}

struct Linear: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 17
    }
}
