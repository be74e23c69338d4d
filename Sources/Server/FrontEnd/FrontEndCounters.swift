import Synchronization

/// What status variables tell about connections. Any thread.
public final class FrontEndCounters: Sendable {
    /// Connection attempts so far (`Connections`).
    public let connections = Atomic<UInt64>(0)
    /// Failed ones (`Aborted_connects`).
    public let abortedConnects = Atomic<UInt64>(0)
    /// Clients that went without COM_QUIT (`Aborted_clients`).
    public let abortedClients = Atomic<UInt64>(0)
    /// Refused because of max_connections (`Connection_errors_max_connections`).
    public let refusedForNumber = Atomic<UInt64>(0)
    /// `Threads_connected`, `Max_used_connections`.
    public let connected = Atomic<Int>(0)
    /// Those that have logged in, but not by the admin interface: what `max_connections` bounds.
    public let loggedIn = Atomic<Int>(0)
    public let maximumConnected = Atomic<Int>(0)
    /// `Threads_running`: commands being executed.
    public let running = Atomic<Int>(0)
    /// `Questions`: commands of clients.
    public let questions = Atomic<UInt64>(0)
    /// `Bytes_received`, `Bytes_sent`: living connections add theirs at their end.
    public let bytesReceived = Atomic<UInt64>(0)
    public let bytesSent = Atomic<UInt64>(0)

    public init() {}

    /// Counts a connection in.
    func enter() {
        connections.wrappingAdd(1, ordering: .relaxed)
        let number = connected.wrappingAdd(1, ordering: .relaxed).newValue
        maximumConnected.max(number, ordering: .relaxed)
    }

    func leave() {
        connected.wrappingSubtract(1, ordering: .relaxed)
    }
}
