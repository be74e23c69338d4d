import Platform

/// A client's command, decoded from its packet.
public enum Command: Sendable {
    case quit
    case initDB(schema: String)
    case query(text: ArraySlice<UInt8>, attributes: [QueryAttribute])
    case fieldList(table: String, wildcard: String)
    case ping
    case statistics
    case debug
    case changeUser(ChangeUserRequest)
    case resetConnection
    case setOption(multiStatements: Bool)
    case statementPrepare(text: ArraySlice<UInt8>)
    case statementExecute(ExecuteRequest)
    case statementSendLongData(statementID: UInt32, parameter: Int, data: ArraySlice<UInt8>)
    case statementClose(statementID: UInt32)
    case statementReset(statementID: UInt32)
    case statementFetch(statementID: UInt32, rows: UInt32)
    case binlogDump(BinlogDumpRequest)
    case registerReplica(RegisterReplicaRequest)

    /// Decodes a command packet. Throws error 1047 for a command that is not known or not for clients, 1835 for a packet
    /// that is cut off or malformed: the connection stays usable after both.
    public static func decode(_ payload: [UInt8], capabilities: Capabilities) throws(SQLError) -> Command {
        guard let first = payload.first, let code = CommandCode(rawValue: first) else { throw SQLError(.unknownComError) }
        var reader = ByteReader(payload[1...])
        do throws(MalformedBytes) {
            if let command = try decode(code, &reader, capabilities) { return command }
        } catch {
            if code == .changeUser { throw SQLError(.unknownComError) }
            throw SQLError(.malformedPacket)
        }
        throw SQLError(.unknownComError)
    }

    private static func decode(
        _ code: CommandCode, _ reader: inout ByteReader, _ capabilities: Capabilities
    ) throws(MalformedBytes) -> Command? {
        switch code {
        case .quit:
            return .quit
        case .initDB:
            return .initDB(schema: try shortText(reader.readRest(), ProtocolLimits.schemaNameBytesMax))
        case .query:
            let attributes = capabilities.contains(.queryAttributes) ? try QueryAttribute.decodeAll(&reader) : []
            return .query(text: reader.readRest(), attributes: attributes)
        case .fieldList:
            let table = try shortText(try reader.readNulTerminated(), ProtocolLimits.schemaNameBytesMax)
            return .fieldList(
                table: table, wildcard: try shortText(reader.readRest(), ProtocolLimits.schemaNameBytesMax))
        case .ping:
            return .ping
        case .statistics:
            return .statistics
        case .debug:
            return .debug
        case .changeUser:
            return .changeUser(try ChangeUserRequest.decode(&reader, capabilities: capabilities))
        case .resetConnection:
            return .resetConnection
        case .setOption:
            switch try reader.readUInt16() {
            case 0: return .setOption(multiStatements: true)
            case 1: return .setOption(multiStatements: false)
            default: return nil
            }
        case .statementPrepare:
            return .statementPrepare(text: reader.readRest())
        case .statementExecute:
            return .statementExecute(try ExecuteRequest.decode(&reader, capabilities: capabilities))
        case .statementSendLongData:
            let id = try reader.readUInt32()
            let parameter = Int(try reader.readUInt16())
            return .statementSendLongData(statementID: id, parameter: parameter, data: reader.readRest())
        case .statementClose:
            return .statementClose(statementID: try reader.readUInt32())
        case .statementReset:
            return .statementReset(statementID: try reader.readUInt32())
        case .statementFetch:
            return .statementFetch(statementID: try reader.readUInt32(), rows: try reader.readUInt32())
        case .binlogDump:
            return .binlogDump(try BinlogDumpRequest.decodeByPosition(&reader))
        case .binlogDumpGTID:
            return .binlogDump(try BinlogDumpRequest.decodeByGTID(&reader))
        case .registerReplica:
            return .registerReplica(try RegisterReplicaRequest.decode(&reader))
        // Of servers before this version, or never for clients.
        case .sleep, .createDB, .dropDB, .refresh, .shutdown, .processInfo, .connect, .processKill, .time, .delayedInsert,
            .tableDump, .connectOut, .daemon, .clone, .subscribeGroupReplicationStream, .end:
            return nil
        }
    }

    private static func shortText(_ bytes: ArraySlice<UInt8>, _ maximum: Int) throws(MalformedBytes) -> String {
        guard bytes.count <= maximum else { throw MalformedBytes("a name of \(bytes.count) bytes") }
        // Some clients send a closing NUL.
        return String(decoding: bytes.last == 0 ? bytes.dropLast() : bytes, as: UTF8.self)
    }
}
