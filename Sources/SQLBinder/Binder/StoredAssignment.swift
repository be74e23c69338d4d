import MySQLProtocol
import MySQLTypes
import SQLExpressions

extension ExpressionBuilder {
    /// The session's time zone is not UTC, in which TIMESTAMP columns are stored.
    package var convertsTimestamps: Bool { !context.timeZone.isUTC }

    /// The value as a column stores it: coerced, and of a TIMESTAMP in UTC.
    package func store(_ x: TypedSQL, in target: AssignmentTarget) throws(SQLError) -> TypedSQL {
        var assigned = try assign(x, to: target)
        if convertsTimestamps, target.type.kind == .timestamp { assigned.sql = "m_toutc(" + assigned.sql + ")" }
        return assigned
    }

    /// A stored value as later expressions of the statement see it.
    package func seen(_ stored: TypedSQL, as type: MySQLType) -> TypedSQL {
        var seen = stored
        seen.type = type
        seen.literal = nil
        if convertsTimestamps, type.kind == .timestamp { seen.sql = "m_fromutc(" + stored.sql + ")" }
        return seen
    }
}
