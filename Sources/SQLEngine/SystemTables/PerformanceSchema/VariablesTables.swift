import SystemCatalog

/// global_variables, session_variables, variables_by_thread, variables_info, variables_metadata and persisted_variables.
enum VariablesTables {
    /// Names and places, as SHOW VARIABLES lists them.
    private static let all: [(name: String, place: Int)] = SystemVariable.all.enumerated()
        .map { ($0.element.name, $0.offset) }.sorted { $0.0 < $1.0 }

    /// Those that exist now.
    private static func ordered(_ context: SystemTableContext) -> [(name: String, place: Int)] {
        all.filter { context.sources.globals.isAvailable($0.place) }
    }

    static let global: SystemTableRows = { context in
        ordered(context).compactMap { name, place in
            guard SystemVariable.all[place].hasGlobalValue else { return nil }
            return [.text(name), .text(context.sources.globals[place].text)]
        }
    }

    static let session: SystemTableRows = { context in
        ordered(context).map { name, place in [.text(name), .text(context.sessionValue(place).text)] }
    }

    static let byThread: SystemTableRows = { context in
        let thread = ThreadsTable.threadID(of: context.session.connectionID)
        return ordered(context).compactMap { name, place in
            guard SystemVariable.all[place].hasSessionValue else { return nil }
            return [.unsigned(thread), .text(name), .text(context.sessionValue(place).text)]
        }
    }

    static let info: SystemTableRows = { context in
        ordered(context).map { name, place in
            let (minimum, maximum) = range(SystemVariable.all[place])
            return [
                .text(name), .text(context.sources.globals.origin(place).rawValue), "", .text(minimum), .text(maximum), nil,
                nil, nil,
            ]
        }
    }

    static let metadata: SystemTableRows = { context in
        ordered(context).map { name, place in
            let variable = SystemVariable.all[place]
            let scope: SystemValue =
                switch variable.scope {
                case .global: "GLOBAL"
                case .both: "GLOBAL_SESSION"
                case .session: "SESSION_ONLY"
                }
            let type: SystemValue
            var hasRange = false
            switch variable.kind {
            case .boolean: type = "Boolean"
            case .integer:
                type = "Integer"
                hasRange = true
            case .real:
                type = "Numeric"
                hasRange = true
            case .string: type = "String"
            case .enumeration: type = "Enumeration"
            case .set: type = "Set"
            }
            let (minimum, maximum) = range(variable)
            return [.text(name), scope, type, .text(hasRange ? minimum : ""), .text(hasRange ? maximum : ""), ""]
        }
    }

    private static func range(_ variable: SystemVariable) -> (String, String) {
        switch variable.kind {
        case .integer(let minimum, let maximum): (String(minimum), String(maximum))
        case .real(let minimum, let maximum): (String(minimum), String(maximum))
        case .boolean, .string, .enumeration, .set: ("0", "0")
        }
    }

    static let persisted: SystemTableRows = { context in
        (context.sources.persisted?.all ?? []).map { [.text($0.name), .text($0.value)] }
    }
}
