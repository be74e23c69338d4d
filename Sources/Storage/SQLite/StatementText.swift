/// A statement's text with its hash, for plans: a long text is not hashed at each execution.
public struct StatementText: Hashable, Sendable {
    public let sql: String
    private let hash: Int

    public init(_ sql: String) {
        self.sql = sql
        hash = sql.hashValue
    }

    public static func == (left: StatementText, right: StatementText) -> Bool {
        left.hash == right.hash && left.sql == right.sql
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}
