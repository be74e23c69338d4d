import MySQLConnection
import MySQLProtocol
import Network
import Platform

/// The server's face to its clients: listens on TCP and on a Unix socket, gives each connection a thread, and ends them
/// all when the server stops.
///
/// Safe: connections and what follows are guarded by `lock`; `port` is written by `init` alone.
public final class FrontEnd: @unchecked Sendable {
    /// Where to listen.
    public struct Endpoints: Sendable {
        /// `bind_address`: names and addresses; `*` for all. Empty with skip_networking.
        public var addresses: [String]
        public var port: UInt16
        /// `socket`; empty for none.
        public var socketPath: String
        public var backlog: Int32
        /// `admin_address` and `admin_port`: a listener for SERVICE_CONNECTION_ADMIN alone; nil for none.
        public var administration: (address: String, port: UInt16)?

        public init(addresses: [String], port: UInt16, socketPath: String, backlog: Int32 = 151) {
            self.addresses = addresses
            self.port = port
            self.socketPath = socketPath
            self.backlog = backlog
        }
    }

    /// Session threads run the parser, the engine and SQLite, all of them recursive.
    private static let sessionStackByteCount = 4 << 20

    let backend: any FrontEndBackend
    let cache: AuthenticationCache
    let keys: KeyMaterial
    /// The admin interface's, where it is not the other clients'.
    private let administrationKeys: @Sendable () -> KeyMaterial?
    public let counters = FrontEndCounters()
    /// The TCP port in use: of interest when 0 was asked for.
    public private(set) var port: UInt16 = 0

    /// The admin interface's port; 0 without one.
    public private(set) var administrationPort: UInt16 = 0

    private let listener: Listener
    private let administrationListener: Listener?
    private let socketFile: SocketFile?
    private let lock = Lock()
    private let changed = Condition()
    private var connections: [UInt32: ClientConnection] = [:]
    private lazy var watcher = ClientWatcher { [unowned self] in lock.withLock { Array(connections.values) } }
    private var connectionsByAccount: [String: Int] = [:]
    private var nextConnectionID: UInt32
    private var isStopping = false
    private var acceptor: Thread?
    private var administrationAcceptor: Thread?

    /// Binds all addresses; nobody is answered before ``start()``. Throws a message for the error log.
    public init(
        backend: any FrontEndBackend, endpoints: Endpoints, keys: KeyMaterial,
        administrationKeys: @escaping @Sendable () -> KeyMaterial? = { nil },
        cache: AuthenticationCache = AuthenticationCache(), firstConnectionID: UInt32 = 8
    ) throws(OptionError) {
        self.backend = backend
        self.keys = keys
        self.administrationKeys = administrationKeys
        self.cache = cache
        nextConnectionID = firstConnectionID
        socketFile = endpoints.socketPath.isEmpty ? nil : try SocketFile(path: endpoints.socketPath)
        do throws(NetworkError) {
            listener = try Listener()
            administrationListener = try endpoints.administration == nil ? nil : Listener()
        } catch {
            throw OptionError("Cannot listen: \(error)")
        }
        for address in endpoints.addresses {
            do throws(NetworkError) {
                port = try listener.listen(
                    address: address, port: port == 0 ? endpoints.port : port, backlog: endpoints.backlog)
            } catch {
                throw OptionError(
                    "Can't start server: Bind on TCP/IP port \(endpoints.port) of '\(address)': \(error). "
                        + "Do you already have another server running on it?")
            }
        }
        if let administration = endpoints.administration {
            do throws(NetworkError) {
                administrationPort =
                    try administrationListener?.listen(address: administration.address, port: administration.port) ?? 0
            } catch {
                throw OptionError(
                    "Can't start server: Bind on TCP/IP port \(administration.port) of admin_address "
                        + "'\(administration.address)': \(error)")
            }
        }
        guard !endpoints.socketPath.isEmpty else { return }
        do throws(NetworkError) {
            try listener.listen(path: endpoints.socketPath, backlog: endpoints.backlog)
        } catch {
            throw OptionError("Can't start server: Bind on unix socket '\(endpoints.socketPath)': \(error)")
        }
    }

    /// Begins to answer clients.
    public func start() {
        watcher.start()
        acceptor = Thread.start(name: "listener") { [self] in acceptLoop(listener, isAdministrative: false) }
        guard let administrationListener else { return }
        administrationAcceptor = Thread.start(name: "admin-listener") { [self] in
            acceptLoop(administrationListener, isAdministrative: true)
        }
    }

    /// Answers nobody new, ends all connections, and waits until their threads are gone, at most until `deadline`.
    /// Returns how many are left.
    @discardableResult
    public func stop(deadline: MonotonicTime) -> Int {
        listener.stop()
        administrationListener?.stop()
        watcher.stop()
        let open = lock.withLock {
            isStopping = true
            return Array(connections.values)
        }
        for connection in open { connection.socket.shutdown() }
        acceptor?.join()
        administrationAcceptor?.join()
        return lock.withLock {
            while !connections.isEmpty {
                if !changed.wait(lock, until: deadline) && MonotonicTime.now() >= deadline { break }
            }
            return connections.count
        }
    }

    /// Whether ``stop(deadline:)`` was called.
    public var isStopped: Bool { lock.withLock { isStopping } }

    private func acceptLoop(_ listener: Listener, isAdministrative: Bool) {
        while true {
            do throws(NetworkError) {
                guard let socket = try listener.accept() else { return }
                admit(socket, isAdministrative: isAdministrative)
            } catch {
                ErrorLog.shared.log(.error, code: 10_283, "Error in accept: \(error)")
                // Out of descriptors: some may come back.
                Thread.sleep(.milliseconds(100))
            }
        }
    }

    /// What TLS a connection is offered.
    func tlsKeys(isAdministrative: Bool) -> KeyMaterial {
        isAdministrative ? administrationKeys() ?? keys : keys
    }

    private func admit(_ socket: Socket, isAdministrative: Bool) {
        counters.enter()
        let limit = backend.settings.maxConnections
        // One above the limit is for an administrator; who it is shows after the login.
        guard isAdministrative || counters.loggedIn.load(ordering: .relaxed) <= limit else {
            counters.refusedForNumber.wrappingAdd(1, ordering: .relaxed)
            return refuse(socket, SQLError(.conCountError))
        }
        if !isAdministrative { makeRoomForLogin(limit) }
        let connection = lock.withLock { () -> ClientConnection? in
            guard !isStopping else { return nil }
            repeat { nextConnectionID &+= 1 } while nextConnectionID == 0 || connections[nextConnectionID] != nil
            let connection = ClientConnection(id: nextConnectionID, socket: socket, isAdministrative: isAdministrative)
            connections[nextConnectionID] = connection
            return connection
        }
        guard let connection else { return refuse(socket, SQLError(.serverShutdown)) }
        let thread = Thread.start(name: "connection", stackSize: Self.sessionStackByteCount) { [self] in
            ConnectionThread(frontEnd: self, connection: connection).run()
            ended(connection.id)
        }
        if thread == nil {
            lock.withLock { connections[connection.id] = nil }
            refuse(socket, SQLError(.cantCreateThread, 11))
        }
    }

    /// Connections that have not logged in take no slot of those that have, and there are no more of them than slots: the one
    /// that has been silent the longest goes for the next. So whoever proves who he is gets in beside any number of others.
    private func makeRoomForLogin(_ limit: Int) {
        let oldest = lock.withLock { () -> ClientConnection? in
            guard connections.count > limit else { return nil }
            let waiting = connections.values.filter { !$0.isLoggedIn && !$0.isAdministrative }
            guard waiting.count > limit else { return nil }
            return waiting.min { $0.accepted < $1.accepted }
        }
        oldest?.socket.shutdown()
    }

    /// Tells a new client why it is not served. Its socket's buffer is empty: this does not wait.
    private func refuse(_ socket: Socket, _ error: SQLError) {
        socket.setWriteTimeout(.milliseconds(100))
        try? PacketChannel(socket: socket).send(ErrorPacket.encode(error, capabilities: .protocol41))
        socket.close()
        counters.leave()
    }

    private func ended(_ id: UInt32) {
        counters.leave()
        let isLast = lock.withLock {
            connections[id] = nil
            changed.broadcast()
            return connections.isEmpty
        }
        if isLast { Memory.trim() }
    }

    // MARK: Connections per account

    /// Counts a connection to `account`, which may have so many by its own limit (error 1226) or the server's (1203).
    func enter(_ account: LoginAccount, serverLimit: Int) -> SQLError? {
        lock.withLock {
            let key = "\(account.user)@\(account.host)"
            let number = connectionsByAccount[key, default: 0]
            if account.maxUserConnections > 0 {
                guard number < Int(account.maxUserConnections) else {
                    return SQLError(.userLimitReached, account.user, "max_user_connections", account.maxUserConnections)
                }
            } else if serverLimit > 0, number >= serverLimit {
                return SQLError(.tooManyUserConnections, account.user)
            }
            connectionsByAccount[key] = number + 1
            return nil
        }
    }

    func leave(_ account: LoginAccount) {
        lock.withLock {
            let key = "\(account.user)@\(account.host)"
            let number = connectionsByAccount[key, default: 0] - 1
            connectionsByAccount[key] = number > 0 ? number : nil
        }
    }
}
