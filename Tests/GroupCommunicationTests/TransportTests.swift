import Network
import Platform
import Testing

@testable import GroupCommunication
@testable import GroupCommunicationCore

@Suite struct TransportTests {
    @Test(arguments: [
        (
            "AUTOMATIC", ["127.0.0.9", "::1"], ["8.8.8.8", "172.32.0.1", "2001:db8::1"]
        ),
        (
            "192.0.2.21/24,198.51.100.44,2001:db8:85a3:8d3:1319:8a2e:370:7348",
            ["192.0.2.99", "198.51.100.44", "127.0.0.1", "2001:db8:85a3:8d3:1319:8a2e:370:7348"],
            ["192.0.3.1", "198.51.100.45", "10.0.0.1"]
        ),
        ("localhost , 0.0.0.0/0", ["9.9.9.9"], ["2001:db8::1"]),
        ("2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1", "not an address"]),
    ])
    func theAllowlistPermitsWhomItNames(text: String, permitted: [String], refused: [String]) throws {
        let list = try #require(IPAllowlist(text))
        for host in permitted { #expect(list.permits(host), "\(host)") }
        for host in refused { #expect(!list.permits(host), "\(host)") }
    }

    @Test func theAutomaticAllowlistHasTheNetworksOfThisHostsPrivateAddresses() {
        let list = IPAllowlist.automatic([
            NetworkInterface(address: "10.1.2.3", prefix: 24), NetworkInterface(address: "8.8.8.7", prefix: 8),
            NetworkInterface(address: "fd00:1::7", prefix: 32), NetworkInterface(address: "127.0.0.1", prefix: 8),
        ])
        for host in ["10.1.2.99", "127.0.0.5", "::1", "fd00:1:2::9"] { #expect(list.permits(host), "\(host)") }
        for host in ["10.1.3.1", "192.168.1.1", "8.8.8.8", "fd00:2::1"] { #expect(!list.permits(host), "\(host)") }
        #expect(list.automaticRanges == "10.1.2.3/24,fd00:1::7/32,127.0.0.0/8,::1/128")
    }

    @Test(arguments: ["1.2.3", "10.0.0.0/33", "2001:db8::/129", "a b", "/24", "10.0.0.1/x"])
    func aMalformedAllowlistIsRefused(text: String) {
        #expect(IPAllowlist(text) == nil)
    }

    @Test func aPayloadComesOutOfItsEnvelopeAndRubbishDoesNot() throws {
        let payload = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 100) }
        for threshold in [0, 1000, 200_000] {
            let sealed = PayloadEnvelope.seal(payload, threshold: threshold)
            #expect((sealed.count < payload.count) == (threshold == 1000))
            #expect(try PayloadEnvelope.open(sealed) == payload)
        }
        var random = SystemRandomNumberGenerator()
        let noise = (0..<5000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(try PayloadEnvelope.open(PayloadEnvelope.seal(noise, threshold: 10)) == noise)
        var broken = PayloadEnvelope.seal(payload, threshold: 1000)
        broken[broken.count - 2] = 0x7F
        for bytes in [[], [9], [1], [0, 0, 0, 0, 0, 1], broken] {
            #expect(throws: MalformedBytes.self) { try PayloadEnvelope.open(bytes) }
        }
    }

    @Test func aGreetingIsReadBackAndRubbishIsRefused() throws {
        let greeting = LinkGreeting(
            versions: 1...3, group: UUID(high: 1, low: 2), serverUUID: UUID(high: 3, low: 4), address: "s1:33061",
            holdsSecret: true, nonce: LinkHandshake.nonce())
        let bytes = greeting.encoded
        let (length, checksum) = try LinkGreeting.parse(head: Array(bytes.prefix(LinkGreeting.headSize)))
        let body = Array(bytes.dropFirst(LinkGreeting.headSize))
        #expect(length == body.count)
        #expect(try LinkGreeting(body: body, checksum: checksum) == greeting)
        for index in body.indices {
            var damaged = body
            damaged[index] ^= 0x40
            #expect(throws: MalformedBytes.self) { try LinkGreeting(body: damaged, checksum: checksum) }
        }
        #expect(throws: MalformedBytes.self) { try LinkGreeting.parse(head: Array("GET / HTTP".utf8)) }
    }
}
