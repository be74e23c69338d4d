import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder

/// ALTER INSTANCE.
public final class InstanceStatements: Sendable {
    /// Makes the TLS context of clients, or of the admin interface, anew from the variables. The error is 3888.
    public typealias ReloadTLS = @Sendable (_ administration: Bool, _ rollsBack: Bool) throws(SQLError) -> Void

    private let reloadTLS: ReloadTLS

    public init(reloadTLS: @escaping ReloadTLS) {
        self.reloadTLS = reloadTLS
    }

    func execute(
        _ action: AlterInstanceAction, _ traits: StatementTraits, in session: Session, into writer: ResultWriter
    ) throws(SQLError) {
        guard case .reloadTLS(let channel, let noRollback) = action else { throw SQLError(.notSupportedYet, traits.name) }
        let name = (channel ?? "mysql_main").lowercasedASCII
        guard name == "mysql_main" || name == "mysql_admin" else { throw SQLError(.syntaxError) }
        do throws(SQLError) {
            try reloadTLS(name == "mysql_admin", !noRollback)
        } catch {
            guard noRollback else { throw error }
            session.diagnostics.warn(.daSslLibraryError, error.message)
        }
        session.ok(writer)
    }
}
