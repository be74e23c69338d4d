import BinaryLog
import MySQLProtocol
import Platform
import SQLEngine

/// Answers COM_BINLOG_DUMP_GTID: sends what a replica or a joining member lacks, then follows the log.
struct BinlogDumpSender {
    let log: BinaryLogWriter
    let serverID: UInt32
    let serverUUID: UUID

    /// How long the sender waits for more before it looks whether it is still wanted.
    private static let patience = Duration.seconds(1)

    func send(_ request: BinlogDumpRequest, for session: Session, to stream: BinlogStream) throws(SQLError) {
        guard session.privileges.global.contains(.replicationSlave) else {
            throw SQLError(.specificAccessDeniedError, "REPLICATION SLAVE")
        }
        guard let encoded = request.gtidSet else {
            throw SQLError(
                .sourceFatalErrorReadingBinlog, message: "Replication by file and position is not supported; use GTIDs")
        }
        let excluded: GTIDSet
        do throws(MalformedBytes) {
            excluded = try GTIDSet(encoded: encoded[...])
        } catch {
            throw SQLError(.sourceFatalErrorReadingBinlog, message: "the GTID set is malformed: \(error.description)")
        }
        // A replica with transactions of this server that the server itself does not have.
        var own = GTIDSet()
        for interval in excluded.intervals(of: serverUUID) { own.insert(interval, of: serverUUID) }
        guard own.isSubset(of: log.executedGTIDs) else {
            throw SQLError(
                .sourceFatalErrorReadingBinlog,
                message: "Replica has more GTIDs than the source has, using the source's SERVER_UUID. This may indicate "
                    + "that the end of the binary log was truncated or that the last binary log file was lost.")
        }
        let wanted = session.userVariableText("source_binlog_checksum", "master_binlog_checksum")
        let checksum: ChecksumAlgorithm = wanted == "NONE" ? .none : .crc32
        do throws(BinaryLogError) {
            var dump = try BinaryLogDump(log, excluding: excluded, checksum: checksum, serverID: serverID)
            try send(&dump, waits: request.flags & BinlogDumpRequest.nonBlock == 0, heartbeat(of: session), stream)
        } catch {
            if case .purged = error {
                throw SQLError(
                    .sourceFatalErrorReadingBinlog,
                    message: "Cannot replicate because the source purged required binary logs. Replicate the missing "
                        + "transactions from elsewhere, or provision a new replica from backup.")
            }
            throw SQLError(.sourceFatalErrorReadingBinlog, message: error.description)
        }
        try stream.end()
    }

    private func send(
        _ dump: inout BinaryLogDump, waits: Bool, _ heartbeat: Duration?, _ stream: BinlogStream
    ) throws(BinaryLogError) {
        var lastSent = MonotonicTime.now()
        while !stream.isEnded {
            if let item = try dump.next(until: nil) {
                guard (try? stream.send(item.bytes)) != nil else { return }
                lastSent = .now()
                continue
            }
            // All that there is has been queued: it goes out before the wait.
            guard (try? stream.flush()) != nil, waits else { return }
            if let item = try dump.next(until: .now() + BinlogDumpSender.patience) {
                guard (try? stream.send(item.bytes)) != nil else { return }
                lastSent = .now()
            } else if let heartbeat, MonotonicTime.now() - lastSent >= heartbeat {
                guard (try? stream.send(dump.heartbeat().bytes)) != nil else { return }
                lastSent = .now()
            }
        }
    }

    /// `@source_heartbeat_period`, in nanoseconds; none when it is 0.
    private func heartbeat(of session: Session) -> Duration? {
        guard let text = session.userVariableText("source_heartbeat_period", "master_heartbeat_period"),
            let nanoseconds = Int64(text.prefix { $0 != "." }), nanoseconds > 0
        else { return nil }
        return .nanoseconds(nanoseconds)
    }
}
