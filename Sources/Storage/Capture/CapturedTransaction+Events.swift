import BinaryLog
import Platform

extension CapturedTransaction {
    /// Events are handed over in about such pieces.
    private static let pieceBytes = 1 << 20

    /// The changes as binlog events without checksums (Table_map and rows events): the body of the message that the group
    /// orders. `timestamp` is in seconds since 1970.
    public func events(serverID: UInt32, timestamp: UInt32) throws(StorageError) -> [UInt8] {
        var builder = RowEventsBuilder(serverID: serverID, expectedBytes: images.count + images.count / 16)
        builder.timestamp = timestamp
        try write(into: &builder) { _ throws(StorageError) in }
        return builder.finish()
    }

    /// The same in pieces, each of whole events, for what is too much to have in memory at once.
    public func events(
        serverID: UInt32, timestamp: UInt32, _ take: ([UInt8]) throws(StorageError) -> Void
    ) throws(StorageError) {
        var builder = RowEventsBuilder(serverID: serverID, expectedBytes: Self.pieceBytes)
        builder.timestamp = timestamp
        try write(into: &builder) { builder throws(StorageError) in
            if builder.count >= Self.pieceBytes { try take(builder.finish()) }
        }
        if !builder.isEmpty { try take(builder.finish()) }
    }

    private func write(
        into builder: inout RowEventsBuilder, afterRow: (inout RowEventsBuilder) throws(StorageError) -> Void
    ) throws(StorageError) {
        var statement: UInt32 = 0
        for place in changes.indices where !tables[Int(changes[place].table)].definition.isTemporary {
            let change = changes[place]
            let row = try row(at: place)
            // Each statement's rows end with its own flag.
            if change.statement != statement {
                _ = builder.mark()
                statement = change.statement
            }
            let table = tables[Int(change.table)].rowEvents
            do throws(MalformedBytes) {
                try write(change, row, of: table, into: &builder)
            } catch {
                throw .malformed("a row to be logged: \(error.description)")
            }
            try afterRow(&builder)
        }
    }

    private func write(
        _ change: RowChange, _ row: RowImages, of table: RowEventsTable, into builder: inout RowEventsBuilder
    ) throws(MalformedBytes) {
        let columns = table.columns.count
        switch change.kind {
        case .insert:
            builder.beginRow(.write, of: table)
            try write(row, change.after, columns, into: &builder)
        case .delete:
            builder.beginRow(.delete, of: table)
            try write(row, change.before, columns, into: &builder)
        case .update:
            builder.beginRow(.update, of: table)
            try write(row, change.before, columns, into: &builder)
            builder.beginAfterImage()
            try write(row, change.after, columns, into: &builder)
        }
        builder.endRow()
    }

    private func write(
        _ row: RowImages, _ image: Int, _ columns: Int, into builder: inout RowEventsBuilder
    ) throws(MalformedBytes) {
        var place = image
        for _ in 0..<columns {
            switch row.read(&place) {
            case .null: builder.writeNull()
            case .integer(let integer): try builder.write(integer: integer)
            case .real(let real): try builder.write(double: real)
            case .text(let bytes), .blob(let bytes): try builder.write(bytes: bytes)
            }
        }
    }
}
