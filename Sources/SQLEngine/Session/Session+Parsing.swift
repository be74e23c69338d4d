import MySQLParser
import MySQLProtocol

extension Session {
    func parse(_ text: [UInt8], from start: Int) throws(SQLError) -> ParsedStatement {
        try StatementParsing.statement(
            text, from: start, mode: settings.parserMode, allowsMultiple: allowsMultipleStatements)
    }

    func parseExpression(_ text: String) throws(SQLError) -> Expression {
        try StatementParsing.expression(Array(text.utf8))
    }
}
