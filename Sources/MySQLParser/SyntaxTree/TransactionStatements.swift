public enum IsolationLevel: String, Hashable, Sendable {
    case readUncommitted = "READ-UNCOMMITTED"
    case readCommitted = "READ-COMMITTED"
    case repeatableRead = "REPEATABLE-READ"
    case serializable = "SERIALIZABLE"
}

public enum TransactionAccess: Hashable, Sendable {
    case readOnly, readWrite
}

/// The options of START TRANSACTION; BEGIN has none.
public struct TransactionCharacteristics: Sendable {
    public var withConsistentSnapshot = false
    public var access: TransactionAccess?

    public init() {}
}

/// AND [NO] CHAIN, [NO] RELEASE; nil where not written (`completion_type` decides).
public struct TransactionCompletion: Sendable {
    public var chain: Bool?
    public var release: Bool?

    public init(chain: Bool? = nil, release: Bool? = nil) {
        self.chain = chain
        self.release = release
    }
}

public struct XAIdentifier: Sendable {
    public var globalID: [UInt8]
    public var branch: [UInt8]
    public var formatID: UInt64

    public init(globalID: [UInt8], branch: [UInt8], formatID: UInt64) {
        self.globalID = globalID
        self.branch = branch
        self.formatID = formatID
    }
}

public enum XAStatement: Sendable {
    public enum Start: Hashable, Sendable {
        case plain, join, resume
    }

    public enum End: Hashable, Sendable {
        case plain, suspend, suspendForMigrate
    }

    case start(XAIdentifier, Start)
    case end(XAIdentifier, End)
    case prepare(XAIdentifier)
    case commit(XAIdentifier, onePhase: Bool)
    case rollback(XAIdentifier)
    case recover(convertXID: Bool)
}

public struct TableLock: Sendable {
    public enum Kind: Hashable, Sendable {
        case read, readLocal, write
    }

    public var table: ObjectName
    public var alias: String?
    public var kind: Kind

    public init(table: ObjectName, alias: String?, kind: Kind) {
        self.table = table
        self.alias = alias
        self.kind = kind
    }
}
