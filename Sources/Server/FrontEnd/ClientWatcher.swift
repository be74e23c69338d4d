import Network
import Platform

/// Finds clients that went away while their statement runs, waits or sleeps, and ends it: nobody reads from their sockets
/// then. One thread for all connections; commands that are over between two looks cost nothing.
final class ClientWatcher: Sendable {
    /// A client that is gone is found after two of these at the latest.
    static let interval = Duration.milliseconds(250)

    private let lock = Lock()
    private let changed = Condition()
    // Safe: guarded by `lock`.
    nonisolated(unsafe) private var isStopping = false
    // Safe: touched by the thread alone that starts and stops it.
    nonisolated(unsafe) private var thread: Thread?
    private let connections: @Sendable () -> [ClientConnection]

    init(connections: @escaping @Sendable () -> [ClientConnection]) {
        self.connections = connections
    }

    func start() {
        thread = Thread.start(name: "client-watcher", stackSize: 256 << 10) { [self] in watch() }
    }

    func stop() {
        lock.withLock {
            isStopping = true
            changed.broadcast()
        }
        thread?.join()
    }

    private func watch() {
        var seen: [UInt32: UInt64] = [:]
        while true {
            let isOver = lock.withLock { () -> Bool in
                let deadline = MonotonicTime.now() + Self.interval
                while !isStopping && changed.wait(lock, until: deadline) {}
                return isStopping
            }
            if isOver { return }
            var running: [UInt32: UInt64] = [:]
            var long: [ClientConnection] = []
            for connection in connections() {
                guard let command = connection.runningCommand else { continue }
                running[connection.id] = command
                if seen[connection.id] == command { long.append(connection) }
            }
            seen = running
            guard !long.isEmpty else { continue }
            for place in Socket.hungUp(long.map(\.socket)) { long[place].clientIsGone() }
        }
    }
}
