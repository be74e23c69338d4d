import Platform
import SQLEngine
import SystemCatalog

/// The options that a server takes: every system variable, and what only the command line and option files have.
struct NodeOptions: OptionCatalog {
    /// Options of mysqld that are no variables and that mean something here.
    private static let own: [String: OptionForm] = [
        "initialize": .boolean, "initialize_insecure": .boolean, "user": .value, "plugin_load_add": .value,
        "plugin_load": .value, "group_replication": .optionalValue, "console": .boolean, "daemonize": .boolean,
        "early_plugin_load": .value, "mysqlx": .boolean, "symbolic_links": .boolean, "help": .boolean,
        "skip_networking": .boolean, "skip_name_resolve": .boolean, "skip_grant_tables": .boolean,
        "character_set_client_handshake": .boolean, "skip_external_locking": .boolean, "skip_replica_start": .boolean,
        "skip_slave_start": .boolean, "performance_schema": .boolean, "binlog_row_event_max_size": .value,
        "default_character_set": .value, "log_bin": .optionalValue, "log_bin_index": .value, "skip_log_bin": .boolean,
        "ssl": .boolean, "innodb": .optionalValue, "upgrade": .value,
        "group_replication_group_secret_file": .value,
    ]

    func form(of name: String) -> OptionForm? {
        if let form = NodeOptions.own[name] { return form }
        guard let place = SystemVariable.place(of: name), SystemVariable.all[place].hasGlobalValue else { return nil }
        switch SystemVariable.all[place].kind {
        case .boolean: return .boolean
        default: return .value
        }
    }

    var optionNames: [String] {
        SystemVariable.all.filter(\.hasGlobalValue).map(\.name) + NodeOptions.own.keys
    }

    /// What the command line asks for beyond variables.
    struct Result {
        /// `--initialize` or `--initialize-insecure`: make the data directory and end.
        var initializes = false
        /// `--initialize`: root gets a password, which is written to the error log.
        var setsRootPassword = false
        /// `plugin_load_add` names group replication; or else its variables are set.
        var groupReplication = PluginState.Installation.none
        var isHelp = false
        /// What the members of the group prove to each other is in this file; empty: nothing. No system variable: SQL has no
        /// part in who belongs to the group, nor can it change that.
        var groupSecretFile = ""
    }

    /// Stores all options in `variables`. Throws a message for the error log; warnings are logged.
    static func apply(_ line: ServerCommandLine, to variables: GlobalVariables) throws(OptionError) -> Result {
        var resolver = OptionResolver(NodeOptions())
        var result = Result()
        let isLenient = line.readsHostFiles && line.assignments.contains(where: NodeOptions.asksForNoServer)
        var leftOut: [String] = []
        for assignment in line.assignments {
            do throws(OptionError) {
                for option in try resolver.resolve([assignment]) { try apply(option, to: variables, &result) }
            } catch {
                guard isLenient, case .file = assignment.origin else { throw error }
                leftOut.append("\(error); ignored")
            }
        }
        for warning in line.warnings + resolver.warnings + leftOut { ErrorLog.shared.log(.warning, warning) }
        return result
    }

    /// To show the options or to make a data directory, what the option files of the host's packages say of a server (which
    /// may be MariaDB's) does not matter.
    private static func asksForNoServer(_ assignment: OptionAssignment) -> Bool {
        guard case .commandLine = assignment.origin else { return false }
        return ["help", "initialize", "initialize_insecure"].contains(assignment.name)
    }

    private static func apply(
        _ option: ResolvedOption, to variables: GlobalVariables, _ result: inout Result
    ) throws(OptionError) {
        let isOn = option.value.map { OptionValue.boolean($0) ?? true } ?? true
        switch option.name {
        case "initialize_insecure": result.initializes = isOn
        case "initialize":
            result.initializes = isOn
            result.setsRootPassword = isOn
        case "help": result.isHelp = isOn
        case "plugin_load_add", "plugin_load":
            for plugin in (option.value ?? "").split(separator: ";") {
                let library = plugin.split(separator: "=").last.map(String.init) ?? ""
                if library.hasPrefix("group_replication") {
                    result.groupReplication = .installed
                } else if !library.hasPrefix("mysql_clone") {
                    throw OptionError("Can't open shared library '\(library)': there are no loadable plugins here")
                }
            }
        case "group_replication": result.groupReplication = option.value == "OFF" ? .none : .installed
        case "group_replication_group_secret_file":
            result.groupSecretFile = option.value ?? ""
            if result.groupReplication == .none { result.groupReplication = .implied }
        case "skip_log_bin" where isOn:
            throw OptionError("--skip-log-bin: the binary log is part of every commit here and cannot be left out")
        case "skip_grant_tables" where isOn:
            throw OptionError("--skip-grant-tables is not supported")
        default:
            guard let place = SystemVariable.place(of: option.name) else { return }
            let origin: GlobalVariables.Origin
            if case .commandLine = option.origin { origin = .commandLine } else { origin = .explicit }
            // Options that stand alone and are no booleans keep the variable's default (log_bin).
            if option.value == nil, case .boolean = SystemVariable.all[place].kind {
            } else if option.value == nil {
                return
            }
            if option.name == "log_bin" { return }
            do throws(GlobalVariables.OptionError) {
                try variables.setOption(option.name, option.value, origin: origin)
            } catch {
                throw OptionError("\(error.description) (\(option.origin))")
            }
            if option.name.hasPrefix("group_replication_"), result.groupReplication == .none {
                result.groupReplication = .implied
            }
        }
    }
}
