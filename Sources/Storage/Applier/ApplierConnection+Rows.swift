import BinaryLog
import Platform

/// A table that a Table_map event gave a number.
struct MappedTable {
    /// The event's body, to know it again without decoding it.
    var body: [UInt8]
    var columns: [RowColumn]
    var applier: TableApplier
}

extension ApplierConnection {
    /// Applies the rows events of one transaction's body (Table_map and rows events without checksums; others are passed
    /// over). A row that is not as the event says it was is a divergence: the batch is to be rolled back.
    public func apply(_ body: ArraySlice<UInt8>) throws(StorageError) {
        var reader = ByteReader(body)
        while !reader.isAtEnd {
            let event = try decoding { () throws(MalformedBytes) in try RawEvent(decoding: &reader, checksum: .none) }
            try apply(event)
        }
    }

    /// Applies one event: remembers a Table_map's table, changes rows by rows events, passes over others.
    public func apply(_ event: RawEvent) throws(StorageError) {
        switch event.header.type {
        case .tableMap: try map(event.body)
        case .writeRows, .updateRows, .deleteRows:
            let rows = try decoding { () throws(MalformedBytes) in
                var reader = ByteReader(event.body)
                return try RowsEvent(decoding: &reader, type: event.header.type)
            }
            try apply(rows)
        default: break
        }
    }

    private func map(_ body: ArraySlice<UInt8>) throws(StorageError) {
        if let id = try? ByteReader(body).peekTableID(), let known = maps[id], known.applier.isCurrent,
            known.body.elementsEqual(body)
        {
            return
        }
        let event = try decoding { () throws(MalformedBytes) in
            var reader = ByteReader(body)
            return try TableMapEvent(decoding: &reader)
        }
        let schema = String(decoding: event.schema, as: UTF8.self)
        let name = String(decoding: event.table, as: UTF8.self)
        guard let table = content.table(schema, name) else {
            throw .diverged("table \(schema).\(name) is changed by the group's log and does not exist here")
        }
        guard event.columns.count == table.definition.columns.count else {
            throw .diverged(
                "table \(schema).\(name) has \(table.definition.columns.count) columns here, "
                    + "\(event.columns.count) in the group's log")
        }
        // Numbers are the writers' own: a stream of many writers must not make the map grow without limit.
        if maps.count >= Self.maximumMaps { maps.removeAll() }
        maps[event.tableID] = MappedTable(body: Array(body), columns: event.columns, applier: try applier(for: table))
    }

    private static let maximumMaps = 512

    private func applier(for table: Table) throws(StorageError) -> TableApplier {
        if let known = appliers[table.sqliteName] { return known }
        if appliers.count >= Self.maximumMaps { forgetTables() }
        let applier = TableApplier(table, connection)
        appliers[table.sqliteName] = applier
        return applier
    }

    /// Drops prepared statements: tables changed, or a rollback undid changes of them.
    func forgetTables() {
        for applier in appliers.values { applier.isCurrent = false }
        appliers.removeAll()
        maps.removeAll()
    }

    private func apply(_ rows: RowsEvent) throws(StorageError) {
        guard let mapped = maps[rows.tableID] else {
            throw .malformed("rows of table number \(rows.tableID), which no Table_map event named")
        }
        let applier = mapped.applier
        var reader = try decoding { () throws(MalformedBytes) in try RowImageReader(rows, columns: mapped.columns) }
        while try decoding({ () throws(MalformedBytes) in try reader.next(before: &before, after: &after) }) {
            switch rows.kind {
            case .write: try applier.insert(after)
            case .update: try applier.update(before, after)
            case .delete: try applier.delete(before)
            }
        }
        // Values are slices of the transaction's body: kept, they would keep all of it in memory.
        before.removeAll(keepingCapacity: true)
        after.removeAll(keepingCapacity: true)
        if applier.mayHaveLostGreatest, let table = applier.takeCounterToStore() {
            countersToStore[table.sqliteName] = table
        }
    }

    /// Stores the counters that the table's rows alone would not bring back.
    func storeCounters() throws(StorageError) {
        for table in countersToStore.values { try DictionaryStore.storeCounter(of: table, connection) }
        countersToStore.removeAll(keepingCapacity: true)
    }
}

extension ByteReader {
    /// The 6 bytes that begin Table_map and rows events.
    fileprivate func peekTableID() throws(MalformedBytes) -> UInt64 {
        var copy = self
        return try copy.readUInt(width: 6)
    }
}

/// Turns a decoder's refusal into storage's.
func decoding<Result>(_ body: () throws(MalformedBytes) -> Result) throws(StorageError) -> Result {
    do throws(MalformedBytes) {
        return try body()
    } catch {
        throw .malformed(error.description)
    }
}
