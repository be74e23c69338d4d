/// One option as it was written, in a file or on the command line: `--loose-group_replication_group_name=...`.
public struct OptionAssignment: Equatable, Sendable {
    /// Where it was written, for messages.
    public enum Origin: Equatable, Sendable, CustomStringConvertible {
        case file(path: String, line: Int)
        case commandLine

        public var description: String {
            switch self {
            case .file(let path, let line): "\(path), line \(line)"
            case .commandLine: "the command line"
            }
        }
    }

    /// As written, without leading dashes and prefixes it may have.
    public var text: String
    /// With underscores for dashes, without `loose_`.
    public var name: String
    /// Nil when there was no `=`.
    public var value: String?
    /// `loose_`: an unknown name is a warning, not an error.
    public var isLoose: Bool
    public var origin: Origin

    public init(text: String, value: String?, origin: Origin) {
        self.text = text
        self.value = value
        self.origin = origin
        let normalized = String(text.map { $0 == "-" ? "_" : $0 })
        isLoose = normalized.hasPrefix("loose_")
        name = isLoose ? String(normalized.dropFirst("loose_".count)) : normalized
    }

    /// `x=y`, as MySQL's messages quote it.
    public var quoted: String { value.map { "\(text)=\($0)" } ?? text }
}

/// Why the server does not start: a message for the error log, in MySQL's words where it has some.
public struct OptionError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
