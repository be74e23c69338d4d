import Network
import Platform
import Synchronization

/// One client's connection as other threads see it: the front end that ends it, the watcher that looks whether the client is
/// still there.
final class ClientConnection: Sendable {
    let id: UInt32
    let socket: Socket
    /// It came by the admin interface: no limit of connections holds for it.
    let isAdministrative: Bool
    /// When it was accepted: the oldest that have not logged in go first when there are too many.
    let accepted = MonotonicTime.now()

    private let hasLoggedIn = Atomic<Bool>(false)
    /// Commands begun and ended, together: odd while one runs.
    private let commands = Atomic<UInt64>(0)
    private let lock = Lock()
    // Safe: guarded by `lock`.
    nonisolated(unsafe) private var hangUp: (@Sendable () -> Void)?

    init(id: UInt32, socket: Socket, isAdministrative: Bool) {
        self.id = id
        self.socket = socket
        self.isAdministrative = isAdministrative
    }

    var isLoggedIn: Bool { hasLoggedIn.load(ordering: .relaxed) }

    /// The session exists: `hangUp` ends whatever it does, as KILL CONNECTION would.
    func loggedIn(hangUp: @escaping @Sendable () -> Void) {
        lock.withLock { self.hangUp = hangUp }
        hasLoggedIn.store(true, ordering: .relaxed)
    }

    /// The session is about to go.
    func endSession() { lock.withLock { hangUp = nil } }

    // MARK: The connection's own thread

    func beginCommand() { commands.wrappingAdd(1, ordering: .relaxed) }
    func endCommand() { commands.wrappingAdd(1, ordering: .relaxed) }

    // MARK: The watcher

    /// The number of the command that runs; nil between two.
    var runningCommand: UInt64? {
        let number = commands.load(ordering: .relaxed)
        return number & 1 == 1 ? number : nil
    }

    /// The client is gone: its statement ends.
    func clientIsGone() {
        let end = lock.withLock { hangUp }
        end?()
    }
}
