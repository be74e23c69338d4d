import func Glibc.memcmp

/// A statement's text with its hash, for plans: a long text is not hashed at each execution.
public struct StatementText: Hashable, Sendable {
    public let sql: String
    private let hash: Int

    public init(_ sql: String) {
        self.sql = sql
        hash = sql.hashValue
    }

    public static func == (left: StatementText, right: StatementText) -> Bool {
        left.hash == right.hash && hasSameBytes(left.sql, right.sql)
    }

    /// Swift's `==` takes U+0340 for U+0300 and e with an acute accent for its two characters: other values to SQL.
    private static func hasSameBytes(_ left: String, _ right: String) -> Bool {
        let answer = left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in
                guard left.count == right.count, let a = left.baseAddress, let b = right.baseAddress else {
                    return left.count == right.count
                }
                return memcmp(a, b, left.count) == 0
            }
        }
        return (answer ?? nil) ?? left.utf8.elementsEqual(right.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}
