import MySQLParser
import MySQLProtocol
import SQLBinder

extension Session {
    func parse(_ text: [UInt8], from start: Int) throws(SQLError) -> ParsedStatement {
        try StatementParsing.statement(
            text, from: start, mode: settings.parserMode, allowsMultiple: allowsMultipleStatements)
    }

    package func parseExpression(_ text: String) throws(SQLError) -> Expression {
        try StatementParsing.expression(Array(text.utf8))
    }
}
