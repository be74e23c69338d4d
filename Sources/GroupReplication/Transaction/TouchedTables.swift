import BinaryLog
import Platform

/// The tables that a transaction changed, by what its Table_map events say; a DDL is taken to change all.
enum TouchedTables: Sendable, Equatable {
    case all
    case these(Set<TouchedTable>)

    /// More than so many are all.
    private static let maximumTables = 256

    init(_ message: TransactionMessage) {
        switch message.kind {
        case .empty: self = .these([])
        case .statement: self = .all
        case .rows: self = (try? TouchedTables.mapped(in: message.body)) ?? .all
        }
    }

    private static func mapped(in body: ArraySlice<UInt8>) throws(MalformedBytes) -> TouchedTables {
        var names: Set<TouchedTable> = []
        var reader = ByteReader(body)
        while !reader.isAtEnd {
            let event = try RawEvent(decoding: &reader, checksum: .none)
            guard event.header.type == .tableMap else { continue }
            var body = ByteReader(event.body)
            let map = try TableMapEvent(decoding: &body)
            names.insert(
                TouchedTable(schema: String(decoding: map.schema, as: UTF8.self), name: String(decoding: map.table, as: UTF8.self)))
            guard names.count <= maximumTables else { return .all }
        }
        return .these(names)
    }

    /// Whether a query of these tables may show what was changed; nil: it may read any.
    func concerns(_ tables: [TouchedTable]?) -> Bool {
        switch self {
        case .all: true
        case .these(let names): tables.map { $0.contains(where: names.contains) } ?? !names.isEmpty
        }
    }
}

/// A table's name, in its schema.
public struct TouchedTable: Hashable, Sendable {
    public var schema: String
    public var name: String

    public init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }
}
