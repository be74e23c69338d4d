import BinaryLog
import MySQLConnection
import MySQLProtocol
import Network
import Platform

@testable import GroupReplication
@testable import GroupReplicationCore

/// A donor's SQL port, reduced to what a replica asks for: a login that always succeeds, a few variables, the binlog.
final class FakeDonor: @unchecked Sendable {
    private let listener: Listener
    private let log: MemoryLog
    private let refusing: SQLError?
    private let lock = Lock()
    private var isStopping = false
    private var sockets: [Socket] = []
    private var thread: Thread?

    init(log: MemoryLog, port: UInt16, refusing: SQLError?) throws {
        self.log = log
        self.refusing = refusing
        listener = try Listener()
        try listener.listen(address: "127.0.0.1", port: port)
        thread = Thread.start(name: "donor") { [self, listener] in
            while let socket = try? listener.accept() {
                lock.withLock { sockets.append(socket) }
                _ = Thread.start(name: "donor-session") { [weak self] in self?.serve(socket) }
            }
        }
    }

    func stop() {
        lock.withLock {
            isStopping = true
            for socket in sockets { socket.shutdown() }
        }
        listener.stop()
        thread?.join()
    }

    private func serve(_ socket: Socket) {
        let channel = PacketChannel(socket: socket)
        defer { socket.close() }
        do {
            try logIn(channel)
            let writer = ResultWriter(packets: channel.packets, capabilities: capabilities)
            while true {
                channel.packets.sequence = 0
                guard let payload = try channel.read(maximum: 1 << 20) else { return }
                switch try Command.decode(payload, capabilities: capabilities) {
                case .query(let text, _): answer(String(decoding: text, as: UTF8.self), writer)
                case .registerReplica: writer.ok(status: .autocommit)
                case .binlogDump(let request): try dump(request, channel, writer)
                default: return
                }
                channel.packets.flush()
            }
        } catch {
            return
        }
    }

    private var capabilities: Capabilities { Capabilities.server.subtracting(.sessionTrack).subtracting(.queryAttributes) }

    private func logIn(_ channel: PacketChannel) throws {
        let greeting = HandshakeGreeting(
            serverVersion: "9.7.4-fake", connectionID: 1, challenge: Array(1...20), capabilities: capabilities)
        try send(greeting.encode(), channel)
        _ = try channel.read(maximum: 1 << 16)
        try send([0, 0, 0, 2, 0, 0, 0], channel)
    }

    private func send(_ payload: [UInt8], _ channel: PacketChannel) throws {
        channel.packets.beginPacket()
        channel.packets.write(payload)
        channel.packets.endPacket()
        channel.packets.flush()
        try channel.packets.throwIfBroken()
    }

    private func answer(_ text: String, _ writer: ResultWriter) {
        guard text.hasPrefix("SELECT") else {
            writer.ok(status: .autocommit)
            return
        }
        writer.columns([ColumnMetadata(name: "v", type: .varString, length: 10)])
        writer.beginRow()
        let value = text.contains("GTID_SUBTRACT") ? "" : text.contains("GTID_MODE") ? "ON" : "1"
        writer.writeBytes(Array(value.utf8))
        try? writer.endRow()
        writer.endOfRows(status: .autocommit)
    }

    private func dump(_ request: BinlogDumpRequest, _ channel: PacketChannel, _ writer: ResultWriter) throws {
        if let refusing {
            writer.error(refusing)
            return
        }
        var reader = ByteReader(request.gtidSet ?? [])
        let known = try GTIDSet(decoding: &reader)
        // A format description bears a checksum of its own whatever it announces.
        try event(FormatDescriptionEvent(serverVersion: "9.7.4", checksum: .none), channel, checksum: .crc32)
        var sent = 0
        while !lock.withLock({ isStopping }) {
            let groups = log.all
            for group in groups[sent...] {
                let gtid: GTID
                switch group {
                case .transaction(_, let number, _), .viewChange(let number, _, _): gtid = number
                }
                if !known.contains(gtid) { try send(group, gtid, channel) }
            }
            sent = groups.count
            Thread.sleep(.milliseconds(2))
        }
    }

    private func event(
        _ body: some EventBody, _ channel: PacketChannel, checksum: ChecksumAlgorithm = .none
    ) throws {
        var writer = ByteWriter()
        writer.write(body, timestamp: 1, serverID: 1, checksum: checksum)
        try send([0] + writer.bytes, channel)
    }

    private func send(_ group: LoggedGroup, _ gtid: GTID, _ channel: PacketChannel) throws {
        try event(
            GTIDEvent(
                gtid: gtid, mayHaveStatements: false, lastCommitted: 0, sequenceNumber: 1, immediateCommitTimestamp: 1,
                originalCommitTimestamp: 1, immediateServerVersion: 80400, originalServerVersion: 80400), channel)
        switch group {
        case .transaction(let transaction, _, let isRefused):
            if transaction.message.kind == .statement && !isRefused {
                try send([0] + transaction.message.body, channel)
                return
            }
            try event(QueryEvent(query: Array("BEGIN".utf8)), channel)
            if isRefused {
                try event(QueryEvent(query: Array("COMMIT".utf8)), channel)
                return
            }
            try send([0] + transaction.message.body, channel)
            try event(XIDEvent(xid: 1), channel)
        case .viewChange(_, let view, _):
            try event(QueryEvent(query: Array("BEGIN".utf8)), channel)
            try event(ViewChangeEvent(viewID: view.description), channel)
            try event(QueryEvent(query: Array("COMMIT".utf8)), channel)
        }
    }
}
