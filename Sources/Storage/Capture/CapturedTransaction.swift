import Platform

/// The changes of rows that a session's transaction has made so far, in order, with the write set that they give. One
/// per session, used again for each transaction, on the session's thread.
public final class CapturedTransaction {
    /// One row's change; its images are in ``images``.
    struct RowChange {
        enum Kind: UInt8 {
            case insert, update, delete
        }

        var kind: Kind
        /// The place in ``tables``.
        var table: Int32
        /// The statement that made it, counted within the transaction.
        var statement: UInt32
        /// Where the image before the change starts, -1 for an insert.
        var before: Int
        /// Where the image after it starts, -1 for a delete.
        var after: Int

        /// Where its images start; they reach to the next change's.
        var start: Int { before < 0 ? after : before }
    }

    /// A place to go back to: the start of a statement, or a savepoint.
    struct Mark {
        var changes = 0
        var bytes = 0
        var writes = 0
    }

    let images = CapturedImages()
    private(set) var changes: [RowChange] = []
    private(set) var tables: [Table] = []
    private(set) var writes: [UInt64] = []
    private var reads: Set<UInt64> = []
    var statement: UInt32 = 0

    /// Nothing was changed: there is nothing to commit.
    public var isEmpty: Bool { changes.isEmpty }
    /// Nothing was changed but the session's temporary tables: there is nothing to send.
    public var isPrivate: Bool {
        changes.isEmpty || changesTemporaryTables && changes.allSatisfy { tables[Int($0.table)].definition.isTemporary }
    }
    /// Its row images did not fit into `binlog_cache_size`.
    public var isOnDisk: Bool { wasOnDisk || images.spilled > 0 }
    private var wasOnDisk = false
    private let memory: MemoryAccount
    /// What the account was told of.
    private var charged = 0

    init(memory: MemoryAccount) {
        self.memory = memory
    }

    deinit {
        memory.release(charged)
    }

    /// Whether temporary tables are among the ``tables``.
    private(set) var changesTemporaryTables = false
    /// Changed rows.
    public var count: Int { changes.count }
    /// Bytes of all row images, about what the transaction's binlog events will take.
    public var byteCount: Int { images.count }
    /// Whether a changed table has no key that identifies its rows: a group refuses the transaction (error 3098).
    public var changesTableWithoutKey: Table? {
        tables.first { $0.identifyingKey == nil && !$0.definition.isTemporary }
    }

    var mark: Mark { Mark(changes: changes.count, bytes: images.count, writes: writes.count) }

    func truncate(to mark: Mark) {
        changes.removeLast(changes.count - mark.changes)
        images.truncate(to: mark.bytes)
        writes.removeLast(writes.count - mark.writes)
    }

    /// Gives the row images of a large transaction back once its events are made: it only commits or rolls back from there.
    public func releaseImages() {
        wasOnDisk = isOnDisk
        if images.count >= Self.largeBytes {
            images.removeAll()
            settleAccount()
        }
    }

    private static let largeBytes = 1 << 20
    /// The session's memory account learns of a transaction's growth in steps of this size.
    static let accountedBytes = 16 << 20
    /// What is held here is charged in steps of this size: small transactions are below the first.
    private static let chargedBytes = 64 << 10

    /// Images, changes and write set, as far as they are in memory.
    private var bytesInMemory: Int {
        images.bytesInMemory + changes.capacity * MemoryLayout<RowChange>.stride + writes.capacity * MemoryLayout<UInt64>.stride
    }

    /// After each row: the session's account follows what is held here.
    @inline(__always)
    func charge() throws(MemoryAccount.Excess) {
        let growth = bytesInMemory - charged
        if growth < Self.chargedBytes { return }
        charged += growth
        try memory.charge(growth)
    }

    private func settleAccount() {
        guard charged > 0 else { return }
        memory.release(charged)
        charged = 0
    }

    func removeAll() {
        changes.removeAll(keepingCapacity: changes.capacity < 4096)
        writes.removeAll(keepingCapacity: writes.capacity < 4096)
        images.removeAll()
        settleAccount()
        tables.removeAll(keepingCapacity: true)
        reads.removeAll(keepingCapacity: true)
        statement = 0
        changesTemporaryTables = false
        wasOnDisk = false
    }

    func add(_ kind: RowChange.Kind, of table: Table, before: Int, after: Int) {
        changes.append(
            RowChange(kind: kind, table: place(of: table), statement: statement, before: before, after: after))
    }

    /// The images of the change at `place` in ``changes``, until the next call.
    func row(at place: Int) throws(StorageError) -> RowImages {
        let end = place + 1 < changes.count ? changes[place + 1].start : images.count
        return try images.row(changes[place].start..<end)
    }

    func addWrite(_ hash: UInt64) {
        writes.append(hash)
    }

    /// The transaction relies on this schema object as it is: a DDL on it that was certified since the snapshot fails
    /// the transaction.
    public func rely(on schemaObject: UInt64) {
        reads.insert(schemaObject)
    }

    private func place(of table: Table) -> Int32 {
        if let last = changes.last, tables[Int(last.table)] === table { return last.table }
        if let found = tables.firstIndex(where: { $0 === table }) { return Int32(found) }
        tables.append(table)
        guard !table.definition.isTemporary else {
            changesTemporaryTables = true
            return Int32(tables.count - 1)
        }
        reads.insert(table.schemaObjectHash)
        reads.insert(SchemaObject.hash(schema: table.schema))
        return Int32(tables.count - 1)
    }

    /// The tables may have been published anew since: the transaction goes on with the present ones. False when one is
    /// gone, or its columns changed.
    func rebind(to dictionary: DataDictionary) -> Bool {
        for (place, table) in tables.enumerated() where !table.definition.isTemporary {
            guard let present = dictionary.table(table.schema, table.name),
                present.definition.id == table.definition.id,
                present.definition.version == table.definition.version
            else { return false }
            tables[place] = present
        }
        return true
    }

    /// Hashes of the rows written, without duplicates, in ascending order.
    public func writeSet() -> [UInt64] {
        var sorted = writes.sorted()
        var kept = 0
        for index in sorted.indices where index == 0 || sorted[index] != sorted[kept - 1] {
            sorted[kept] = sorted[index]
            kept += 1
        }
        sorted.removeLast(sorted.count - kept)
        return sorted
    }

    /// Hashes of the schema objects relied on, in ascending order.
    public func readSet() -> [UInt64] {
        reads.sorted()
    }
}
