import MySQLTypes
import Platform

/// One line of SHOW BINLOG EVENTS.
public struct EventLine: Hashable, Sendable {
    public var logName: String
    public var position: UInt64
    public var eventType: String
    public var serverID: UInt32
    public var endPosition: UInt64
    public var info: String
}

extension BinaryLogWriter {
    /// SHOW BINLOG EVENTS [IN name] [FROM position] [LIMIT offset, count]: the first file unless named. Throws
    /// ``BinaryLogError/unknownFile(_:)``, or malformed when `position` is not an event's.
    public func eventLines(
        in name: String? = nil, from position: UInt64 = 4, skipping: UInt64 = 0, limit: UInt64 = .max
    ) throws(BinaryLogError) -> [EventLine] {
        let name = name ?? fileNames[0]
        let (published, _) = try readable(name)
        var reader = try BinaryLogFileReader(path: index.path(of: name))
        let end: UInt64
        if let published { end = published } else { end = try reader.size() }
        reader.seek(to: max(4, position))
        var lines: [EventLine] = []
        var skipped: UInt64 = 0
        while UInt64(lines.count) < limit {
            let start = reader.position
            guard let event = try reader.next(limit: end) else { break }
            if skipped < skipping {
                skipped += 1
                continue
            }
            lines.append(
                EventLine(
                    logName: name, position: start, eventType: event.header.type.name,
                    serverID: event.header.serverID,
                    endPosition: UInt64(event.header.nextPosition), info: event.info))
        }
        return lines
    }
}

extension RawEvent {
    /// The Info column of SHOW BINLOG EVENTS; empty for a body that cannot be read.
    public var info: String {
        guard let event = try? decode() else { return "" }
        func text(_ bytes: some Sequence<UInt8>) -> String {
            String(decoding: Array(bytes), as: UTF8.self)
        }
        switch event {
        case .formatDescription(let body):
            return "Server ver: \(body.serverVersion), Binlog ver: \(body.binaryLogVersion)"
        case .previousGTIDs(let body): return body.gtids.description
        case .gtid(let body):
            return "SET @@SESSION.GTID_NEXT= '\(body.gtid.map(\.description) ?? "ANONYMOUS")'"
        case .query(let body):
            var info = ""
            if !body.database.isEmpty && !header.flags.contains(.suppressUse) {
                info = "use \(Identifier.mysql(text(body.database))); "
            }
            info += text(body.query)
            if let xid = body.statusVariables.ddlXID { info += " /* xid=\(xid) */" }
            return info
        case .xid(let body): return "COMMIT /* xid=\(body.xid) */"
        case .tableMap(let body):
            return "table_id: \(body.tableID) (\(text(body.schema)).\(text(body.table)))"
        case .rows(let body):
            var info = "table_id: \(body.tableID)"
            let names: [(RowsEvent.Flags, String)] = [
                (.statementEnd, "STMT_END_F"), (.noForeignKeyChecks, "NO_FOREIGN_KEY_CHECKS_F"),
                (.relaxedUniqueChecks, "RELAXED_UNIQUE_CHECKS_F"), (.completeRows, "COMPLETE_ROWS_F"),
                (.foreignKeysBySQL, "USE_SQL_FOREIGN_KEY_F"),
            ]
            let set = names.filter { body.flags.contains($0.0) }.map(\.1)
            if !set.isEmpty { info += " flags: " + set.joined(separator: " ") }
            return info
        case .rotate(let body): return "\(body.fileName);pos=\(body.position)"
        case .viewChange(let body): return "view_id=\(body.viewID)"
        case .rowsQuery(let body): return "# " + text(body.query)
        case .intvar(let body):
            return (body.kind == .insertID ? "INSERT_ID=" : "LAST_INSERT_ID=") + String(body.value)
        case .heartbeat(let body): return body.fileName
        case .stop, .transactionContext, .other: return ""
        }
    }
}
