/// A stretch of the statement's bytes: where a part of the syntax tree was written.
public struct SourceRange: Hashable, Sendable {
    /// Offset of the first byte in the text given to the parser.
    public var start: Int
    /// Offset past the last byte.
    public var end: Int

    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    public static let none = SourceRange(start: 0, end: 0)
}
