import MySQLTypes

/// Everything of a session that binding a statement or evaluating its expressions may depend on. Two sessions with equal
/// settings bind a text to the same plan, and a DDL that travels with them means the same on every member.
///
/// A system variable that matters to a binding is a field here and a line of ``take(_:_:)``; nothing else need know of it:
/// the plan cache compares these (``BindingSettingsNumbers``), ``ExpressionContext`` reads them, the ordered DDL carries
/// them (`BindingSettings+Coding`).
public struct BindingSettings: Hashable, Sendable {
    /// The default database.
    public var database: String?
    public var sqlMode = SQLMode.default
    /// `character_set_client`.
    public var clientCharset = CharacterSet.utf8mb4
    /// `character_set_results` (NULL and binary: nothing is converted).
    public var resultCollation = CollationID.utf8mb4_0900_ai_ci
    /// `collation_connection`: of literals.
    public var connectionCollation = CollationID.utf8mb4_0900_ai_ci
    /// `collation_server`: of databases created without one.
    public var serverCollation = CollationID.utf8mb4_0900_ai_ci
    /// `default_collation_for_utf8mb4`.
    public var defaultCollationForUTF8MB4 = CollationID.utf8mb4_0900_ai_ci
    /// `time_zone`.
    public var timeZone = "SYSTEM"
    /// `lc_time_names`.
    public var timeLocale = "en_US"
    public var divPrecisionIncrement = 4
    public var groupConcatMaxLength = 1024
    public var maxAllowedPacket = 67_108_864
    public var defaultWeekFormat = 0
    public var cteMaxRecursionDepth = 1000
    public var blockEncryptionMode = "aes-128-ecb"
    public var foreignKeyChecks = true
    public var explicitDefaultsForTimestamp = true
    /// `sql_require_primary_key`.
    public var requiresPrimaryKey = false

    public init() {}

    /// The system variables that the settings are decoded from.
    package static let variableNames = [
        "sql_mode", "character_set_client", "character_set_results", "collation_connection", "collation_server",
        "default_collation_for_utf8mb4", "time_zone", "lc_time_names", "div_precision_increment", "group_concat_max_len",
        "max_allowed_packet", "default_week_format", "cte_max_recursion_depth", "block_encryption_mode",
        "foreign_key_checks", "explicit_defaults_for_timestamp", "sql_require_primary_key",
    ]

    /// Takes one variable's new value over; others are none of these settings.
    package mutating func take(_ name: String, _ value: VariableValue) {
        switch name {
        case "sql_mode": if case .success(let mode) = SQLMode.parse(value.text) { sqlMode = mode }
        case "character_set_client": clientCharset = CharacterSet.named(value.text) ?? .utf8mb4
        case "character_set_results":
            if case .null = value { resultCollation = .binary } else {
                resultCollation = CharacterSet.named(value.text)?.defaultCollation ?? .utf8mb4_0900_ai_ci
            }
        case "collation_connection": connectionCollation = Self.collation(value)
        case "collation_server": serverCollation = Self.collation(value)
        case "default_collation_for_utf8mb4": defaultCollationForUTF8MB4 = Self.collation(value)
        case "time_zone": timeZone = value.text
        case "lc_time_names": timeLocale = value.text
        case "div_precision_increment": divPrecisionIncrement = Int(clamping: value.number)
        case "group_concat_max_len": groupConcatMaxLength = Int(clamping: value.number)
        case "max_allowed_packet": maxAllowedPacket = Int(clamping: value.number)
        case "default_week_format": defaultWeekFormat = Int(clamping: value.number)
        case "cte_max_recursion_depth": cteMaxRecursionDepth = Int(clamping: value.number)
        case "block_encryption_mode": blockEncryptionMode = value.text
        case "foreign_key_checks": foreignKeyChecks = value.isOn
        case "explicit_defaults_for_timestamp": explicitDefaultsForTimestamp = value.isOn
        case "sql_require_primary_key": requiresPrimaryKey = value.isOn
        default: break
        }
    }

    private static func collation(_ value: VariableValue) -> CollationID {
        Collation.named(value.text)?.id ?? .utf8mb4_0900_ai_ci
    }
}

/// The settings that a session has had, by number: plans compare one number, and a setting that is put back finds them again.
package struct BindingSettingsNumbers {
    private var numbers: [BindingSettings: UInt64] = [:]
    private var last: UInt64 = 0

    /// As many are remembered; then all are forgotten, and with them the plans that were bound under them.
    private static let maximumSettings = 32

    /// The same number for the same settings, another for others.
    package mutating func number(of settings: BindingSettings) -> UInt64 {
        if let known = numbers[settings] { return known }
        if numbers.count >= Self.maximumSettings { numbers.removeAll() }
        last += 1
        numbers[settings] = last
        return last
    }

    package init() {}
}
