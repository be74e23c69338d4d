/// The components that INSTALL COMPONENT may name: they are part of this server, and act when they are installed.
public enum Component: String, CaseIterable, Sendable {
    case connectionControl = "component_connection_control"
    case validatePassword = "component_validate_password"

    public var urn: String { "file://" + rawValue }

    /// What its variables' names begin with.
    var variablePrefix: String {
        switch self {
        case .connectionControl: "component_connection_control."
        case .validatePassword: "validate_password."
        }
    }

    /// As error 3536 names it.
    var name: String {
        switch self {
        case .connectionControl: "mysql:connection_control"
        case .validatePassword: "mysql:validate_password"
        }
    }
}
