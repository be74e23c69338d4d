/// How a metadata lock on a table is held, after MySQL's names for them.
public enum MetadataLockMode: UInt8, Sendable {
    /// A read while somebody holds LOCK TABLES ... WRITE (SHARED_READ).
    case read
    /// A statement that changes rows, until its transaction ends (SHARED_WRITE).
    case write
    /// LOCK TABLES ... READ, and a read under SERIALIZABLE: reads go on, changes wait (SHARED_READ_ONLY).
    case readOnly
    /// LOCK TABLES ... WRITE: reads and changes of others wait (SHARED_NO_READ_WRITE).
    case noReadWrite
    /// A DDL.
    case exclusive

    /// Whether two owners may hold them together.
    func admits(_ other: MetadataLockMode) -> Bool {
        switch (self, other) {
        case (.read, .read), (.read, .write), (.read, .readOnly), (.write, .read), (.write, .write), (.readOnly, .read),
            (.readOnly, .readOnly):
            true
        default: false
        }
    }

    /// Whether who holds this needs nothing more to do what `other` allows.
    func covers(_ other: MetadataLockMode) -> Bool {
        switch self {
        case .read: other == .read
        case .write: other == .read || other == .write
        case .readOnly: other == .read || other == .readOnly
        case .noReadWrite: other != .exclusive
        case .exclusive: true
        }
    }
}

/// How long a metadata lock is held.
public enum MetadataLockDuration: Sendable {
    /// Until the owner's transaction ends.
    case transaction
    /// LOCK TABLES: until the owner gives it back.
    case explicit
}
