import MySQLProtocol
import Platform
import Synchronization

@testable import Server

/// A server without an engine: accounts in a dictionary, and sessions that echo.
final class TinyBackend: FrontEndBackend, @unchecked Sendable {
    var settings = FrontEndSettings()
    var limits = SessionLimits()
    var accounts: [String: LoginAccount] = [:]
    let sessions = Atomic<Int>(0)

    init() {
        settings.connectTimeout = .seconds(5)
        add("root", "", .cachingSHA2) { $0.isConnectionAdministrator = true }
        add("sha2", "secret", .cachingSHA2)
        add("sha256", "secret", .sha256Password)
        add("locked", "", .cachingSHA2) { $0.isLocked = true }
        add("tls", "", .cachingSHA2) { $0.tlsRequirement = .any }
        add("expired", "", .cachingSHA2)
        add("one", "", .cachingSHA2) { $0.maxUserConnections = 1 }
    }

    private func add(
        _ user: String, _ password: String, _ plugin: AuthenticationPlugin, _ change: (inout LoginAccount) -> Void = { _ in }
    ) {
        let text = (try? plugin.authenticationString(for: Array(password.utf8))) ?? []
        var account = LoginAccount(
            user: user, host: "%", credentials: .init(plugin: plugin, authenticationString: text))
        change(&account)
        accounts[user] = account
    }

    func login(user: String, hosts: [String]) -> LoginAccount? { accounts[user] }

    func makeSession(
        _ client: ClientIdentity, disconnect: @escaping @Sendable () -> Void
    ) throws(SQLError) -> any FrontEndSession {
        sessions.wrappingAdd(1, ordering: .relaxed)
        return TinySession(self, client)
    }

    func statistics() -> String { "Uptime: 1" }

    func dumpBinlog(
        _ request: BinlogDumpRequest, for session: any FrontEndSession, to stream: BinlogStream
    ) throws(SQLError) {
        for byte in 0..<3 { try stream.send([UInt8(byte)]) }
        try stream.end()
    }
}

/// Answers every statement with one row: its own text. `?` are parameters.
final class TinySession: FrontEndSession {
    private let backend: TinyBackend
    private var user: String
    private(set) var schema: String?
    private var statements: [UInt32: [UInt8]] = [:]
    private let column = ColumnMetadata(name: "text", type: .varString, length: 1000, collation: 255)

    init(_ backend: TinyBackend, _ client: ClientIdentity) {
        self.backend = backend
        user = client.user
    }

    let status = ServerStatus.autocommit
    var limits: SessionLimits { backend.limits }
    private(set) var wantsToDisconnect = false
    let isKilled = false
    let killer: @Sendable () -> Void = {}
    func charge(_ bytes: Int) -> Bool { true }

    func execute(_ text: [UInt8], attributes: [QueryAttribute], into writer: ResultWriter) {
        switch String(decoding: text, as: UTF8.self) {
        case "nothing": return
        // MySQL's client asks this to find out about dollar signs, and does not read rows.
        case "select $$": writer.error(SQLError(.parseError, "$$", 1))
        case "SHUTDOWN":
            wantsToDisconnect = true
            writer.ok(status: status)
        case "user": answer(Array("\(user) in \(schema ?? "nothing")".utf8), writer)
        default: answer(text, writer)
        }
    }

    private func answer(_ text: [UInt8], _ writer: ResultWriter) {
        writer.columns([column])
        writer.beginRow()
        writer.writeBytes(text)
        try? writer.endRow()
        writer.endOfRows(status: status)
    }

    func prepare(_ text: [UInt8], into writer: ResultWriter) {
        let id = UInt32(statements.count + 1)
        statements[id] = text
        let count = text.count { $0 == UInt8(ascii: "?") }
        writer.prepared(
            statementID: id, parameters: Array(repeating: column, count: count), columns: [column], status: status)
    }

    func executePrepared(
        _ statementID: UInt32, parameters: [ParameterValue], attributes: [QueryAttribute], withCursor: Bool,
        into writer: ResultWriter
    ) {
        answer(Array("\(parameters)".utf8), writer)
    }

    func fetch(_ statementID: UInt32, rows: UInt32, into writer: ResultWriter) {
        do throws(SQLError) {
            try resetPrepared(statementID)
            writer.error(SQLError(.stmtHasNoOpenCursor, statementID))
        } catch {
            writer.error(error)
        }
    }

    func resetPrepared(_ statementID: UInt32) throws(SQLError) {
        guard statements[statementID] != nil else {
            throw SQLError(.unknownStmtHandler, String(statementID).utf8.count, statementID, "mysql_stmt_precheck")
        }
    }

    func listFields(table: String, wildcard: String, into writer: ResultWriter) {
        writer.fieldList([column], status: status)
    }

    func parameterCount(of statementID: UInt32) -> Int? {
        statements[statementID].map { $0.count { $0 == UInt8(ascii: "?") } }
    }

    func closePrepared(_ statementID: UInt32) { statements[statementID] = nil }

    func use(_ schema: String) throws(SQLError) {
        guard schema != "missing" else { throw SQLError(.badDbError, schema) }
        self.schema = schema
    }

    var mustChangePassword: Bool { user == "expired" }
    func checkMayDebug() throws(SQLError) {
        guard user == "root" else { throw SQLError(.specificAccessDeniedError, "SUPER") }
    }
    func setMultiStatements(_ isAllowed: Bool) {}
    func reset() { schema = nil }

    func change(to client: ClientIdentity) throws(SQLError) {
        user = client.user
        schema = nil
    }

    func registerReplica(_ request: RegisterReplicaRequest) throws(SQLError) {}
    func close() { backend.sessions.wrappingSubtract(1, ordering: .relaxed) }
}
