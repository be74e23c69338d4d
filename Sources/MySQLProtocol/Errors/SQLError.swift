/// The one error type that reaches clients: a MySQL error number, its SQLSTATE and the text.
public struct SQLError: Error, Hashable, Sendable {
    public var code: UInt16
    /// Five characters, e.g. `42S02`.
    public var sqlState: String
    public var message: String

    /// For what a client or a peer chose itself, as `SIGNAL` does or an ERR packet that was received.
    public init(code: UInt16, sqlState: String, message: String) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
    }

    /// An error of the table whose message is `message` as it stands.
    public init(_ code: ErrorCode, message: String) {
        self.init(code: code.rawValue, sqlState: code.sqlState, message: message)
    }

    /// An error of the table, its message filled with `arguments` in order.
    ///
    /// A single argument for a format that does not take exactly one is the finished message.
    public init(_ code: ErrorCode, _ arguments: any CustomStringConvertible...) {
        let format = MessageFormat(code.format)
        if arguments.count == 1 && format.argumentCount != 1 {
            self.init(code, message: arguments[0].description)
        } else {
            self.init(code, message: format.filled(with: arguments.map(\.description)))
        }
    }

    /// Whether this is the error `other` of the table.
    public func `is`(_ other: ErrorCode) -> Bool {
        code == other.rawValue
    }

    public static func == (left: SQLError, right: ErrorCode) -> Bool {
        left.code == right.rawValue
    }
}

extension SQLError: CustomStringConvertible {
    /// As the `mysql` client prints it.
    public var description: String { "ERROR \(code) (\(sqlState)): \(message)" }
}
