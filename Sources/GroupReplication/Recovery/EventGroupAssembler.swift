import BinaryLog
import GroupCommunication
import Platform

/// A transaction as it came from a donor's binary log.
struct RecoveredGroup: Sendable {
    enum Content: Sendable {
        case transaction(TransactionMessage)
        case viewChange(ViewID)
    }

    var gtid: GTID
    var content: Content
    var byteCount: Int
}

/// Puts a dump's events together into transactions, each compared with its checksum. A pure core: events in, whole groups out.
struct EventGroupAssembler: Sendable {
    /// Bytes of one group at most: MySQL's own limit of a transaction in a group.
    static let maximumGroupBytes = 2 << 30

    private let origin: UUID
    private var checksum = ChecksumAlgorithm.none
    private var gtidEvent: GTIDEvent?
    private var gtid: GTID?
    private var serverID: UInt32 = 0
    private var threadID: UInt32 = 0
    private var body: [UInt8] = []
    private var view: ViewID?
    private var isInBegin = false
    private var kind = TransactionMessage.Kind.empty

    /// `origin`: what the transactions' origin is set to, the donor.
    init(origin: UUID) {
        self.origin = origin
    }

    /// Takes the next event of the stream; returns a group when it was the last of one.
    mutating func take(_ bytes: ArraySlice<UInt8>) throws(MalformedBytes) -> RecoveredGroup? {
        var reader = ByteReader(bytes)
        var peek = reader
        let header = try EventHeader(decoding: &peek)
        // A format description tells the checksum of itself and of what follows.
        if header.type == .formatDescription {
            let event = try RawEvent(decodingFormatDescription: &reader)
            if case .formatDescription(let description) = try event.decode() { checksum = description.checksum }
            return nil
        }
        if header.flags.contains(.artificial) && header.type == .rotate { return nil }
        let event = try RawEvent(decoding: &reader, checksum: checksum)
        switch header.type {
        case .gtid, .gtidTagged:
            guard gtid == nil, case .gtid(let decoded) = try event.decode(), let number = decoded.gtid else {
                throw MalformedBytes("a Gtid event within a transaction")
            }
            gtidEvent = decoded
            gtid = number
            serverID = header.serverID
            return nil
        case .query:
            return try takeQuery(event)
        case .xid:
            return try finish()
        case .viewChange:
            guard case .viewChange(let change) = try event.decode() else { return nil }
            view = EventGroupAssembler.viewID(change.viewID)
            return nil
        case .tableMap, .writeRows, .updateRows, .deleteRows, .rowsQuery, .intvar, .rand, .userVar:
            guard gtid != nil else { throw MalformedBytes("a rows event outside a transaction") }
            kind = .rows
            try append(event)
            return nil
        case .anonymousGTID:
            throw MalformedBytes("a transaction without GTID")
        case .rotate, .stop, .previousGTIDs, .heartbeat, .heartbeatV2, .ignorable, .transactionContext:
            // Of no meaning here.
            return nil
        default:
            // A part of a transaction that is not understood must not be left out of it.
            throw MalformedBytes("an event of type \(header.type)")
        }
    }

    private mutating func takeQuery(_ event: RawEvent) throws(MalformedBytes) -> RecoveredGroup? {
        guard gtid != nil, case .query(let query) = try event.decode() else {
            throw MalformedBytes("a Query event outside a transaction")
        }
        threadID = query.threadID
        if query.isBegin {
            isInBegin = true
            return nil
        }
        if isInBegin && query.query == Array("COMMIT".utf8) { return try finish() }
        kind = .statement
        try append(event)
        return isInBegin ? nil : try finish()
    }

    /// Without its checksum, as bodies are.
    private mutating func append(_ event: RawEvent) throws(MalformedBytes) {
        guard body.count + event.bytes.count <= EventGroupAssembler.maximumGroupBytes else {
            throw MalformedBytes("a transaction of more than \(EventGroupAssembler.maximumGroupBytes) bytes")
        }
        let start = body.count
        body.append(contentsOf: event.bytes.dropLast(event.checksumSize))
        if event.checksumSize > 0 {
            let length = UInt32(event.bytes.count - event.checksumSize)
            for index in 0..<4 { body[start + 9 + index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * index)) }
        }
    }

    private mutating func finish() throws(MalformedBytes) -> RecoveredGroup? {
        guard let gtid, let gtidEvent else { throw MalformedBytes("the end of a transaction outside one") }
        let content: RecoveredGroup.Content
        let size = body.count
        if let view {
            content = .viewChange(view)
        } else {
            content = .transaction(
                TransactionMessage(
                    kind: kind, origin: origin, serverID: serverID, threadID: threadID, snapshot: .zero,
                    gtid: .specified(gtid), originalCommitTimestamp: gtidEvent.originalCommitTimestamp, writeSet: [],
                    body: body))
        }
        self.gtid = nil
        self.gtidEvent = nil
        body = []
        view = nil
        isInBegin = false
        kind = .empty
        return RecoveredGroup(gtid: gtid, content: content, byteCount: size)
    }

    /// `random:counter`.
    static func viewID(_ text: String) -> ViewID {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let random = UInt64(parts[0]), let counter = UInt64(parts[1]) else {
            return ViewID(random: 0, counter: 0)
        }
        return ViewID(random: random, counter: counter)
    }
}
