import CSQLite
import Glibc
import MySQLTypes
import Storage

/// `decimal`, byte by byte: enough here.
func registerDecimal(_ connection: SQLiteConnection) {
    sqlite3_create_collation_v2(
        connection.pointer, "decimal", SQLITE_UTF8, nil,
        { _, leftCount, left, rightCount, right in
            let count = Int(min(leftCount, rightCount))
            if count > 0, let left, let right {
                let order = memcmp(left, right, count)
                if order != 0 { return order }
            }
            return leftCount - rightCount
        }, nil)
}

struct Random {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
}

extension SessionConnection {
    func execute(_ sql: String, _ values: Int64...) throws(StorageError) {
        let statement = try prepare(sql)
        defer { release(statement) }
        for (place, value) in values.enumerated() { statement.bind(place + 1, value) }
        while try step(statement) {}
    }

    func integer(_ sql: String, _ values: Int64...) throws(StorageError) -> Int64 {
        let statement = try prepare(sql)
        defer { release(statement) }
        for (place, value) in values.enumerated() { statement.bind(place + 1, value) }
        return try step(statement) ? statement.integer(0) : 0
    }
}

func numbers(_ name: String, id: UInt64, key: MySQLType) -> TableDefinition {
    var table = TableDefinition(
        id: id, schema: "test", name: name,
        columns: [
            ColumnDefinition(name: "id", type: key, isNullable: false),
            ColumnDefinition(name: "v", type: MySQLType(.bigInt)),
            ColumnDefinition(name: "pad", type: MySQLType(.varChar, length: 200, collation: .utf8mb4_bin)),
        ])
    table.indexes = [
        IndexDefinition(name: "PRIMARY", kind: .primary, parts: [.init(column: 0)]),
        IndexDefinition(name: "k", kind: .secondary, parts: [.init(column: 1)]),
    ]
    return table
}

/// `t` by rowid, `w` WITHOUT ROWID (unsigned keys), filled with `rows` rows whose values sum up to 0; `x` grows and shrinks.
func createTables(_ group: GroupOfOne, rows: Int) throws {
    try group.ddl([]) { applier in
        try applier.put(SchemaDefinition(name: "test"))
        try applier.createTable(numbers("t", id: 1, key: MySQLType(.int)))
        try applier.createTable(numbers("w", id: 2, key: MySQLType(.bigInt, isUnsigned: true)))
        var growing = numbers("x", id: 3, key: MySQLType(.bigInt))
        growing.columns[0].isAutoIncrement = true
        growing.indexes.append(IndexDefinition(name: "u", kind: .unique, parts: [.init(column: 1)]))
        growing.indexes.removeAll { $0.name == "k" }
        try applier.createTable(growing)
    }
    let session = try SessionConnection(group.database, id: 1)
    for table in ["t1", "t2"] {
        for start in stride(from: 1, through: rows, by: 5000) {
            try session.atomically {
                try session.execute(
                    """
                    WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
                    INSERT INTO \(table) SELECT i, 0, printf('%0100d', i) FROM n
                    """, Int64(start), Int64(min(rows, start + 4999)))
            }
            try group.commit(session)
        }
    }
}
