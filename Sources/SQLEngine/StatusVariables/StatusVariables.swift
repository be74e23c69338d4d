import Platform
import SQLBinder
import Synchronization
import SystemCatalog

/// A counter that any thread may raise.
public final class StatusCounter: Sendable {
    private let count = Atomic<UInt64>(0)

    public func add(_ amount: UInt64 = 1) {
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    public var value: UInt64 { count.load(ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// The server's status variables: counters that parts raise, and sources that compute a value when it is asked for. Any
/// thread.
///
/// Safe: what changes is guarded by `lock`; counters are atomic.
public final class StatusVariables: @unchecked Sendable {
    public typealias Source = @Sendable () -> String

    /// In SHOW STATUS's order.
    public static let names: [String] = StatusVariableTable.text.description.split(separator: "\n")
        .map { String($0.prefix { $0 != "=" }) }
    private static let initialValues: [String] = StatusVariableTable.text.description.split(separator: "\n")
        .map { String($0.drop { $0 != "=" }.dropFirst()) }
    private static let places: [String: Int] = Dictionary(
        names.enumerated().map { ($0.element.lowercased(), $0.offset) }, uniquingKeysWith: { first, _ in first })

    private let lock = Lock()
    /// Of components that are not installed.
    private var unavailable: Set<Int> = []
    private var sources: [Int: Source] = [:]
    private var counters: [StatusCounter?]
    private let start = MonotonicTime.now()
    private var flushed = MonotonicTime.now()
    /// Statements of every kind, by ``StatementKind``'s place.
    private let statements: [StatusCounter]
    private let questions: StatusCounter
    private let prepares = StatusCounter()
    private let executes = StatusCounter()
    private let closes = StatusCounter()
    private let captures = StatusCounter()
    private let capturesOnDisk = StatusCounter()

    public init() {
        counters = Array(repeating: nil, count: Self.names.count)
        questions = StatusCounter()
        statements = StatementKind.allCases.map { _ in StatusCounter() }
        for (kind, counter) in zip(StatementKind.allCases, statements) {
            if let place = Self.places["com_" + kind.rawValue] { counters[place] = counter }
        }
        for (name, counter) in [
            ("com_stmt_prepare", prepares), ("com_stmt_execute", executes), ("com_stmt_close", closes),
            ("binlog_cache_use", captures), ("binlog_cache_disk_use", capturesOnDisk),
        ] {
            if let place = Self.places[name] { counters[place] = counter }
        }
        for name in ["questions", "queries"] {
            if let place = Self.places[name] { counters[place] = questions }
        }
        setSource("Uptime") { [start] in String((MonotonicTime.now() - start).components.seconds) }
        setSource("Uptime_since_flush_status") { [weak self] in
            guard let self else { return "0" }
            let since = self.lock.withLock { self.flushed }
            return String((MonotonicTime.now() - since).components.seconds)
        }
    }

    /// The counter of a variable, made at the first call: keep it, and raise it without asking again.
    public func counter(_ name: String) -> StatusCounter {
        let place = place(name)
        return lock.withLock {
            if let counter = counters[place] { return counter }
            let counter = StatusCounter()
            counters[place] = counter
            return counter
        }
    }

    /// Supplies a variable's value from now on.
    public func setSource(_ name: String, _ source: @escaping Source) {
        let place = place(name)
        lock.withLock { sources[place] = source }
    }

    /// The variables of a component come and go with it.
    func setAvailable(prefix: String, _ isAvailable: Bool) {
        let places = Self.names.indices.filter { Self.names[$0].hasPrefix(prefix) }
        lock.withLock {
            if isAvailable { unavailable.subtract(places) } else { unavailable.formUnion(places) }
        }
    }

    private func place(_ name: String) -> Int {
        guard let place = Self.places[name.lowercased()] else { preconditionFailure("no status variable \(name)") }
        return place
    }

    /// Counts a statement: its `Com_...` and, when a client sent it, `Questions`.
    func count(_ kind: StatementKind?, isClients: Bool = true) {
        count(place: kind?.place, isClients: isClients)
    }

    /// `place` is ``StatementKind/place``.
    func count(place: Int?, isClients: Bool = true) {
        if isClients { questions.add() }
        if let place { statements[place].add() }
    }

    func countPrepare() { prepares.add() }
    func countExecute() { executes.add() }
    func countClose() { closes.add() }

    /// A transaction that changed rows has ended; `isOnDisk`: they did not fit into `binlog_cache_size`.
    func countCapture(isOnDisk: Bool) {
        captures.add()
        if isOnDisk { capturesOnDisk.add() }
    }

    /// All variables with their values.
    public func values() -> [(name: String, value: String)] {
        let sources: [Int: Source] = lock.withLock { self.sources }
        let unavailable: Set<Int> = lock.withLock { self.unavailable }
        let counters: [StatusCounter?] = lock.withLock { self.counters }
        return Self.names.indices.filter { !unavailable.contains($0) }.map { place in
            let value = sources[place]?() ?? counters[place].map { String($0.value) } ?? Self.initialValues[place]
            return (Self.names[place], value)
        }
    }

    public func value(_ name: String) -> String? {
        guard let place = Self.places[name.lowercased()] else { return nil }
        let source: Source? = lock.withLock { sources[place] }
        let counter: StatusCounter? = lock.withLock { counters[place] }
        return source?() ?? counter.map { String($0.value) } ?? Self.initialValues[place]
    }

    /// FLUSH STATUS.
    public func flush() {
        lock.withLock {
            flushed = .now()
            for counter in counters { counter?.reset() }
        }
    }
}
