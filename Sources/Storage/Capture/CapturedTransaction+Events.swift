import BinaryLog
import Platform

extension CapturedTransaction {
    /// The changes as binlog events without checksums (Table_map and rows events): the body of the message that the group
    /// orders. `timestamp` is in seconds since 1970.
    public func events(serverID: UInt32, timestamp: UInt32) throws(StorageError) -> [UInt8] {
        var builder = RowEventsBuilder(serverID: serverID, expectedBytes: images.count + images.count / 16)
        builder.timestamp = timestamp
        var statement: UInt32 = 0
        do throws(MalformedBytes) {
            for change in changes where !tables[Int(change.table)].definition.isTemporary {
                // Each statement's rows end with its own flag.
                if change.statement != statement {
                    _ = builder.mark()
                    statement = change.statement
                }
                let table = tables[Int(change.table)].rowEvents
                let columns = table.columns.count
                switch change.kind {
                case .insert:
                    builder.beginRow(.write, of: table)
                    try write(change.after, columns, into: &builder)
                case .delete:
                    builder.beginRow(.delete, of: table)
                    try write(change.before, columns, into: &builder)
                case .update:
                    builder.beginRow(.update, of: table)
                    try write(change.before, columns, into: &builder)
                    builder.beginAfterImage()
                    try write(change.after, columns, into: &builder)
                }
                builder.endRow()
            }
        } catch {
            throw .malformed("a row to be logged: \(error.description)")
        }
        return builder.finish()
    }

    private func write(
        _ image: Int, _ columns: Int, into builder: inout RowEventsBuilder
    ) throws(MalformedBytes) {
        var offset = image
        for _ in 0..<columns {
            switch images.read(&offset) {
            case .null: builder.writeNull()
            case .integer(let integer): try builder.write(integer: integer)
            case .real(let real): try builder.write(double: real)
            case .text(let bytes), .blob(let bytes): try builder.write(bytes: bytes)
            }
        }
    }
}
