import Accounts
import BinaryLog
import MySQLProtocol
import Platform
import SQLEngine
import SystemCatalog

/// One client's session as the front end drives it.
final class NodeSession: FrontEndSession {
    let session: Session
    private let context: ServerContext
    /// What COM_REGISTER_SLAVE told.
    private(set) var replica: RegisterReplicaRequest?

    init(
        _ context: ServerContext, _ client: ClientIdentity, disconnect: @escaping @Sendable () -> Void
    ) throws(SQLError) {
        self.context = context
        session = try Session(
            server: context, connectionID: UInt64(client.connectionID),
            account: Self.account(of: client), userName: client.user, clientHost: client.host)
        session.handle.setDisconnect(disconnect)
        if let tls = client.tls {
            session.statusValues["Ssl_version"] = tls.version
            session.statusValues["Ssl_cipher"] = tls.cipher
        }
        if let compression = client.compression {
            session.statusValues["Compression"] = "ON"
            session.statusValues["Compression_algorithm"] = compression.name
            session.statusValues["Compression_level"] = String(compression.level)
        }
        try adopt(client)
    }

    /// The account whose privileges the session has.
    private static func account(of client: ClientIdentity) -> AuthorizationID {
        client.account.proxied.map { AuthorizationID(user: $0.user, host: $0.host) }
            ?? AuthorizationID(user: client.account.user, host: client.account.host)
    }

    /// Error 1862: the password has expired, and the client cannot be restricted to setting a new one.
    private func adopt(_ client: ClientIdentity) throws(SQLError) {
        try session.countConnection(as: AuthorizationID(user: client.account.user, host: client.account.host))
        session.countsFoundRows = client.capabilities.contains(.foundRows)
        session.canOmitMetadata = client.capabilities.contains(.optionalResultSetMetadata)
        session.allowsMultipleStatements = client.capabilities.contains(.multiStatements)
        session.begin(
            collation: client.collation, isInteractive: client.capabilities.contains(.interactive),
            attributes: client.attributes)
        // The client's parser of names allows blanks before parentheses: so does ours.
        if client.capabilities.contains(.ignoreSpace) { session.ignoreSpace() }
        if session.mustChangePassword, !client.capabilities.contains(.canHandleExpiredPasswords),
            context.globals.isOn("disconnect_on_expired_password")
        {
            ErrorLog.shared.log(
                .note, code: 13_851,
                "Password for the account '\(client.user)'@'\(client.host)' has expired. To log in, either change it using "
                    + "a client that supports expired passwords or send the change request to an administrator.")
            throw SQLError(.mustChangePasswordLogin)
        }
    }

    var status: ServerStatus { session.status }
    var sendsMetadata: Bool { session.sendsMetadata }
    func takeStateChanges() -> [SessionStateChange]? { session.takeStateChanges() }
    var warningCount: UInt16 { session.warningCount }
    func commandFailed(_ error: SQLError) { session.commandFailed(error) }
    func forgetDiagnostics() { session.forgetDiagnostics() }
    var schema: String? { session.currentDatabase }

    // Asked for at each command: the variables' places are looked up once.
    private static let limitPlaces = ["wait_timeout", "net_read_timeout", "net_write_timeout", "max_allowed_packet"]
        .map { SystemVariable.place(of: $0) }

    var limits: SessionLimits {
        func value(_ index: Int) -> Int { Self.limitPlaces[index].map { Int(clamping: session.variables[$0].number) } ?? 0 }
        var limits = SessionLimits()
        limits.waitTimeout = .seconds(value(0))
        limits.netReadTimeout = .seconds(value(1))
        limits.netWriteTimeout = .seconds(value(2))
        limits.maxAllowedPacket = value(3)
        return limits
    }
    var wantsToDisconnect: Bool { session.wantsToDisconnect }
    var isKilled: Bool { session.handle.isConnectionKilled }
    var killer: @Sendable () -> Void {
        let handle = session.handle
        return { handle.killConnection() }
    }

    func runInitialStatements() -> SQLError? { session.runInitialStatements() }

    func execute(_ text: [UInt8], attributes: [QueryAttribute], into writer: ResultWriter) {
        session.setTextEncoder(of: writer)
        session.execute(session.decoded(text), attributes: attributes, into: writer)
    }

    func prepare(_ text: [UInt8], into writer: ResultWriter) {
        session.setTextEncoder(of: writer)
        session.prepare(session.decoded(text), into: writer)
    }

    func executePrepared(
        _ statementID: UInt32, parameters: [ParameterValue], attributes: [QueryAttribute], withCursor: Bool,
        into writer: ResultWriter
    ) {
        session.setTextEncoder(of: writer)
        session.executePrepared(
            statementID, parameters: parameters, attributes: attributes, withCursor: withCursor, into: writer)
    }

    func fetch(_ statementID: UInt32, rows: UInt32, into writer: ResultWriter) {
        session.fetch(statementID, rows: rows, into: writer)
    }

    func listFields(table: String, wildcard: String, into writer: ResultWriter) {
        session.setTextEncoder(of: writer)
        session.listFields(table: table, wildcard: wildcard, into: writer)
    }

    func parameterCount(of statementID: UInt32) -> Int? { session.parameterCount(of: statementID) }
    func resetPrepared(_ statementID: UInt32) throws(SQLError) { try session.resetPrepared(statementID) }
    func closePrepared(_ statementID: UInt32) { session.closePrepared(statementID) }
    func use(_ schema: String) throws(SQLError) { try session.use(schema) }
    var mustChangePassword: Bool { session.mustChangePassword }

    func checkMayDebug() throws(SQLError) {
        guard session.privileges.global.contains(.super) else { throw SQLError(.specificAccessDeniedError, "SUPER") }
    }

    func charge(_ bytes: Int) -> Bool { session.charge(bytes) }
    func setMultiStatements(_ isAllowed: Bool) { session.allowsMultipleStatements = isAllowed }
    func reset() { session.reset() }

    func change(to client: ClientIdentity) throws(SQLError) {
        session.changeUser(
            account: Self.account(of: client), userName: client.user)
        try adopt(client)
    }

    func registerReplica(_ request: RegisterReplicaRequest) throws(SQLError) {
        guard session.privileges.global.contains(.replicationSlave) else {
            throw session.accountDenied
        }
        replica = request
    }

    func close() { session.close() }
}
