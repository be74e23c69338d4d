import MySQLConnection
import MySQLProtocol
import Network
import Platform

/// Reads a client's commands and has its session answer them, one per call of ``runOneCommand()``.
final class CommandLoop {
    private let connection: ConnectionThread
    private let session: any FrontEndSession
    private let writer: ResultWriter
    private var client: ClientIdentity
    private var bindings = StatementBindings()
    private var localFiles: LocalFileStream?
    /// Whether the client said goodbye, or the server ended the connection.
    private(set) var endedOrderly = false
    /// Why it did not end orderly, in MySQL's words.
    private(set) var abortReason = "Got an error reading communication packets"
    /// What the client hears instead of an answer to its next command, before the connection ends.
    var failure: SQLError?

    private var channel: PacketChannel { connection.channel }

    init(connection: ConnectionThread, session: any FrontEndSession, writer: ResultWriter, client: ClientIdentity) {
        self.connection = connection
        self.session = session
        self.writer = writer
        self.client = client
        if client.capabilities.contains(.localFiles) {
            localFiles = LocalFileStream(channel: connection.channel, session: session)
            writer.localFiles = localFiles
        }
    }

    /// Waits for a command and answers it. Returns false when the connection is over.
    func runOneCommand() -> Bool {
        let limits = session.limits
        channel.idleTimeout = limits.waitTimeout
        channel.readTimeout = limits.netReadTimeout
        channel.socket.setWriteTimeout(limits.netWriteTimeout)
        channel.packets.sequence = 0
        let payload: [UInt8]
        do throws(PacketChannel.ReadFailure) {
            guard let packet = try channel.read(maximum: limits.maxAllowedPacket) else {
                endedOrderly = session.isKilled || connection.frontEnd.isStopped
                return false
            }
            payload = packet
        } catch {
            return recover(from: error)
        }
        let counters = connection.frontEnd.counters
        counters.questions.wrappingAdd(1, ordering: .relaxed)
        counters.running.wrappingAdd(1, ordering: .relaxed)
        connection.connection.beginCommand()
        defer {
            connection.connection.endCommand()
            counters.running.wrappingSubtract(1, ordering: .relaxed)
        }
        writer.beginCommand(sequence: channel.packets.sequence)
        if let failure {
            writer.error(failure)
            channel.packets.flush()
            abortReason = "init_connect command failed"
            return false
        }
        var goesOn = true
        do throws(SQLError) {
            if session.mustChangePassword, !Self.isAllowedWithExpiredPassword(payload) { throw SQLError(.mustChangePassword) }
            goesOn = try answer(try Command.decode(payload, capabilities: client.capabilities))
        } catch {
            session.commandFailed(error)
            writer.error(error)
            // Who it is now cannot be said, unless it was not even tried.
            if payload.first == CommandCode.changeUser.rawValue, !error.is(.mustChangePassword) { goesOn = false }
        }
        channel.packets.flush()
        if writer.endsWithoutAnswer {
            endedOrderly = session.isKilled || connection.frontEnd.isStopped
            abortReason = "The fate of a commit that was handed to the group is not known here"
            return false
        }
        if localFiles?.isOutOfStep ?? false { return false }
        if !goesOn || session.wantsToDisconnect || session.isKilled {
            endedOrderly = true
            return false
        }
        return !channel.packets.isBroken
    }

    private static func isAllowedWithExpiredPassword(_ payload: [UInt8]) -> Bool {
        payload.first.flatMap(CommandCode.init)?.isAllowedWithExpiredPassword ?? false
    }

    /// No command came. Returns whether the connection can be used further.
    private func recover(from failure: PacketChannel.ReadFailure) -> Bool {
        writer.beginCommand(sequence: channel.packets.sequence)
        switch failure {
        case .tooLarge:
            writer.error(SQLError(.netPacketTooLarge))
            channel.packets.flush()
            return !channel.packets.isBroken
        case .outOfOrder:
            writer.error(SQLError(.netPacketsOutOfOrder))
            channel.packets.flush()
        case .network(.timedOut):
            // The client finds this as the answer to its next command.
            channel.packets.sequence = 1
            writer.error(SQLError(.clientInteractionTimeout))
            channel.packets.flush()
            abortReason = "The client was disconnected by the server because of inactivity."
        case .network:
            endedOrderly = session.isKilled || connection.frontEnd.isStopped
        }
        return false
    }

    /// Has a command answered. Returns false when the connection shall end.
    private func answer(_ command: Command) throws(SQLError) -> Bool {
        switch command {
        case .quit:
            return false
        case .query(let text, let attributes):
            execute(Array(text), attributes)
        case .ping:
            ok()
        case .debug:
            try session.checkMayDebug()
            ErrorLog.shared.log(.note, "Status information: \(connection.frontEnd.backend.statistics())")
            writer.endOfRows(warnings: session.warningCount, status: session.status)
        case .initDB(let schema):
            try session.use(schema)
            ok()
        case .fieldList(let table, let wildcard):
            session.listFields(table: table, wildcard: wildcard, into: writer)
            ensureAnswer()
        case .statistics:
            channel.packets.beginPacket()
            channel.packets.write(utf8: connection.frontEnd.backend.statistics())
            channel.packets.endPacket()
        case .changeUser(let request):
            return try changeUser(request)
        case .resetConnection:
            session.reset()
            bindings.removeAll(charge: session.charge)
            ok()
        case .setOption(let multiStatements):
            session.setMultiStatements(multiStatements)
            writer.endOfRows(warnings: session.warningCount, status: session.status)
        case .statementPrepare(let text):
            session.prepare(Array(text), into: writer)
            ensureAnswer()
        case .statementExecute(let request):
            try executePrepared(request)
        case .statementSendLongData(let id, let parameter, let data):
            guard let count = session.parameterCount(of: id) else { return true }
            guard parameter < count else {
                bindings.refuse(id)
                return true
            }
            let isKept = bindings.append(
                data, parameter: parameter, of: id, maximum: session.limits.maxAllowedPacket, charge: session.charge)
            // It has no answer: with more memory than it may have, the connection ends.
            return isKept
        case .statementClose(let id):
            session.closePrepared(id)
            bindings.remove(id, charge: session.charge)
        case .statementReset(let id):
            session.forgetDiagnostics()
            try session.resetPrepared(id)
            bindings.reset(id, charge: session.charge)
            ok()
        case .statementFetch(let id, let rows):
            writer.encoding = .binary
            session.forgetDiagnostics()
            session.fetch(id, rows: rows, into: writer)
            ensureAnswer()
        case .binlogDump(let request):
            return try dump(request)
        case .registerReplica(let request):
            try session.registerReplica(request)
            ok()
        }
        return true
    }

    private func executePrepared(_ request: ExecuteRequest) throws(SQLError) {
        session.forgetDiagnostics()
        guard let count = session.parameterCount(of: request.statementID) else {
            let id = request.statementID
            throw SQLError(.unknownStmtHandler, String(id).utf8.count, id, "mysql_stmt_precheck")
        }
        let values = try bindings.values(of: request, parameterCount: count, charge: session.charge)
        writer.encoding = .binary
        session.executePrepared(
            request.statementID, parameters: values.parameters, attributes: values.attributes,
            withCursor: request.flags.contains(.readOnlyCursor), into: writer)
        ensureAnswer()
    }

    private func execute(_ text: [UInt8], _ attributes: [QueryAttribute]) {
        session.execute(text, attributes: attributes, into: writer)
        ensureAnswer()
    }

    private func ok() {
        writer.ok(warnings: session.warningCount, status: session.status)
    }

    /// Whatever the engine did, the client gets an answer: without one it would wait for ever.
    private func ensureAnswer() {
        if !writer.isAnswered { writer.error(SQLError(.unknownError, message: "The statement gave no answer")) }
    }

    /// Another user on the same connection. Returns false when that fails: MySQL then closes the connection.
    private func changeUser(_ request: ChangeUserRequest) throws(SQLError) -> Bool {
        guard let result = connection.changeUser(request, client) else { return false }
        switch result {
        case .failure(let error):
            writer.error(error)
            return false
        case .success(let changed):
            try session.change(to: changed)
            client = changed
            bindings.removeAll(charge: session.charge)
            if let schema = request.schema {
                try session.use(schema)
                }
            ok()
            return true
        }
    }

    private func dump(_ request: BinlogDumpRequest) throws(SQLError) -> Bool {
        let session = session
        let frontEnd = connection.frontEnd
        let stream = BinlogStream(channel: channel) { session.isKilled || frontEnd.isStopped }
        try frontEnd.backend.dumpBinlog(request, for: session, to: stream)
        return false
    }
}
