/// What is still read from a store that is not opened any more, since parts of it are damaged: no table is touched.
public enum DamagedStore {
    /// What the store had applied, and its dictionary's objects of one kind.
    public struct Content: Sendable {
        public var position: StoredPosition
        public var objects: [(name: String, body: [UInt8])]
    }

    public static func read(path: String, kind: String) throws(StorageError) -> Content {
        let connection = try SQLiteConnection(path: path, role: .checkpointer, cacheKiB: 2048, monitor: DamageMonitor())
        var objects: [(name: String, body: [UInt8])] = []
        let sql = #"SELECT name, body FROM "mysql.dictionary" WHERE kind = ? ORDER BY name"#
        for row in try connection.rows(sql, [.text(Array(kind.utf8))]) {
            guard case .text(let name) = row[0], case .blob(let body) = row[1] else { throw .malformed("the dictionary's entries") }
            objects.append((String(decoding: name, as: UTF8.self), body))
        }
        return Content(position: try PositionStore.load(connection), objects: objects)
    }
}
