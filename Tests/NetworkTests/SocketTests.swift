import Platform
import Testing

@testable import Network

@Suite struct SocketTests {
    private func later(_ milliseconds: Int) -> MonotonicTime { .now() + .milliseconds(milliseconds) }

    private func read(_ socket: Socket, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBytes { try socket.readExactly(into: $0) }
        return got ? bytes : []
    }

    @Test(arguments: [false, true])
    func bytesArriveInOrderAndTheEndIsSeen(buffered: Bool) throws {
        let (left, right) = try Socket.pair()
        if buffered { right.startBuffering() }
        try left.write([1, 2, 3])
        try left.write(gathering: [[4], [], [5, 6], [7]])
        #expect(try read(right, 2) == [1, 2])
        #expect(try read(right, 5) == [3, 4, 5, 6, 7])
        left.shutdown()
        #expect(try read(right, 1) == [])
    }

    @Test func anEndInsideAMessageIsAnError() throws {
        let (left, right) = try Socket.pair()
        try left.write([1])
        left.shutdown()
        #expect(throws: NetworkError.closed) { try read(right, 2) }
    }

    @Test func aSilentPeerTimesOutAndADripDoesNotExtendTheDeadline() throws {
        let (left, right) = try Socket.pair()
        right.setReadTimeout(.milliseconds(20))
        #expect(throws: NetworkError.timedOut) { try read(right, 1) }
        right.setReadTimeout(nil)
        right.setReadDeadline(later(20))
        try left.write([1])
        #expect(throws: NetworkError.timedOut) { try read(right, 2) }
    }

    @Test func aFullSocketTakesNothingMore() throws {
        let (left, right) = try Socket.pair()
        let piece = [UInt8](repeating: 9, count: 100_000)
        var sent = 0
        while true {
            let taken = try left.tryWrite(gathering: [piece], offset: 1)
            if taken == 0 { break }
            sent += taken
        }
        #expect(sent > 0)
        #expect(try read(right, sent).count == sent)
        #expect(try left.tryWrite(gathering: [piece, piece]) > 0)
    }

    @Test func shutdownWakesAReaderOnAnotherThread() throws {
        let (left, right) = try Socket.pair()
        let thread = try #require(Thread.start(name: "reader") { _ = try? read(right, 1) })
        right.shutdown()
        thread.join()
        withExtendedLifetime(left) {}
    }

    @Test func aConnectionReachesTheListenerAndStopEndsIt() throws {
        let listener = try Listener()
        let port = try listener.listen(address: "127.0.0.1", port: 0)
        let client = try Socket.connect(host: "localhost", port: port, deadline: later(5000))
        let server = try #require(try listener.accept())
        #expect(server.peer.host == "127.0.0.1")
        try client.write([42])
        #expect(try read(server, 1) == [42])
        let thread = try #require(Thread.start(name: "stopper") { listener.stop() })
        #expect(try listener.accept() == nil)
        thread.join()
    }

    @Test func nobodyListeningIsARefusal() throws {
        let listener = try Listener()
        let port = try listener.listen(address: "127.0.0.1", port: 0)
        let free: UInt16
        do {
            let other = try Listener()
            free = try other.listen(address: "127.0.0.1", port: 0)
        }
        #expect(free != port)
        #expect(throws: NetworkError.refused) {
            try Socket.connect(host: "127.0.0.1", port: free, deadline: later(5000))
        }
        #expect(throws: NetworkError.self) { try listener.listen(address: "127.0.0.1", port: port) }
    }

    @Test func addressesAreSplitAtTheLastColon() {
        #expect(SocketAddress.parse("s1:24901")! == ("s1", 24901))
        #expect(SocketAddress.parse("[::1]:1")! == ("::1", 1))
        for bad in ["s1", "s1:", ":1", "::1:1", "s1:99999", "s1:-1", ""] {
            #expect(SocketAddress.parse(bad) == nil, "\(bad)")
        }
    }
}
