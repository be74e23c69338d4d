import MySQLTypes
import Platform

/// A database (schema) as MySQL sees it.
public struct SchemaDefinition: Sendable, Hashable {
    public var name: String
    public var collation: CollationID
    /// What CREATE/ALTER DATABASE ... READ ONLY says.
    public var isReadOnly: Bool

    public init(name: String, collation: CollationID = .utf8mb4_0900_ai_ci, isReadOnly: Bool = false) {
        self.name = name
        self.collation = collation
        self.isReadOnly = isReadOnly
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(collation.rawValue)
        writer.write(bool: isReadOnly)
        return writer.bytes
    }

    init(name: String, decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        let collation = CollationID(rawValue: try reader.readUInt16())
        self.init(name: name, collation: collation, isReadOnly: try reader.readBool())
    }
}

/// A view as MySQL sees it: its text, bound anew by each statement that uses it.
public struct ViewDefinition: Sendable, Hashable {
    public var schema: String
    public var name: String
    /// The column names given in CREATE VIEW; empty where they come from the query.
    public var columns: [String]
    /// The query as MySQL source text, its names qualified.
    public var query: String
    public var definer: String
    /// `UNDEFINED`, `MERGE` or `TEMPTABLE`.
    public var algorithm: String
    /// `DEFINER` or `INVOKER`.
    public var security: String
    /// `NONE`, `LOCAL` or `CASCADED`.
    public var checkOption: String
    public var clientCharset: String
    public var connectionCollation: String
    /// The position of the last DDL on this view.
    public var version: UInt64

    public init(schema: String, name: String, query: String) {
        self.schema = schema
        self.name = name
        columns = []
        self.query = query
        definer = ""
        algorithm = "UNDEFINED"
        security = "DEFINER"
        checkOption = "NONE"
        clientCharset = "utf8mb4"
        connectionCollation = "utf8mb4_0900_ai_ci"
        version = 0
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(strings: columns)
        for text in [query, definer, algorithm, security, checkOption, clientCharset, connectionCollation] {
            writer.write(string: text)
        }
        writer.write(version)
        return writer.bytes
    }

    init(schema: String, name: String, decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        let columns = try reader.readStrings()
        self.init(schema: schema, name: name, query: try reader.readString())
        self.columns = columns
        definer = try reader.readString()
        algorithm = try reader.readString()
        security = try reader.readString()
        checkOption = try reader.readString()
        clientCharset = try reader.readString()
        connectionCollation = try reader.readString()
        version = try reader.readUInt64()
    }
}
