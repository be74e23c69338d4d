import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions

/// A window after its base windows were merged in.
package struct WindowDefinition {
    package var partitionBy: [Expression]
    package var orderBy: [OrderItem]
    package var frame: WindowFrame?

    package init(partitionBy: [Expression], orderBy: [OrderItem], frame: WindowFrame? = nil) {
        self.partitionBy = partitionBy
        self.orderBy = orderBy
        self.frame = frame
    }
}

extension Binder {
    /// Merges the WINDOW clause's definitions; errors 3579 (unknown), 3580 (circular), 3581, 3582, 3591 (duplicate).
    package func defineWindows(_ windows: [NamedWindow], in scope: Scope) throws(SQLError) {
        var pending: [ExactName: WindowSpecification] = [:]
        for window in windows {
            let name = Identifier.key(window.name)
            guard pending.updateValue(window.specification, forKey: name) == nil else {
                throw SQLError(.windowDuplicateName, window.name)
            }
        }
        for window in windows {
            scope.windows[Identifier.key(window.name)] = try merged(
                window.specification, pending, depth: 0, name: window.name)
        }
    }

    private func merged(
        _ specification: WindowSpecification, _ pending: [ExactName: WindowSpecification], depth: Int, name: String
    ) throws(SQLError) -> WindowDefinition {
        guard depth <= pending.count else { throw SQLError(.windowCircularityInWindowGraph) }
        var definition = WindowDefinition(
            partitionBy: specification.partitionBy, orderBy: specification.orderBy, frame: specification.frame)
        guard let base = specification.base else { return definition }
        guard let basis = pending[Identifier.key(base)] else { throw SQLError(.windowNoSuchWindow, base) }
        let inherited = try merged(basis, pending, depth: depth + 1, name: base)
        try inherit(&definition, from: inherited, name: name, base: base)
        return definition
    }

    private func inherit(
        _ definition: inout WindowDefinition, from base: WindowDefinition, name: String, base baseName: String
    ) throws(SQLError) {
        if !definition.partitionBy.isEmpty { throw SQLError(.windowNoChildPartitioning) }
        if base.frame != nil { throw SQLError(.windowNoInheritFrame, baseName) }
        if !definition.orderBy.isEmpty && !base.orderBy.isEmpty {
            throw SQLError(.windowNoRedefineOrderBy, name, baseName)
        }
        definition.partitionBy = base.partitionBy
        if definition.orderBy.isEmpty { definition.orderBy = base.orderBy }
    }

    /// `(PARTITION BY ... ORDER BY ... ROWS ...)`.
    package func windowText(_ reference: WindowReference, in scope: Scope) throws(SQLError) -> String {
        var definition: WindowDefinition
        switch reference {
        case .named(let name):
            guard let known = scope.windows[Identifier.key(name)] else { throw SQLError(.windowNoSuchWindow, name) }
            definition = known
        case .inline(let specification):
            definition = WindowDefinition(
                partitionBy: specification.partitionBy, orderBy: specification.orderBy, frame: specification.frame)
            if let base = specification.base {
                guard let known = scope.windows[Identifier.key(base)] else { throw SQLError(.windowNoSuchWindow, base) }
                try inherit(&definition, from: known, name: "<unnamed window>", base: base)
            }
        }
        var parts: [String] = []
        if !definition.partitionBy.isEmpty {
            var keys: [String] = []
            for expression in definition.partitionBy { keys.append(builder.sortKey(try bindScalar(expression, in: scope))) }
            parts.append("PARTITION BY " + keys.joined(separator: ", "))
        }
        var orderKeys: [(typed: TypedSQL, isDescending: Bool)] = []
        for item in definition.orderBy {
            orderKeys.append((try bindScalar(item.expression, in: scope), item.direction == .descending))
        }
        let temporalRange = isIntervalRange(definition.frame)
        let isDistance = isDistanceRange(definition.frame)
        if isDistance { try checkRange(orderKeys.map(\.typed), isInterval: temporalRange) }
        if !orderKeys.isEmpty {
            let keys = try orderKeys.map { (key) throws(SQLError) -> String in
                // RANGE with an interval: the date as a number of microseconds, so that distances are sums.
                let text =
                    temporalRange
                    ? try builder.function("TO_SECONDS", [key.typed]).sql
                    : (isDistance ? builder.orderedNumber(key.typed) : builder.sortKey(key.typed))
                return text + (key.isDescending ? " DESC" : "")
            }
            parts.append("ORDER BY " + keys.joined(separator: ", "))
        }
        if let frame = definition.frame {
            parts.append(try frameText(frame, hasOrder: !orderKeys.isEmpty, in: scope))
        }
        return "(" + parts.joined(separator: " ") + ")"
    }

    /// RANGE with a distance from the current row.
    private func isDistanceRange(_ frame: WindowFrame?) -> Bool {
        guard let frame, case .range = frame.unit else { return false }
        for bound in [frame.start, frame.end ?? .currentRow] {
            switch bound {
            case .preceding, .following, .intervalPreceding, .intervalFollowing: return true
            default: break
            }
        }
        return false
    }

    /// There must be one key that distances can be taken of: a number, or a date and an INTERVAL (3587 to 3589).
    private func checkRange(_ keys: [TypedSQL], isInterval: Bool) throws(SQLError) {
        let window = "<unnamed window>"
        guard keys.count == 1, let type = keys.first?.type, type.isIntegral || type.isDecimal || type.isReal || type.isTemporal else {
            throw SQLError(.windowRangeFrameOrderType, window)
        }
        if type.isTemporal, !isInterval { throw SQLError(.windowRangeFrameTemporalType, window) }
        if !type.isTemporal, isInterval { throw SQLError(.windowRangeFrameNumericType, window) }
    }

    private func isIntervalRange(_ frame: WindowFrame?) -> Bool {
        guard let frame else { return false }
        for bound in [frame.start, frame.end ?? .currentRow] {
            switch bound {
            case .intervalPreceding, .intervalFollowing: return true
            default: break
            }
        }
        return false
    }

    private func frameText(_ frame: WindowFrame, hasOrder: Bool, in scope: Scope) throws(SQLError) -> String {
        let unit: String
        switch frame.unit {
        case .rows: unit = "ROWS"
        case .range: unit = "RANGE"
        case .groups: throw SQLError(.notSupportedYet, "GROUPS")
        }
        if frame.exclusion != nil { throw SQLError(.notSupportedYet, "EXCLUDE") }
        if case .unboundedFollowing = frame.start { throw SQLError(.windowFrameStartIllegal, "<unnamed window>") }
        if case .unboundedPreceding? = frame.end { throw SQLError(.windowFrameEndIllegal, "<unnamed window>") }
        let start = try boundText(frame.start, in: scope)
        guard let end = frame.end else { return unit + " " + start }
        return "\(unit) BETWEEN \(start) AND \(try boundText(end, in: scope))"
    }

    private func boundText(_ bound: WindowFrame.Bound, in scope: Scope) throws(SQLError) -> String {
        switch bound {
        case .unboundedPreceding: return "UNBOUNDED PRECEDING"
        case .unboundedFollowing: return "UNBOUNDED FOLLOWING"
        case .currentRow: return "CURRENT ROW"
        case .preceding(let x): return try bindScalar(x, in: scope).sql + " PRECEDING"
        case .following(let x): return try bindScalar(x, in: scope).sql + " FOLLOWING"
        case .intervalPreceding(let interval): return try seconds(interval, in: scope) + " PRECEDING"
        case .intervalFollowing(let interval): return try seconds(interval, in: scope) + " FOLLOWING"
        }
    }

    /// A fixed interval's length: months and years have none.
    private func seconds(_ interval: Interval, in scope: Scope) throws(SQLError) -> String {
        let amount = try bindScalar(interval.amount, in: scope).sql
        switch interval.unit {
        case .second: return "(\(amount))"
        case .minute: return "(\(amount) * 60)"
        case .hour: return "(\(amount) * 3600)"
        case .day: return "(\(amount) * 86400)"
        case .week: return "(\(amount) * 604800)"
        default: throw SQLError(.notSupportedYet, "RANGE with this INTERVAL unit")
        }
    }
}
