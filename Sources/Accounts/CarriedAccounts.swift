import Storage

/// All accounts of a server at one place of its history, to be taken over by a new copy of its data when that has come to the same
/// place: a copy that is made from binary logs alone would lack those that were made with `SET SQL_LOG_BIN = 0`, the recovery
/// channel's own among them, and root would have no password.
public struct CarriedAccounts: Sendable {
    /// An account as the dictionary keeps it.
    public struct Entry: Sendable {
        public var name: String
        public var body: [UInt8]

        public init(name: String, body: [UInt8]) {
            self.name = name
            self.body = body
        }
    }

    /// In the new copy's dictionary: they were taken over.
    private static let doneKind = "rebuilt"

    /// The accounts of a store of which other parts are damaged, and what it had applied.
    public static func read(path: String) throws(StorageError) -> (position: StoredPosition, accounts: [Entry]) {
        let content = try DamagedStore.read(path: path, kind: AccountStore.kind)
        return (content.position, content.objects.map { Entry(name: $0.name, body: $0.body) })
    }

    public static func areTakenOver(_ applier: ApplierConnection) -> Bool {
        applier.object(doneKind) != nil
    }

    /// Puts these accounts in place of all that are there, in the applier's transaction.
    public static func takeOver(_ entries: [Entry], _ applier: ApplierConnection) throws(StorageError) {
        for present in applier.currentDictionary().objects(AccountStore.kind) {
            try applier.removeObject(AccountStore.kind, "", present.name)
        }
        for entry in entries { try applier.putObject(AccountStore.kind, "", entry.name, entry.body) }
        try applier.putObject(doneKind, "", "", [1])
    }
}
