import GTIDs
import Primitives

/// Numbers transactions in the order in which they pass certification. A pure core, equal on all members.
///
/// In a group the GTIDs bear the group's name and each originating member draws from its own block of numbers, so that the
/// executed sets of members stay few intervals long. A standalone server numbers with its own uuid, without blocks.
package struct GTIDAllocator: Sendable {
    /// GTIDs of everything that passed certification, and all that was executed before.
    package private(set) var certified: GTIDSet
    package let source: UUID
    let blockSize: Int64
    private var free: [GTIDInterval]
    private var blocks: [UUID: Block] = [:]
    private var assignedSinceRecount: Int64 = 0

    private struct Block: Sendable {
        var next: Int64
        var last: Int64
    }

    init(source: UUID, blockSize: Int64, certified: GTIDSet) {
        self.source = source
        self.blockSize = max(1, blockSize)
        self.certified = certified
        free = certified.freeIntervals(of: source)
    }

    /// On a view change: blocks are drawn anew.
    mutating func discardBlocks() {
        blocks.removeAll()
        free = certified.freeIntervals(of: source)
        assignedSinceRecount = 0
    }

    /// The next GTID for a transaction of `member`; nil when the numbers are used up.
    mutating func next(for member: UUID) -> GTID? {
        if assignedSinceRecount > blockSize { discardBlocks() }
        guard let number = blockSize == 1 ? nextFree() : nextOfBlock(member) else { return nil }
        assignedSinceRecount += 1
        let gtid = GTID(source: source, number: number)
        certified.insert(gtid)
        return gtid
    }

    /// The GTID of a view change: the lowest free number, which belongs to no member's block.
    mutating func nextForView(source viewSource: UUID) -> GTID? {
        guard let first = certified.freeIntervals(of: viewSource).first else { return nil }
        let gtid = GTID(source: viewSource, number: first.first)
        certified.insert(gtid)
        discardBlocks()
        return gtid
    }

    /// Takes a GTID that a client chose. False when it was executed before.
    mutating func take(_ gtid: GTID) -> Bool {
        guard !certified.contains(gtid) else { return false }
        certified.insert(gtid)
        // Its number may lie in a block or a free interval.
        if gtid.source == source { discardBlocks() }
        return true
    }

    /// The first interval's lower end, removed.
    private mutating func nextFree() -> Int64? {
        guard let first = free.first else { return nil }
        if first.first == first.last {
            free.removeFirst()
        } else {
            free[0] = GTIDInterval(first: first.first + 1, last: first.last)
        }
        return first.first
    }

    private mutating func nextOfBlock(_ member: UUID) -> Int64? {
        var block: Block
        if let current = blocks[member], current.next <= current.last {
            block = current
        } else {
            guard let first = free.first else { return nil }
            let last = first.last - first.first < blockSize ? first.last : first.first + blockSize - 1
            block = Block(next: first.first, last: last)
            if last == first.last {
                free.removeFirst()
            } else {
                free[0] = GTIDInterval(first: last + 1, last: first.last)
            }
        }
        defer {
            block.next += 1
            blocks[member] = block
        }
        return block.next
    }
}

extension GTIDAllocator {
    /// Everything, for a restarted member that must go on numbering like the others.
    package func encode(into writer: inout ByteWriter) {
        writer.write(source.bytes)
        writer.write(blockSize)
        certified.encode(into: &writer)
        writer.write(assignedSinceRecount)
        writer.write(UInt32(free.count))
        for interval in free {
            writer.write(interval.first)
            writer.write(interval.last)
        }
        writer.write(UInt32(blocks.count))
        for (member, block) in blocks {
            writer.write(member.bytes)
            writer.write(block.next)
            writer.write(block.last)
        }
    }

    /// Reads what ``encode(into:)`` wrote.
    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let source = try reader.readUUID()
        let blockSize = try reader.readInt64()
        self.init(source: source, blockSize: blockSize, certified: try GTIDSet(decoding: &reader))
        assignedSinceRecount = try reader.readInt64()
        free.removeAll()
        for _ in 0..<(try reader.readCount(size: 16)) {
            let first = try reader.readInt64()
            let last = try reader.readInt64()
            guard first >= 1, last >= first, last <= GTID.maximumNumber else { throw MalformedBytes("a GTID interval") }
            free.append(GTIDInterval(first: first, last: last))
        }
        for _ in 0..<(try reader.readCount(size: 32)) {
            let member = try reader.readUUID()
            let next = try reader.readInt64()
            blocks[member] = Block(next: next, last: try reader.readInt64())
        }
    }
}

extension ByteReader {
    /// 16 bytes.
    package mutating func readUUID() throws(MalformedBytes) -> UUID {
        UUID(high: try readBigEndianUInt(width: 8), low: try readBigEndianUInt(width: 8))
    }

    /// A 32-bit count of items of at least `size` bytes, which must be there.
    package mutating func readCount(size: Int) throws(MalformedBytes) -> Int {
        let count = Int(try readUInt32())
        guard count <= remaining / size else { throw MalformedBytes("\(count) items in \(remaining) bytes") }
        return count
    }

    /// A 32-bit length and a text of that many bytes.
    package mutating func readText() throws(MalformedBytes) -> String {
        String(decoding: try readBytes(readCount(size: 1)), as: UTF8.self)
    }

    /// One byte that is 0 or not.
    package mutating func readBool() throws(MalformedBytes) -> Bool {
        try readUInt8() != 0
    }
}

extension ByteWriter {
    package mutating func write(_ uuid: UUID) {
        writeBigEndian(uuid.high, width: 8)
        writeBigEndian(uuid.low, width: 8)
    }

    package mutating func write(text: String) {
        write(UInt32(text.utf8.count))
        write(utf8: text)
    }

    package mutating func write(_ flag: Bool) {
        write(UInt8(flag ? 1 : 0))
    }
}
