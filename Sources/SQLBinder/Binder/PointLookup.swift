import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions
import Storage

/// A condition that finds at most one row of a table, by the key that identifies its rows: `id = 5 AND ...`. The row, or
/// the place where it would be, can then be locked by that key alone.
package struct PointLookup {
    package let schema: String
    package let table: String
    /// An SQLite query of the key's values in the key's order, with the statement's parameters.
    package let keySQL: String

    package init(schema: String, table: String, keySQL: String) {
        self.schema = schema
        self.table = table
        self.keySQL = keySQL
    }
}

extension Binder {
    /// The lookup that `condition` is for the table of `source`; nil when it may find several rows, or when a value would
    /// be compared otherwise than by the key's own equality.
    package func pointLookup(_ condition: Expression?, _ source: TableSource, in scope: Scope) throws(SQLError) -> PointLookup? {
        guard let condition, let table = source.table, let index = table.identifyingIndex else { return nil }
        var equalities: [(column: ColumnName, value: Expression)] = []
        collectEqualities(condition, into: &equalities)
        var values: [String] = []
        for part in index.parts {
            guard let place = part.column, part.prefixLength == nil else { return nil }
            var found: String?
            for (name, value) in equalities where Identifier.equal(name.name, table.columns[place].name) {
                let resolved = try resolve(name, in: scope)
                guard resolved.source === source, resolved.index == place else { continue }
                let typed = try bindScalar(value, in: scope)
                guard Self.comparesAsStored(typed, table.columns[place].type) else { continue }
                found = typed.sql
                break
            }
            guard let found else { return nil }
            values.append(found)
        }
        return PointLookup(
            schema: table.schema, table: table.name, keySQL: "SELECT " + values.joined(separator: ", "))
    }

    /// `column = constant`, of conditions that must all hold.
    private func collectEqualities(_ condition: Expression, into list: inout [(column: ColumnName, value: Expression)]) {
        switch condition.kind {
        case .and(let operands): for operand in operands { collectEqualities(operand, into: &list) }
        case .binary(.equal, let left, let right):
            if case .column(let name) = left.kind, Self.isConstant(right) { list.append((name, right)) }
            if case .column(let name) = right.kind, Self.isConstant(left) { list.append((name, left)) }
        default: break
        }
    }

    private static func isConstant(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .literal, .parameter: true
        default: false
        }
    }

    private static func comparesAsStored(_ value: TypedSQL, _ column: MySQLType) -> Bool {
        switch column.kind {
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt:
            // Unsigned values beyond the signed ones are carried otherwise.
            guard case .integer(let integer)? = value.literal else { return false }
            return !column.isUnsigned || integer >= 0
        case .char, .varChar:
            if case .text? = value.literal { return value.type.isNonBinaryString }
            return false
        default: return false
        }
    }
}
