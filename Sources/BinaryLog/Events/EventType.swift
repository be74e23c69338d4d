/// The type code of a binlog event.
public struct EventType: RawRepresentable, Hashable, Sendable {
    /// The code as in the event's header.
    public var rawValue: UInt8

    /// Any code, also one that this server does not know.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let query = EventType(rawValue: 2)
    public static let stop = EventType(rawValue: 3)
    public static let rotate = EventType(rawValue: 4)
    public static let intvar = EventType(rawValue: 5)
    public static let rand = EventType(rawValue: 13)
    public static let userVar = EventType(rawValue: 14)
    public static let formatDescription = EventType(rawValue: 15)
    public static let xid = EventType(rawValue: 16)
    public static let tableMap = EventType(rawValue: 19)
    public static let incident = EventType(rawValue: 26)
    public static let heartbeat = EventType(rawValue: 27)
    public static let ignorable = EventType(rawValue: 28)
    public static let rowsQuery = EventType(rawValue: 29)
    public static let writeRows = EventType(rawValue: 30)
    public static let updateRows = EventType(rawValue: 31)
    public static let deleteRows = EventType(rawValue: 32)
    public static let gtid = EventType(rawValue: 33)
    public static let anonymousGTID = EventType(rawValue: 34)
    public static let previousGTIDs = EventType(rawValue: 35)
    public static let transactionContext = EventType(rawValue: 36)
    public static let viewChange = EventType(rawValue: 37)
    public static let xaPrepare = EventType(rawValue: 38)
    public static let partialUpdateRows = EventType(rawValue: 39)
    public static let transactionPayload = EventType(rawValue: 40)
    public static let heartbeatV2 = EventType(rawValue: 41)
    public static let gtidTagged = EventType(rawValue: 42)

    /// Whether the event begins a transaction's group of events.
    public var beginsGroup: Bool { self == .gtid || self == .anonymousGTID || self == .gtidTagged }

    /// The name that SHOW BINLOG EVENTS prints.
    public var name: String {
        switch self {
        case .query: "Query"
        case .stop: "Stop"
        case .rotate: "Rotate"
        case .intvar: "Intvar"
        case .rand: "RAND"
        case .userVar: "User var"
        case .formatDescription: "Format_desc"
        case .xid: "Xid"
        case .tableMap: "Table_map"
        case .incident: "Incident"
        case .heartbeat, .heartbeatV2: "Heartbeat"
        case .ignorable: "Ignorable"
        case .rowsQuery: "Rows_query"
        case .writeRows: "Write_rows"
        case .updateRows: "Update_rows"
        case .deleteRows: "Delete_rows"
        case .gtid: "Gtid"
        case .anonymousGTID: "Anonymous_Gtid"
        case .previousGTIDs: "Previous_gtids"
        case .transactionContext: "Transaction_context"
        case .viewChange: "View_change"
        case .xaPrepare: "XA_prepare"
        case .partialUpdateRows: "Update_rows_partial"
        case .transactionPayload: "Transaction_payload"
        case .gtidTagged: "Gtid_tagged"
        default: "Unknown"
        }
    }
}
