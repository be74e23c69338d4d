import MySQLParser
import MySQLProtocol

/// What a kind of statement is: the one table of it, ``init(_:)``, has a row for each kind and no `default`, so that a new
/// kind does not compile before everything that is asked here is answered. Recorded from MySQL 9.7
/// (`Tests/SQLEngineTests/Traits/StatementFacts`).
///
/// The parser's tree says what a statement names; what it needs of tables and columns, its plan says.
package struct StatementTraits: Sendable {
    /// What it changes.
    package enum Change: Sendable {
        case nothing
        /// Rows of tables: through the transaction.
        case rows
        /// Databases, tables, views, programs: ordered as text.
        case definitions
        /// Accounts, roles, privileges: ordered as text, by ``AccountStatementExecutor``.
        case accounts
        /// This server alone.
        case server
    }

    /// What it does to the transaction that is open.
    package enum TransactionRule: Sendable {
        case keeps
        /// Commits it, before anything else is done.
        case commits
        /// Error 1192 while one is open.
        case refusedInside
    }

    /// `read_only`, `super_read_only`.
    package enum ReadOnlyServerRule: Sendable {
        case allowed
        /// Error 1290, whoever asks.
        case refused
        /// Error 1290 for those who hold the privileges; the others hear of these.
        case refusedAfterPrivileges
    }

    /// Under LOCK TABLES.
    package enum TableLockRule: Sendable {
        case allowed
        /// Judged by the tables that it uses: errors 1099 and 1100.
        case byTables
        /// Error 1192.
        case refused
        /// Error 1100: it writes a system table, which is never among the locked ones.
        case needsSystemTable(String)
    }

    /// Within stored programs.
    package enum ProgramRule: Sendable {
        case everywhere
        /// In procedures and events; a function or trigger refuses it with this.
        case notInFunctions(ProgramRefusal)
        case nowhere(ProgramRefusal)
    }

    package enum ProgramRefusal: Sendable {
        /// Error 1415.
        case returnsRows
        /// Error 1422.
        case commits
        /// Error 1445.
        case setsAutocommit
        /// Error 1336, with what is not allowed.
        case statement(String)
        /// Error 1314, with what is not allowed.
        case badStatement(String)
        /// Errors 1303 and 1357: programs do not define programs.
        case creates(String), alters(String)
        /// Error 1576.
        case createsEvent
        /// Error 1235.
        case unsupported(String)
    }

    /// What the binary log has of it.
    package enum BinaryLogForm: Sendable {
        case nothing, rows, text
    }

    /// What MySQL calls it.
    package var name: String
    /// Its `Com_` counter; nil for what never stands alone.
    package var kind: StatementKind?
    package var change = Change.nothing
    package var transaction = TransactionRule.keeps
    /// Error 1792 in a READ ONLY transaction, and where `transaction_read_only` makes it one.
    package var isRefusedInReadOnlyTransaction = false
    package var readOnlyServer = ReadOnlyServerRule.allowed
    package var tableLocks = TableLockRule.allowed
    /// Error 1223 for the session that said FLUSH TABLES WITH READ LOCK.
    package var isRefusedUnderGlobalReadLock = false
    /// Nothing but a new password of one's own may be set while the old one has expired: error 1820.
    package var isAllowedWithExpiredPassword = false
    /// Error 1295 where it is false.
    package var isPreparable = true
    package var programs = ProgramRule.everywhere
    /// `group_replication_consistency` may have it wait before it begins. Queries are held by their plans: only these know
    /// what is read.
    package var isHeldByConsistency = false
    /// It tells of the statement before, so that one's conditions stay.
    package var keepsDiagnostics = false
    package var binaryLog = BinaryLogForm.nothing
    /// What it needs whatever it names, in the order of MySQL's checks: each of them.
    package var privileges: [StaticPrivilege] = []

    private init(_ name: String, _ kind: StatementKind?) {
        self.name = name
        self.kind = kind
    }

    // MARK: - Rows of the table

    /// Looks at something or sets something of the session.
    package static func plain(_ name: String, _ kind: StatementKind?, _ privileges: [StaticPrivilege] = []) -> StatementTraits {
        var traits = StatementTraits(name, kind)
        traits.privileges = privileges
        return traits
    }

    /// Answers with rows.
    package static func listing(_ name: String, _ kind: StatementKind, _ privileges: [StaticPrivilege] = []) -> StatementTraits {
        var traits = plain(name, kind, privileges)
        traits.programs = .notInFunctions(.returnsRows)
        return traits
    }

    /// INSERT and its kin.
    package static func rows(_ name: String, _ kind: StatementKind) -> StatementTraits {
        var traits = StatementTraits(name, kind)
        traits.change = .rows
        traits.isRefusedInReadOnlyTransaction = true
        traits.readOnlyServer = .refused
        traits.tableLocks = .byTables
        traits.isRefusedUnderGlobalReadLock = true
        traits.isHeldByConsistency = true
        traits.binaryLog = .rows
        return traits
    }

    /// A DDL.
    package static func definition(
        _ name: String, _ kind: StatementKind, locks: TableLockRule, _ privileges: [StaticPrivilege] = []
    ) -> StatementTraits {
        var traits = StatementTraits(name, kind)
        traits.change = .definitions
        traits.transaction = .commits
        traits.isRefusedInReadOnlyTransaction = true
        traits.readOnlyServer = .refused
        traits.tableLocks = locks
        traits.isRefusedUnderGlobalReadLock = true
        traits.programs = .notInFunctions(.commits)
        traits.isHeldByConsistency = true
        traits.binaryLog = .text
        traits.privileges = privileges
        return traits
    }

    /// A DDL about stored programs, events or other things that MySQL keeps in its dictionary.
    package static func program(
        _ name: String, _ kind: StatementKind, _ programs: ProgramRule, _ privileges: [StaticPrivilege] = []
    ) -> StatementTraits {
        var traits = definition(name, kind, locks: .refused, privileges)
        traits.readOnlyServer = .refusedAfterPrivileges
        traits.programs = programs
        traits.isPreparable = false
        return traits
    }

    /// CREATE USER and its kin: what it needs depends on whom it names (``AccountAuthority``).
    package static func account(_ name: String, _ kind: StatementKind) -> StatementTraits {
        var traits = definition(name, kind, locks: .needsSystemTable("user"))
        traits.change = .accounts
        traits.readOnlyServer = .refusedAfterPrivileges
        return traits
    }

    /// Steers this server.
    package static func server(
        _ name: String, _ kind: StatementKind, _ transaction: TransactionRule, _ privileges: [StaticPrivilege]
    ) -> StatementTraits {
        var traits = StatementTraits(name, kind)
        traits.change = .server
        traits.transaction = transaction
        if case .commits = transaction { traits.programs = .notInFunctions(.commits) }
        traits.privileges = privileges
        return traits
    }

    /// Registers something that the server loads: kept in a system table of this server.
    package static func loadable(
        _ name: String, _ kind: StatementKind, table: String, _ privilege: StaticPrivilege
    ) -> StatementTraits {
        var traits = server(name, kind, .commits, [privilege])
        traits.isRefusedInReadOnlyTransaction = true
        traits.readOnlyServer = .refusedAfterPrivileges
        traits.tableLocks = .needsSystemTable(table)
        traits.isRefusedUnderGlobalReadLock = true
        return traits
    }

    package func with(_ change: (inout StatementTraits) -> Void) -> StatementTraits {
        var traits = self
        change(&traits)
        return traits
    }
}
