import MySQLParser
import MySQLProtocol

/// The parser's entries with MySQL's errors.
package enum StatementParsing {
    package static func statement(
        _ bytes: [UInt8], from start: Int, mode: ParserMode, allowsMultiple: Bool, lifted: [Int] = []
    ) throws(SQLError) -> ParsedStatement {
        do throws(ParseError) {
            return try SQLParser.parse(
                bytes, from: start,
                options: ParserOptions(mode: mode, allowsMultipleStatements: allowsMultiple, liftedLiterals: lifted))
        } catch {
            throw SQLError(error)
        }
    }

    /// A view's query.
    package static func query(_ bytes: [UInt8]) throws(SQLError) -> QueryExpression {
        do throws(ParseError) {
            return try SQLParser.parseQuery(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw SQLError(error)
        }
    }

    /// A stored expression.
    package static func expression(_ bytes: [UInt8]) throws(SQLError) -> Expression {
        do throws(ParseError) {
            return try SQLParser.parseExpression(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw SQLError(error)
        }
    }
}
