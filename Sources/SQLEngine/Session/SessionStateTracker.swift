import MySQLParser
import MySQLProtocol
import SystemCatalog

/// What changed in a session since its last OK packet, for clients that asked to hear of it (CLIENT_SESSION_TRACK). What of it
/// they hear, `session_track_...` says when it is told.
struct SessionStateTracker {
    /// What the statements of the open transaction did.
    struct Work {
        var reads = false
        var writes = false
        var sentRows = false
    }

    /// `session_track_system_variables`.
    enum Variables {
        case all
        case some(Set<String>)

        init(_ text: String) {
            let names = text.split(separator: ",").map { $0.trimmed.lowercased() }
            self = names.contains("*") ? .all : .some(Set(names))
        }

        func contains(_ name: String) -> Bool {
            switch self {
            case .all: true
            case .some(let names): names.contains(name)
            }
        }
    }

    var variables: Set<String> = []
    var schema = false
    var state = false
    var work = Work()
    /// The transaction is another one, also where it looks as before (COMMIT AND CHAIN).
    var transaction = false
    /// START TRANSACTION WITH CONSISTENT SNAPSHOT.
    var hasConsistentSnapshot = false
    /// The last GTID and the mode (`session_track_gtids`) when the client last heard.
    var toldGTID: String?
    var toldGTIDMode = "OFF"
    var toldTransaction = Self.noTransaction
    var toldCharacteristics = ""
    var toldTransactionMode = "OFF"

    static let noTransaction = "________"
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension Session: AnsweringSession {
    /// A variable of the session was set.
    func trackVariable(_ name: String) {
        // `*` says of itself that it is in force.
        if settings.trackedVariables.contains(name) { tracker.variables.insert(name) }
        if name != "session_track_state_change" { trackState() }
    }

    /// Something of the session that is neither its schema nor only a variable changed.
    func trackState() {
        if settings.sessionTrackStateChange { tracker.state = true }
    }

    public var sendsMetadata: Bool {
        guard let place = Self.metadataPlace else { return true }
        return variables[place].text != "NONE"
    }

    private static let metadataPlace = SystemVariable.place(of: "resultset_metadata")

    public func takeStateChanges() -> [SessionStateChange]? {
        var changes: [SessionStateChange] = []
        var isTouched = false
        for name in tracker.variables.sorted() {
            isTouched = true
            guard settings.trackedVariables.contains(name) else { continue }
            changes.append(.systemVariable(name: name, value: variables[name].text))
        }
        if tracker.schema, settings.sessionTrackSchema { changes.append(.schema(currentDatabase ?? "")) }
        if tracker.state, settings.sessionTrackStateChange { changes.append(.state(true)) }
        tracker.variables.removeAll(keepingCapacity: true)
        tracker.schema = false
        tracker.state = false
        takeGTIDs(&changes)
        if takeTransaction(&changes) { isTouched = true }
        return changes.isEmpty && !isTouched ? nil : changes
    }

    private func takeGTIDs(_ changes: inout [SessionStateChange]) {
        defer {
            tracker.toldGTID = lastGTID
            tracker.toldGTIDMode = settings.sessionTrackGTIDs
        }
        switch (tracker.toldGTIDMode, settings.sessionTrackGTIDs) {
        case ("ALL_GTIDS", _): changes.append(.gtids(server.globals.text("gtid_executed")))
        case (_, "OWN_GTID"): if let lastGTID, lastGTID != tracker.toldGTID { changes.append(.gtids(lastGTID)) }
        default: break
        }
    }

    /// True when something was touched, whether or not there is anything to tell.
    private func takeTransaction(_ changes: inout [SessionStateChange]) -> Bool {
        let mode = settings.sessionTrackTransactionInfo
        var isTouched = tracker.transaction
        tracker.transaction = false
        let present = transactionText(inDetail: mode != "OFF")
        if present != tracker.toldTransaction {
            changes.append(.transactionState(present))
            tracker.toldTransaction = present
        }
        let characteristics = mode == "CHARACTERISTICS" ? characteristicsText : ""
        if mode != tracker.toldTransactionMode {
            isTouched = isTouched || mode == "STATE"
            if mode == "CHARACTERISTICS" { changes.append(.transactionCharacteristics(characteristics)) }
        } else if characteristics != tracker.toldCharacteristics {
            changes.append(.transactionCharacteristics(characteristics))
        }
        tracker.toldTransactionMode = mode
        tracker.toldCharacteristics = characteristics
        return isTouched
    }

    /// Eight places: T (explicit) or I (implicit), r and R (read), w and W (written), s, S (rows were sent), L (LOCK TABLES).
    private func transactionText(inDetail: Bool) -> String {
        let kind: String
        switch transaction {
        case .idle: kind = "_"
        case .implicit: kind = inDetail ? "I" : "_"
        case .explicit: kind = "T"
        }
        guard inDetail else { return kind + "_______" }
        let work = transaction.isOpen ? tracker.work : SessionStateTracker.Work()
        return "\(kind)_\(work.reads ? "R" : "_")_\(work.writes ? "W" : "_")_\(work.sentRows ? "S" : "_")"
            + (lockedTables == nil ? "_" : "L")
    }

    /// The statements that would begin the present transaction, or the next.
    private var characteristicsText: String {
        switch transaction {
        case .idle(let next):
            var parts: [String] = []
            if let isolation = next.isolation { parts.append("ISOLATION LEVEL \(Self.words(isolation))") }
            if let isReadOnly = next.isReadOnly { parts.append(isReadOnly ? "READ ONLY" : "READ WRITE") }
            return parts.map { "SET TRANSACTION \($0);" }.joined(separator: " ")
        case .implicit: return ""
        case .explicit(let open):
            var text = ""
            if open.isolation != settings.isolation {
                text = "SET TRANSACTION ISOLATION LEVEL \(Self.words(open.isolation)); "
            }
            text += "START TRANSACTION"
            var parts: [String] = []
            if tracker.hasConsistentSnapshot { parts.append("WITH CONSISTENT SNAPSHOT") }
            if open.isReadOnly != settings.isReadOnly { parts.append(open.isReadOnly ? "READ ONLY" : "READ WRITE") }
            if !parts.isEmpty { text += " " + parts.joined(separator: ", ") }
            return text + ";"
        }
    }

    private static func words(_ level: IsolationLevel) -> String {
        String(SessionSettings.text(of: level).map { $0 == "-" ? " " : $0 })
    }
}
