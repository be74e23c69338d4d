import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

// MARK: Lists

/// GROUP_CONCAT. Holds no more than its result may have: without ORDER BY the text itself, cut where it becomes too long;
/// with ORDER BY the items that come first, the others are dropped now and then.
package final class GroupConcat: AggregateState {
    private struct Item {
        var text: [UInt8]
        var keys: [LiteralValue]
        /// With DISTINCT: what tells values apart.
        var identity: [UInt8]?
        /// Its place among the rows.
        var number: Int

        var size: Int { keys.reduce(text.count + (identity?.count ?? 0)) { $0 + 16 + $1.byteCount } }
    }

    private var items: [Item] = []
    private var orders: [Int] = []
    private var separator: [UInt8] = []
    private var seen: Set<[UInt8]> = []
    private var isBinary = false
    private var text: [UInt8] = []
    /// Rows taken.
    private var count = 0
    /// The row at which the text became too long.
    private var cutAt: Int?
    /// Bytes in `items`, and when they are looked through next.
    private var size = 0
    private var nextPruning = 0

    /// `group_concat_max_len`, which anybody may set to anything.
    private static func limit(_ context: ExpressionContext) -> Int {
        min(context.groupConcatMaxLength, 2 * context.maxAllowedPacket + 64)
    }

    package override func step(_ call: SQLiteCall) throws(SQLError) {
        if count == 0 {
            separator = Array(call.bytes(1))
            orders = stride(from: 4, to: call.count, by: 2).map { call.int($0) }
        }
        if call.isNull(0) || cutAt != nil { return }
        if call.isBlob(0) { isBinary = true }
        var identity: [UInt8]?
        if !call.isNull(2) {
            let key = Array(call.bytes(2))
            guard seen.insert(key).inserted else { return }
            identity = key
        }
        count += 1
        let limit = Self.limit(call.context)
        // One byte more shows that it was cut; four, where a character begins.
        let bytes = call.bytes(0).prefix(limit + 4)
        if orders.isEmpty {
            append(bytes, isFirst: count == 1, limit, row: count)
            if cutAt != nil { seen = [] }
            return
        }
        var keys: [LiteralValue] = []
        for index in stride(from: 3, to: call.count, by: 2) { keys.append(call.literal(index)) }
        let item = Item(text: Array(bytes), keys: keys, identity: identity, number: count)
        size += item.size
        items.append(item)
        if size > max(nextPruning, 4 * limit, 1 << 20) { try prune(call, limit) }
    }

    /// Drops what comes after the place where the list is cut anyway.
    private func prune(_ call: SQLiteCall, _ limit: Int) throws(SQLError) {
        sort()
        var length = 0
        if let last = items.firstIndex(where: { item in
            length += item.text.count + separator.count
            return length > limit + separator.count
        }) {
            items.removeSubrange((last + 1)...)
        }
        size = items.reduce(0) { $0 + $1.size }
        if !seen.isEmpty { seen = Set(items.compactMap(\.identity)) }
        // Sort keys alone may be large.
        if size > 4 * call.context.maxAllowedPacket { throw SQLError(.outOfSortmemory) }
        nextPruning = 2 * size
    }

    private func sort() {
        let orders = orders
        items.sort { left, right in
            for (place, order) in orders.enumerated() {
                let result = Self.compare(left.keys[place], right.keys[place], abs(order))
                if result != 0 { return order < 0 ? result > 0 : result < 0 }
            }
            return left.number < right.number
        }
    }

    private func append(_ bytes: some Collection<UInt8>, isFirst: Bool, _ limit: Int, row: Int) {
        if !isFirst { text.append(contentsOf: separator) }
        text.append(contentsOf: bytes)
        guard text.count > limit else { return }
        var end = limit
        if !isBinary { while end > 0 && text[end] & 0xC0 == 0x80 { end -= 1 } }
        text.removeLast(text.count - end)
        cutAt = row
    }

    package override func result(_ call: SQLiteCall) throws(SQLError) {
        if count == 0 { return call.returnNull() }
        if !orders.isEmpty {
            sort()
            text = []
            cutAt = nil
            let limit = Self.limit(call.context)
            for (index, item) in items.enumerated() where cutAt == nil {
                append(item.text, isFirst: index == 0, limit, row: index + 1)
            }
        }
        if let cutAt { call.context.warn(SQLError(.cutValueGroupConcat, String(cutAt))) }
        call.return(text, isBinary: isBinary)
        // For a window that grows, it is gathered anew.
        if !orders.isEmpty { cutAt = nil }
    }

    private static func compare(_ left: LiteralValue, _ right: LiteralValue, _ order: Int) -> Int {
        func rank(_ value: LiteralValue) -> Int {
            switch value {
            case .null: 0
            case .integer, .real: 1
            case .text: 2
            case .blob: 3
            }
        }
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return a < b ? -1 : (a > b ? 1 : 0)
        case (.text(let a), .text(let b)):
            return a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    if order == 10000 { return Decimal.compareTexts(a, b) }
                    return Collation(CollationID(rawValue: UInt16(truncatingIfNeeded: order)))?.compare(a, b)
                        ?? FunctionRegistrar.compareBytes(a, b)
                }
            }
        case (.blob(let a), .blob(let b)):
            return a == b ? 0 : (a.lexicographicallyPrecedes(b) ? -1 : 1)
        case (.integer, .real), (.real, .integer), (.real, .real):
            func number(_ value: LiteralValue) -> Double {
                switch value {
                case .integer(let integer): Double(integer)
                case .real(let real): real
                default: 0
                }
            }
            let (a, b) = (number(left), number(right))
            return a < b ? -1 : (a > b ? 1 : 0)
        default: return rank(left) - rank(right)
        }
    }
}

// MARK: JSON

/// JSON_ARRAYAGG. Gathers no more than `max_allowed_packet`.
package final class JSONArrayAggregate: AggregateState {
    private var items: [[UInt8]] = []
    /// Where the first item stands that the window's frame still has.
    private var start = 0
    private var size = 2
    private var isTooLong = false

    package override func step(_ call: SQLiteCall) throws(SQLError) {
        if isTooLong { return }
        let item = call.isNull(0) ? Array("null".utf8) : Array(call.bytes(0))
        size += item.count + 2
        items.append(item)
        guard size > call.context.maxAllowedPacket + 2 else { return }
        isTooLong = true
        items = []
    }

    package override func inverse(_ call: SQLiteCall) throws(SQLError) {
        // What was dropped cannot come back.
        if isTooLong { throw SQLError(.outOfSortmemory) }
        guard start < items.count else { return }
        size -= items[start].count + 2
        items[start] = []
        start += 1
    }

    package override func result(_ call: SQLiteCall) throws(SQLError) {
        if isTooLong {
            _ = call.isTooLong(.max, "json_arrayagg")
            return call.returnNull()
        }
        if start == items.count { return call.returnNull() }
        var text: [UInt8] = [UInt8(ascii: "[")]
        text.reserveCapacity(size)
        for item in items[start...] {
            if text.count > 1 { text.append(contentsOf: ", ".utf8) }
            text.append(contentsOf: item)
        }
        text.append(UInt8(ascii: "]"))
        call.return(text: text)
    }
}

/// JSON_OBJECTAGG. Gathers no more than `max_allowed_packet`; values stay texts.
package final class JSONObjectAggregate: AggregateState {
    private var members: [[UInt8]: [UInt8]] = [:]
    private var sawRow = false
    private var size = 2
    private var isTooLong = false

    package override func step(_ call: SQLiteCall) throws(SQLError) {
        if call.isNull(0) { throw SQLError(.jsonDocumentNullKey) }
        sawRow = true
        if isTooLong { return }
        let key = Array(call.bytes(0))
        let value = call.isNull(1) ? Array("null".utf8) : Array(call.bytes(1))
        size += value.count
        if let old = members.updateValue(value, forKey: key) { size -= old.count } else { size += key.count + 6 }
        guard size > call.context.maxAllowedPacket + 2 else { return }
        isTooLong = true
        members = [:]
    }

    package override func result(_ call: SQLiteCall) throws(SQLError) {
        if !sawRow { return call.returnNull() }
        if isTooLong {
            _ = call.isTooLong(.max, "json_objectagg")
            return call.returnNull()
        }
        var text: [UInt8] = [UInt8(ascii: "{")]
        text.reserveCapacity(size)
        for key in members.keys.sorted(by: JSONMember.precedes) {
            if text.count > 1 { text.append(contentsOf: ", ".utf8) }
            key.withUnsafeBufferPointer { JSONValue.appendQuoted($0, to: &text) }
            text.append(contentsOf: ": ".utf8)
            text.append(contentsOf: members[key] ?? [])
        }
        text.append(UInt8(ascii: "}"))
        call.return(text: text)
    }
}

package class JSONMinimum: AggregateState {
    package var best: (key: [UInt8], text: [UInt8])?
    package var wantsGreatest: Bool { false }

    package override func step(_ call: SQLiteCall) throws(SQLError) {
        guard !call.isNull(0), case .success(let value) = JSONParser.parse(call.bytes(0)) else { return }
        var key: [UInt8] = []
        value.appendSortKey(to: &key)
        if let best, best.key.lexicographicallyPrecedes(key) != wantsGreatest { return }
        best = (key, Array(call.bytes(0)))
    }

    package override func result(_ call: SQLiteCall) throws(SQLError) {
        if let best { call.return(text: best.text) } else { call.returnNull() }
    }
}

package final class JSONMaximum: JSONMinimum {
    package override var wantsGreatest: Bool { true }
}
