import MySQLParser
import MySQLProtocol

extension SQLError {
    /// A parser's refusal as MySQL's error.
    package init(_ error: ParseError) {
        self.init(code: error.code, sqlState: "42000", message: error.message)
        let states: [(ErrorCode, String)] = [
            (.wrongUsage, "HY000"), (.spLilabelMismatch, "42000"), (.illegalValueForType, "22007"),
        ]
        for (code, state) in states where code.rawValue == error.code { sqlState = state }
        if error.code >= 3000, error.code != ErrorCode.illegalUserVar.rawValue { sqlState = "HY000" }
    }

    /// Error 1436: the statement is nested more deeply than can be executed.
    package static var tooDeep: SQLError { SQLError(.stackOverrunNeedMore, 1_048_576, 1_048_576, 16_384) }
}
