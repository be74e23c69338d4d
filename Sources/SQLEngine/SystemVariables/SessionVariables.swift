import MySQLProtocol
import SQLExpressions
import SystemCatalog

/// One session's values of the system variables. Owned by the session's thread.
public struct SessionVariables {
    private var values: [VariableValue]
    private let globals: GlobalVariables

    /// The values of a session that begins.
    public init(globals: GlobalVariables) {
        self.globals = globals
        values = globals.snapshot()
    }

    public subscript(_ place: Int) -> VariableValue {
        get { SystemVariable.all[place].hasSessionValue ? values[place] : globals[place] }
        set {
            values[place] = newValue
            if let other = SystemVariable.otherNames[place] { values[other] = newValue }
        }
    }

    public subscript(_ name: String) -> VariableValue {
        guard let place = SystemVariable.place(of: name) else { preconditionFailure("no system variable \(name)") }
        return self[place]
    }

    /// Stores without checks: what statements change by the way (`character_set_client` by SET NAMES, ...).
    public mutating func store(_ name: String, _ value: VariableValue) {
        guard let place = SystemVariable.place(of: name) else { preconditionFailure("no system variable \(name)") }
        self[place] = value
    }
}
