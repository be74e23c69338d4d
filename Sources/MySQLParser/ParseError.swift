/// What the parser refuses, with MySQL's error number and text. (SQLEngine makes it an SQLError.)
public struct ParseError: Error, Hashable, Sendable {
    /// MySQL's error number, e.g. 1064.
    public var code: UInt16
    public var message: String

    public init(code: UInt16, message: String) {
        self.code = code
        self.message = message
    }
}
