import Accounts
import MySQLProtocol
import Storage

/// What a bound statement needs of the accounts that it runs as: filled by the ``Binder`` while it resolves names, part of
/// the plan, checked whenever the plan runs (``Session/checkPrivileges(_:)``). Binding itself refuses nobody.
package final class RequiredPrivileges {
    /// Whose privileges count, and for whom an error must be worded.
    package struct SecurityContext {
        /// The definer of a view; nil for the session's own account.
        package var definer: AuthorizationID?
        /// The view that the statement names, inside of which this holds: its errors are 1356's. nil outside of views.
        package var view: TableUse?

        package init(definer: AuthorizationID? = nil, view: TableUse? = nil) {
            self.definer = definer
            self.view = view
        }
    }

    /// How a statement uses a table as a whole.
    package struct Access: Hashable {
        /// Each of these is held on the table or on one of its columns at least: error 1142 names those that are not.
        package var needed: Privileges
        /// With one of these, nothing else is needed of the table as a whole (UPDATE of several tables).
        package var suffices: Privileges = []
        /// CREATE VIEW: one of `suffices` is needed, and the error says ANY.
        package var isAny = false

        package static let select = Access(needed: .select)
        /// Of a view's query when it is made.
        package static let view = Access(needed: [], suffices: [.select, .insert, .update, .delete], isAny: true)

        package init(needed: Privileges, suffices: Privileges = [], isAny: Bool = false) {
            self.needed = needed
            self.suffices = suffices
            self.isAny = isAny
        }
    }

    package struct Table {
        package var context: Int
        package var schema: String
        package var name: String
        package var access: Access
        /// SELECT ... FOR UPDATE: one of UPDATE, DELETE and LOCK TABLES besides.
        package var isLocked = false

        package init(context: Int, schema: String, name: String, access: Access, isLocked: Bool = false) {
            self.context = context
            self.schema = schema
            self.name = name
            self.access = access
            self.isLocked = isLocked
        }
    }

    /// A column that the statement reads or writes.
    package struct Column: Hashable {
        /// A place in ``RequiredPrivileges/tables``.
        package var table: Int
        package var name: String
        package var privilege: Privileges
        /// It stands for `*`, or for a list that was left out: the error is the table's.
        package var isWildcard = false

        /// CREATE VIEW: any of these.
        package static let any: Privileges = [.select, .insert, .update, .delete]

        package init(table: Int, name: String, privilege: Privileges, isWildcard: Bool = false) {
            self.table = table
            self.name = name
            self.privilege = privilege
            self.isWildcard = isWildcard
        }
    }

    /// The first is the session's account.
    package private(set) var contexts = [SecurityContext()]
    package private(set) var tables: [Table] = []
    package private(set) var columns: [Column] = []
    private var known: Set<Column> = []
    /// The column that was looked for in vain the last time, and the tables where: whose columns the account may not see is
    /// not told that they do not exist.
    package var unresolved: (name: String, tables: [Int])?
    /// Views whose queries are part of the statement: EXPLAIN shows them to those only who may see them.
    package private(set) var views: [Int] = []
    /// The session's ``Session/privilegeVersion`` at the last check that found nothing missing.
    package var checkedVersion = UInt64.max

    /// Remembers a table; its place.
    package func use(_ schema: String, _ name: String, _ access: Access, context: Int) -> Int {
        tables.append(Table(context: context, schema: schema, name: name, access: access))
        return tables.count - 1
    }

    /// LOCK TABLES: what views read is locked too, as their definers.
    package func demandOfViews(_ privileges: Privileges) {
        for place in tables.indices where tables[place].context != 0 { tables[place].access.needed.formUnion(privileges) }
    }

    package func lock(_ table: Int) {
        tables[table].isLocked = true
    }

    package func use(_ column: Column) {
        if known.insert(column).inserted { columns.append(column) }
    }

    /// The columns that `body` comes to need are kept aside: those of a derived table's list count when they are used.
    package func deferring<Result>(_ body: () throws(SQLError) -> Result) throws(SQLError) -> (Result, [Column]) {
        let before = columns
        let beforeKnown = known
        columns = []
        known = []
        defer { (columns, known) = (before, beforeKnown) }
        let result = try body()
        return (result, columns)
    }

    /// The context of what stands in a view that is used in `context`: its definer's, or for an INVOKER view that around it.
    package func enter(_ view: ViewDefinition, used table: Int, in context: Int) -> Int {
        views.append(table)
        let outer = contexts[context]
        let named = outer.view ?? TableUse(schema: view.schema, name: view.name)
        let definer = view.security == "INVOKER" ? outer.definer : AuthorizationID(definer: view.definer)
        contexts.append(SecurityContext(definer: definer, view: named))
        return contexts.count - 1
    }
    package init() {}

}

extension AuthorizationID {
    /// `user@host`, as views keep their definer. A host has no `@`.
    package init(definer text: String) {
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else {
            self.init(user: text, host: "%")
            return
        }
        self.init(user: String(text[..<at]), host: String(text[text.utf8.index(after: at)...]))
    }
}
