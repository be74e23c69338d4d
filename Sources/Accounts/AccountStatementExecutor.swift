import MySQLParser
import MySQLProtocol
import MySQLTypes

/// Executes account statements on a catalog: CREATE/ALTER/DROP/RENAME USER, roles, GRANT, REVOKE.
///
/// The session runs it once on a copy, to check the statement and to learn its warnings; the applier of each member runs
/// it again on the statement's ordered text (``AccountStatementPrinter``), at the statement's place in the order. It
/// is deterministic: passwords have become hashes by then (``AccountStatementPreparation``).
package struct AccountStatementExecutor {
    /// A warning or note that the statement leaves in the diagnostics area.
    package struct Note {
        package var isWarning = false
        package var code: ErrorCode
        package var message: String

        package init(isWarning: Bool = false, code: ErrorCode, message: String) {
            self.isWarning = isWarning
            self.code = code
            self.message = message
        }
    }

    /// What the statement may ask about tables.
    package typealias ColumnsOfTable = (_ schema: String, _ table: String) -> [String]?

    package var catalog: AccountCatalog
    /// CURRENT_USER, and the database of `ON *`.
    package let currentAccount: AuthorizationID
    package let currentSchema: String?
    package let columnsOfTable: ColumnsOfTable
    package var settings = AccountStatementSettings()
    /// The statement's time, in microseconds since 1970: when passwords are set.
    package var timestamp: UInt64 = 0
    package var notes: [Note] = []

    package init(
        catalog: AccountCatalog, currentAccount: AuthorizationID, currentSchema: String?,
        columnsOfTable: @escaping ColumnsOfTable
    ) {
        self.catalog = catalog
        self.currentAccount = currentAccount
        self.currentSchema = currentSchema
        self.columnsOfTable = columnsOfTable
    }

    package mutating func execute(_ statement: Statement) throws(SQLError) {
        switch statement {
        case .createUser(let create): try createUser(create)
        case .alterUser(let alter): try alterUser(alter)
        case .dropUser(let names, let ifExists): try drop(names, ifExists: ifExists, operation: "DROP USER")
        case .renameUser(let renames): try rename(renames)
        case .createRole(let names, let ifNotExists): try createRoles(names, ifNotExists: ifNotExists)
        case .dropRole(let names, let ifExists): try drop(names, ifExists: ifExists, operation: "DROP ROLE")
        case .grant(let grant): try self.grant(grant)
        case .grantRoles(let roles, let accounts, let withAdminOption):
            try grantRoles(roles, to: accounts, withAdminOption: withAdminOption)
        case .grantProxy(let proxied, let accounts, let withGrantOption):
            try grantProxy(on: proxied, to: accounts, withGrantOption: withGrantOption)
        case .revoke(let revoke): try self.revoke(revoke)
        case .setDefaultRole(let choice, let accounts): try setDefaultRole(choice, of: accounts)
        default: throw SQLError(.notSupportedYet, "This account statement")
        }
    }

    package func resolve(_ name: AccountName) -> AuthorizationID {
        name.id(currentAccount: currentAccount)
    }

    package mutating func note(_ code: ErrorCode, _ message: String) {
        notes.append(Note(code: code, message: message))
    }

    package mutating func warn(_ error: SQLError, _ code: ErrorCode) {
        notes.append(Note(isWarning: true, code: code, message: error.message))
    }

    package func failed(_ operation: String, _ names: [AuthorizationID], _ why: String) -> SQLError {
        let quoted = names.map { $0.user.isEmpty ? "anonymous user" : $0.quoted }.joined(separator: ",")
        return SQLError(.cannotUser, message: "Operation \(operation) failed for \(quoted)\(why)")
    }

    /// Error 3628: mandatory roles stay.
    package func checkNotMandatory(_ ids: [AuthorizationID]) throws(SQLError) {
        for id in ids where settings.mandatoryRoles.contains(id) && catalog[id] != nil {
            throw SQLError(.mandatoryRole, id.backquoted)
        }
    }
}

extension AccountName {
    /// The account that is meant.
    package func id(currentAccount: AuthorizationID) -> AuthorizationID {
        if isCurrentUser { return currentAccount }
        return AuthorizationID(user: user, host: (host ?? "%").lowercasedASCII)
    }
}
