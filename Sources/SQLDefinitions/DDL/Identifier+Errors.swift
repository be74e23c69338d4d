import MySQLProtocol
import MySQLTypes

extension Identifier {
    /// A new object's name: error 1059, or the one of the object's kind (1102 databases, 1103 tables and views, 1166 columns,
    /// 1280 indexes).
    package static func check(_ name: String, _ code: ErrorCode) throws(SQLError) {
        switch flaw(in: name) {
        case nil: break
        case .tooLong?: throw SQLError(.tooLongIdent, name)
        case .empty?, .endsWithSpace?, .holdsZero?: throw SQLError(code, name)
        }
    }

    /// A name that is only looked up, or a constraint's: error 1059.
    package static func checkLength(_ name: String) throws(SQLError) {
        if flaw(in: name) == .tooLong { throw SQLError(.tooLongIdent, name) }
    }
}
