/// One of MySQL's errors: its number, its SQLSTATE and the format of its message.
///
/// The constants, one row each, make up the one table of errors that reach clients; they are named after MySQL's `ER_`
/// symbols, e.g. `ER_NO_SUCH_TABLE` is ``noSuchTable``. They stand in `ErrorCode+NNNN.swift`, by number.
public struct ErrorCode: Sendable {
    /// The number, e.g. 1146.
    public let rawValue: UInt16
    private let state: StaticString
    private let messageFormat: StaticString

    init(_ rawValue: UInt16, _ state: StaticString, _ messageFormat: StaticString) {
        self.rawValue = rawValue
        self.state = state
        self.messageFormat = messageFormat
    }

    /// The five characters of SQL's own classification, e.g. `42S02`.
    public var sqlState: String { state.description }

    /// MySQL's message with `printf` conversions where arguments go.
    public var format: String { messageFormat.description }
}

extension ErrorCode: Hashable {
    public static func == (left: ErrorCode, right: ErrorCode) -> Bool {
        left.rawValue == right.rawValue
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawValue)
    }
}
