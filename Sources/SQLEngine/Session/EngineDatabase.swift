import MySQLTypes
import SQLExpressions
import Storage

/// How the engine's database is opened: with MySQL's collations on every connection.
public enum EngineDatabase {
    /// Sets what the engine needs: collations, their names in SQLite, their sort keys in write sets.
    public static func configure(_ configuration: inout Database.Configuration) {
        configuration.prepare = { connection throws(StorageError) in
            registerCollations(on: connection.pointer)
        }
        configuration.collationName = { id in id == .binary ? nil : Collation(id)?.name }
        configuration.sortKey = { text, id, characters, key in
            var bytes = UnsafeBufferPointer(
                start: text.baseAddress?.assumingMemoryBound(to: UInt8.self), count: text.count)
            if let characters { bytes = UnsafeBufferPointer(rebasing: bytes[..<prefix(bytes, characters)]) }
            guard let collation = Collation(id) else { return key.append(contentsOf: bytes) }
            collation.appendSortKey(of: bytes, to: &key)
        }
    }

    /// Bytes of the first `count` characters.
    private static func prefix(_ bytes: UnsafeBufferPointer<UInt8>, _ count: Int) -> Int {
        var seen = 0
        for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
            if seen == count { return index }
            seen += 1
        }
        return bytes.count
    }
}
