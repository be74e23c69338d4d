import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

// MARK: Distinct values and lists

final class CountDistinct: AggregateState {
    private var seen: Set<[UInt8]> = []

    override func step(_ call: SQLiteCall) throws(SQLError) {
        if call.hasNull { return }
        var key: [UInt8] = []
        for index in 0..<call.count { FunctionRegistrar.appendKey(call, index, to: &key) }
        seen.insert(key)
    }

    override func result(_ call: SQLiteCall) throws(SQLError) { call.return(seen.count) }
}

final class GroupConcat: AggregateState {
    private struct Item {
        var text: [UInt8]
        var keys: [LiteralValue]
    }

    private var items: [Item] = []
    private var orders: [Int] = []
    private var separator: [UInt8] = []
    private var seen: Set<[UInt8]> = []
    private var isBinary = false

    override func step(_ call: SQLiteCall) throws(SQLError) {
        if items.isEmpty {
            separator = Array(call.bytes(1))
            orders = stride(from: 4, to: call.count, by: 2).map { call.int($0) }
        }
        if call.isNull(0) { return }
        if call.isBlob(0) { isBinary = true }
        if !call.isNull(2) && !seen.insert(Array(call.bytes(2))).inserted { return }
        var keys: [LiteralValue] = []
        for index in stride(from: 3, to: call.count, by: 2) {
            keys.append(call.literal(index))
        }
        items.append(Item(text: Array(call.bytes(0)), keys: keys))
    }

    override func result(_ call: SQLiteCall) throws(SQLError) {
        if items.isEmpty { return call.returnNull() }
        if !orders.isEmpty {
            let orders = orders
            let sorted = items.enumerated().sorted { left, right in
                for (place, order) in orders.enumerated() {
                    let result = Self.compare(left.element.keys[place], right.element.keys[place], abs(order))
                    if result != 0 { return order < 0 ? result > 0 : result < 0 }
                }
                return left.offset < right.offset
            }
            items = sorted.map(\.element)
        }
        var text: [UInt8] = []
        let limit = call.context.groupConcatMaxLength
        for (index, item) in items.enumerated() {
            if index > 0 { text.append(contentsOf: separator) }
            text.append(contentsOf: item.text)
            if text.count > limit {
                var end = limit
                if !isBinary { while end > 0 && text[end] & 0xC0 == 0x80 { end -= 1 } }
                text.removeLast(text.count - end)
                call.context.warn(SQLError(.cutValueGroupConcat, String(index + 1)))
                break
            }
        }
        call.return(text, isBinary: isBinary)
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

final class JSONArrayAggregate: AggregateState {
    private var items: [[UInt8]] = []

    override func step(_ call: SQLiteCall) throws(SQLError) {
        items.append(call.isNull(0) ? Array("null".utf8) : Array(call.bytes(0)))
    }

    override func inverse(_ call: SQLiteCall) throws(SQLError) { if !items.isEmpty { items.removeFirst() } }

    override func result(_ call: SQLiteCall) throws(SQLError) {
        if items.isEmpty { return call.returnNull() }
        call.return(text: [UInt8(ascii: "[")] + items.joined(separator: ", ".utf8) + [UInt8(ascii: "]")])
    }
}

final class JSONObjectAggregate: AggregateState {
    private var members: [[UInt8]: JSONValue] = [:]
    private var sawRow = false

    override func step(_ call: SQLiteCall) throws(SQLError) {
        if call.isNull(0) { throw SQLError(.jsonDocumentNullKey) }
        sawRow = true
        var value = JSONValue.null
        if !call.isNull(1), case .success(let parsed) = JSONParser.parse(call.bytes(1)) { value = parsed }
        members[Array(call.bytes(0))] = value
    }

    override func result(_ call: SQLiteCall) throws(SQLError) {
        if !sawRow { return call.returnNull() }
        call.return(text: JSONValue.object(unsorted: members.map { JSONMember(key: $0.key, value: $0.value) }).text)
    }
}

class JSONMinimum: AggregateState {
    var best: (key: [UInt8], text: [UInt8])?
    var wantsGreatest: Bool { false }

    override func step(_ call: SQLiteCall) throws(SQLError) {
        guard !call.isNull(0), case .success(let value) = JSONParser.parse(call.bytes(0)) else { return }
        var key: [UInt8] = []
        value.appendSortKey(to: &key)
        if let best, best.key.lexicographicallyPrecedes(key) != wantsGreatest { return }
        best = (key, Array(call.bytes(0)))
    }

    override func result(_ call: SQLiteCall) throws(SQLError) {
        if let best { call.return(text: best.text) } else { call.returnNull() }
    }
}

final class JSONMaximum: JSONMinimum {
    override var wantsGreatest: Bool { true }
}
