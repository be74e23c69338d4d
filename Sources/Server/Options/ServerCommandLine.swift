import Platform

/// A server's command line, with the option files that it names: every option in the order in which it counts.
public struct ServerCommandLine: Sendable {
    /// The groups of option files that a server reads; the last given option wins.
    public static let groups = ["mysqld", "server", "mysqld-\(MySQLVersion.dialect.series)", "grouplite"]
    /// The files that are read when none is named.
    public static let defaultFiles = ["/etc/my.cnf", "/etc/mysql/my.cnf"]

    public private(set) var assignments: [OptionAssignment] = []
    public private(set) var warnings: [String] = []
    /// The option files that were read because they were named.
    public private(set) var defaultsFile: String?

    /// Whether the host's own option files were read, which may be another product's.
    public private(set) var readsHostFiles = false

    /// Reads arguments (without the program's name) and the files. `--defaults-file`, `--defaults-extra-file`,
    /// `--defaults-group-suffix` and `--no-defaults` come first, as in MySQL.
    public init(arguments: [String], home: String? = nil) throws(OptionError) {
        var rest = arguments[...]
        var extraFile: String?
        var suffix = ""
        var readDefaults = true
        special: while let argument = rest.first {
            let (name, value) = Self.split(argument)
            switch name {
            case "--defaults-file": defaultsFile = value
            case "--defaults-extra-file": extraFile = value
            case "--defaults-group-suffix": suffix = value ?? ""
            case "--no-defaults": readDefaults = false
            default: break special
            }
            rest = rest.dropFirst()
        }
        var reader = OptionFileReader(groups: Self.groups.flatMap { suffix.isEmpty ? [$0] : [$0, $0 + suffix] })
        if let defaultsFile {
            try reader.read(required: defaultsFile)
        } else if readDefaults {
            readsHostFiles = true
            for path in Self.defaultFiles { try reader.read(optional: path) }
            if let extraFile { try reader.read(required: extraFile) }
            if let home { try reader.read(optional: home + "/.my.cnf") }
        }
        assignments = reader.assignments
        warnings = reader.warnings
        for argument in rest {
            guard argument.hasPrefix("--") && argument.count > 2 else {
                throw OptionError(
                    "Too many arguments (first extra is '\(argument)'). Options begin with '--'.")
            }
            let (name, value) = Self.split(argument)
            guard !["--defaults-file", "--defaults-extra-file", "--no-defaults"].contains(name) else {
                throw OptionError("'\(name)' must be given before all other options")
            }
            assignments.append(OptionAssignment(text: String(name.dropFirst(2)), value: value, origin: .commandLine))
        }
    }

    private static func split(_ argument: String) -> (name: String, value: String?) {
        guard let equals = argument.firstIndex(of: "=") else { return (argument, nil) }
        return (String(argument[..<equals]), String(argument[argument.index(after: equals)...]))
    }
}
