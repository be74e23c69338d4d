import Platform

/// A place in a store's files that does not hold what was written there.
public struct StoreDamage: Equatable, Sendable, CustomStringConvertible {
    public var file: String
    /// The page of the database file, counted from 1; 0 in other files, and where no page can be named.
    public var page: UInt64
    public var offset: UInt64
    public var reason: String

    public init(file: String, page: UInt64, offset: UInt64, reason: String) {
        self.file = file
        self.page = page
        self.offset = offset
        self.reason = reason
    }

    /// A sync of the file failed: the kernel may have dropped what it could not write, and shows it all the same.
    static func unsynchronized(_ file: String) -> StoreDamage {
        StoreDamage(file: file, page: 0, offset: 0, reason: "it could not be synchronised; what the disk has of it is unknown")
    }

    public var description: String {
        page == 0 ? "'\(file)' at offset \(offset): \(reason)" : "page \(page) of '\(file)' (offset \(offset)): \(reason)"
    }
}

/// Hears of damage in one database's files from whoever meets it, on any thread, says so in the error log and tells who has to act.
///
/// Safe: what changes is guarded by `lock`.
public final class DamageMonitor: @unchecked Sendable {
    /// Places that are remembered, and logged; more of them change nothing.
    private static let maximumPlaces = 64

    private let lock = Lock()
    private var found: [StoreDamage] = []
    private var handler: (@Sendable (StoreDamage) -> Void)?

    /// Nothing was found yet.
    public var isClear: Bool { lock.withLock { found.isEmpty } }

    /// What was found, oldest first.
    public var places: [StoreDamage] { lock.withLock { found } }

    /// Who is told of each new place; at once of what is known. It must not block: a reader is in the middle of something.
    public func setHandler(_ handler: @escaping @Sendable (StoreDamage) -> Void) {
        let known = lock.withLock {
            self.handler = handler
            return found
        }
        for damage in known { handler(damage) }
    }

    /// A place that is known is neither logged nor told again.
    public func report(_ damage: StoreDamage) {
        let (isNew, handler) = lock.withLock { () -> (Bool, (@Sendable (StoreDamage) -> Void)?) in
            guard found.count < DamageMonitor.maximumPlaces,
                !found.contains(where: { $0.file == damage.file && $0.offset == damage.offset && $0.page == damage.page })
            else { return (false, nil) }
            found.append(damage)
            return (true, self.handler)
        }
        guard isNew else { return }
        ErrorLog.shared.log(.error, subsystem: "Storage", "Damage was found in \(damage).")
        handler?(damage)
    }
}
