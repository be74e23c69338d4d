import Testing

@testable import MySQLProtocol

/// Against bytes that a real MySQL 9.7 and its clients exchanged (shared/golden/wire-*.txt).
@Suite struct HandshakeTests {
    static let greeting = hex(
        """
        0a392e372e342d32002c000000506033491e16585500ffffff0200ffdf15000000000000000000002e70454a282a571c777c2a3300636163
        68696e675f736861325f70617373776f726400
        """)
    static let response = hex(
        """
        8da2bf0000001000210000000000000000000000000000000000000000000000
        62656e63680020988d4756bff952af9b987370c919f42cb6b84634296afc95fb1a812fac9f6b9574696e790063616368
        696e675f736861325f70617373776f7264007e035f6f73054c696e75780c5f636c69656e745f6e616d650a6c69626d61
        72696164620 45f70696404363936320f5f636c69656e745f76657273696f6e06332e332e3230095f706c6174666f726d
        067838365f36340c70726f6772616d5f6e616d65056d7973716c0c5f7365727665725f686f7374093132372e302e302e31
        """)

    @Test func mySQLsGreetingIsReadAndWrittenBack() throws {
        let greeting = try HandshakeGreeting.decode(Self.greeting)
        #expect(greeting.serverVersion == "9.7.4-2")
        #expect(greeting.connectionID == 44)
        #expect(greeting.challenge.count == 20)
        #expect(greeting.capabilities.rawValue == 0xDFFF_FFFF)
        #expect(greeting.plugin == "caching_sha2_password")
        #expect(greeting.encode() == Self.greeting)
    }

    @Test func aClientsResponseIsReadAndWrittenBack() throws {
        let response = try HandshakeResponse.decode(Self.response, offered: Capabilities(rawValue: .max))
        #expect(response.user == "bench")
        #expect(response.authenticationData.count == 32)
        #expect(response.schema == "tiny")
        #expect(response.plugin == "caching_sha2_password")
        #expect(response.collation == 0x21)
        #expect(response.attributes.map(\.name).contains("_server_host"))
        #expect(response.attributes.first { $0.name == "program_name" }?.value == "mysql")
        #expect(response.encode() == Self.response)
        #expect(!HandshakeResponse.isTLSRequest(Self.response))
    }

    @Test func whatWasNotOfferedIsNotAgreedOn() throws {
        let response = try HandshakeResponse.decode(Self.response, offered: [.protocol41, .secureConnection])
        #expect(response.capabilities == [.protocol41, .secureConnection])
        #expect(response.schema == nil)
    }

    @Test func theRequestForTLSIsTheFixedPartAlone() {
        let response = HandshakeResponse(
            capabilities: [.protocol41, .tls], user: "u", authenticationData: [], plugin: "mysql_native_password")
        #expect(HandshakeResponse.isTLSRequest(response.encodeTLSRequest()))
        #expect(!HandshakeResponse.isTLSRequest(Array(Self.response.prefix(32))))
    }

    @Test func everyTruncationIsAnErrorOrShorterNeverATrap() {
        for length in 0..<Self.response.count {
            _ = try? HandshakeResponse.decode(Array(Self.response.prefix(length)), offered: .server)
            _ = try? HandshakeGreeting.decode(Array(Self.greeting.prefix(length)))
        }
        #expect(throws: SQLError(.handshakeError)) {
            try HandshakeResponse.decode(Array(Self.response.prefix(40)), offered: .server)
        }
    }
}
