import Glibc
import MySQLConnection
import MySQLProtocol
import Platform

/// Our client against a server (a donor, say) that sends whatever the input holds, then goes.
let connectionTargets: [FuzzTarget] = [
    FuzzTarget("client-connection", maximumLength: 16_384, seeds: conversationSeeds) { bytes in
        guard let server = HostileServer.shared else { return }
        server.say(bytes)
        var settings = ConnectionSettings(
            endpoint: .unix(path: server.path), user: "u", password: Array("p".utf8))
        settings.tlsMode = .disabled
        settings.connectTimeout = .seconds(5)
        settings.readTimeout = .seconds(5)
        guard let client = try? MySQLClient.connect(settings) else { return }
        let dump = BinlogDumpRequest(flags: BinlogDumpRequest.nonBlock, serverID: 1, file: "", position: 4, gtidSet: [])
        _ = try? client.query("SELECT 1")
        if (try? client.requestBinlog(dump)) != nil {
            while case .some(.some) = try? client.nextBinlogEvent() {}
        }
    }
]

/// Listens on a Unix socket; says to each that connects what it was told to, and hangs up.
private final class HostileServer: @unchecked Sendable {
    static let shared = HostileServer()

    let path = "/tmp/grouplite-fuzz-\(getpid()).sock"
    private let lock = Lock()
    private var words: [UInt8] = []
    private let listener: Int32

    private init?() {
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        unlink(path)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        signal(SIGPIPE, SIG_IGN)
        guard isBound, listen(listener, 16) == 0 else { return nil }
        guard Thread.start(name: "hostile", { [self] in serve() }) != nil else { return nil }
    }

    func say(_ bytes: [UInt8]) {
        lock.withLock { words = bytes }
    }

    private func serve() {
        while true {
            let peer = accept(listener, nil, nil)
            if peer < 0 { continue }
            let words = lock.withLock { self.words }
            _ = words.withUnsafeBytes { send(peer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            shutdown(peer, Int32(SHUT_WR))
            // What it says is taken, so that its writes do not fail before it has read all of ours.
            var sink = [UInt8](repeating: 0, count: 4096)
            while recv(peer, &sink, sink.count, 0) > 0 {}
            close(peer)
        }
    }
}

@Sendable private func conversationSeeds() -> [[UInt8]] {
    func packet(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [UInt8(payload.count & 0xFF), UInt8(payload.count >> 8), 0, number] + payload
    }
    var greeting: [UInt8] = [10] + Array("9.7.0".utf8) + [0, 1, 0, 0, 0] + Array(1...8) + [0, 0xFF, 0xF7, 255, 2, 0, 0xFF, 0xDF, 21]
    greeting += Array(repeating: 0, count: 10) + Array(1...12) + [0] + Array("mysql_native_password".utf8) + [0]
    let ok: [UInt8] = [0, 0, 0, 2, 0, 0, 0]
    let column: [UInt8] = [3, 0x64, 0x65, 0x66, 0, 0, 0, 1, 0x31, 0, 12, 63, 0, 1, 0, 0, 0, 8, 0x81, 0, 0, 0, 0]
    let login = packet(0, greeting) + packet(2, ok)
    let result = packet(1, [1]) + packet(2, column) + packet(3, [1, 0x31]) + packet(4, [0xFE, 0, 0, 2, 0, 0, 0])
    let event: [UInt8] = [0] + [0, 0, 0, 0, 3, 1, 0, 0, 0, 23, 0, 0, 0, 0, 0, 0, 0, 0, 0] + [1, 2, 3, 4]
    return [
        login + packet(1, ok), login + result, login + packet(1, [0xFF, 0x15, 4, 0x23] + Array("28000no".utf8)),
        login + packet(1, ok) + packet(1, event) + packet(2, [0xFE, 0, 0, 2, 0]),
    ]
}
