import CSQLite
import Glibc

@testable import Storage

enum CSQLiteCollation {
    static func register(_ connection: SQLiteConnection, _ name: String) {
        sqlite3_create_collation_v2(
            connection.pointer, name, SQLITE_UTF8, nil,
            { _, leftCount, left, rightCount, right in
                let count = Int(min(leftCount, rightCount))
                if count > 0, let left, let right {
                    let order = memcmp(left, right, count)
                    if order != 0 { return order }
                }
                return leftCount - rightCount
            }, nil)
    }
}
