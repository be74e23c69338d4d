/// The components that INSTALL COMPONENT may name: they are part of this server, and act when they are installed.
public enum Component: String, CaseIterable, Sendable {
    case connectionControl = "component_connection_control"
    case queryAttributes = "component_query_attributes"
    case validatePassword = "component_validate_password"

    public var urn: String { "file://" + rawValue }

    /// What its variables' names begin with.
    var variablePrefix: String {
        switch self {
        case .connectionControl: "component_connection_control."
        case .queryAttributes: "component_query_attributes."
        case .validatePassword: "validate_password."
        }
    }

    /// What its status variables' names begin with: they are there while it is installed.
    var statusPrefix: String {
        switch self {
        case .connectionControl: "Component_connection_control_"
        case .queryAttributes: "component_query_attributes."
        case .validatePassword: "validate_password."
        }
    }

    /// Its table in performance_schema, there while it is installed.
    public var table: String? {
        switch self {
        case .connectionControl: "connection_control_failed_login_attempts"
        case .queryAttributes, .validatePassword: nil
        }
    }

    /// As error 3536 names it.
    var name: String {
        switch self {
        case .connectionControl: "mysql:connection_control"
        case .queryAttributes: "mysql:query_attributes"
        case .validatePassword: "mysql:validate_password"
        }
    }
}
