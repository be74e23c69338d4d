import Platform

@testable import MySQLProtocol

/// What a client sends, and what a server says to our own client, packet by packet.
let protocolTargets: [FuzzTarget] = [
    FuzzTarget("mysql-command", seeds: commandSeeds) { bytes in
        var input = FuzzInput(bytes)
        let choice = input.byte()
        let parameterCount = Int(input.byte())
        var capabilities: Capabilities = [.protocol41, .pluginAuth, .secureConnection]
        if choice & 1 != 0 { capabilities.insert(.queryAttributes) }
        if choice & 2 != 0 { capabilities.insert(.connectAttributes) }
        guard let command = try? Command.decode(input.remaining(), capabilities: capabilities) else { return }
        if case .statementExecute(let request) = command {
            let longData: [Int: [UInt8]] = choice & 4 != 0 ? [0: [1, 2, 3]] : [:]
            if let values = try? request.values(parameterCount: parameterCount, boundTypes: [], longData: longData) {
                check(values.parameters.count == parameterCount, "as many values as parameters")
                _ = try? request.values(parameterCount: parameterCount, boundTypes: values.types, longData: longData)
            }
        }
    },
    FuzzTarget("handshake-response", seeds: handshakeSeeds) { bytes in
        let offered = Capabilities(rawValue: .max)
        guard let response = try? HandshakeResponse.decode(bytes, offered: offered) else { return }
        // Names that were mended to UTF-8 may have become too long.
        guard let again = try? HandshakeResponse.decode(response.encode(), offered: offered) else { return }
        check(again.user == response.user && again.plugin == response.plugin, "a response survives its encoding")
    },
    FuzzTarget("server-authentication") { bytes in
        var input = FuzzInput(bytes)
        let choice = input.byte()
        let plugins: [AuthenticationPlugin] = [.cachingSHA2, .sha256Password]
        let plugin = plugins[Int(choice & 1)]
        var authentication = ServerAuthentication(
            credentials: choice & 2 != 0 ? nil : .init(plugin: plugin, authenticationString: input.block()),
            challenge: Array(1...20), isSecureTransport: choice & 4 != 0, key: { nil }, cache: AuthenticationCache())
        let named: [String?] = [nil, "caching_sha2_password", "mysql_native_password", "x"]
        var step = authentication.begin(plugin: named[Int(choice >> 3 & 3)], response: input.block())
        while case .exchange = step, !input.isAtEnd { step = authentication.receive(input.block()) }
        if case .accepted = step { check(choice & 2 == 0, "nobody logs in as a user that does not exist") }
    },
    FuzzTarget("server-answers", seeds: answerSeeds) { bytes in
        var input = FuzzInput(bytes)
        let choice = input.byte()
        let payload = input.remaining()
        switch choice % 6 {
        case 0:
            if let greeting = try? HandshakeGreeting.decode(payload) {
                var authentication = ClientAuthentication(
                    password: [1, 2, 3], greeting: greeting, isSecureTransport: choice & 0x80 != 0, mayAskForKey: true)
                _ = authentication.firstResponse
                _ = try? authentication.receive(payload, capabilities: greeting.capabilities)
            }
        case 1: _ = try? AuthenticationSwitch.decode(payload)
        case 2: _ = try? OKPacket.decode(payload, capabilities: Capabilities(rawValue: .max))
        case 3: _ = ErrorPacket.decode(payload)
        case 4: _ = try? ColumnMetadata.decode(payload)
        default:
            let row = try? TextRow.decode(payload, columnCount: Int(choice))
            check(row == nil || row?.count == Int(choice), "a row has as many values as columns")
        }
    },
    FuzzTarget("client-authentication", seeds: answerSeeds) { bytes in
        var input = FuzzInput(bytes)
        guard let greeting = try? HandshakeGreeting.decode(input.block()) else { return }
        var authentication = ClientAuthentication(
            password: Array("secret".utf8), greeting: greeting, isSecureTransport: false, mayAskForKey: true)
        while !input.isAtEnd {
            guard let step = try? authentication.receive(input.block(), capabilities: greeting.capabilities) else { return }
            if case .send(let payload) = step {
                check(payload != Array("secret".utf8) + [0], "no password goes over an open line")
            }
        }
    },
    FuzzTarget("packet-assembly") { bytes in
        var input = FuzzInput(bytes)
        var assembly = PacketAssembly(sequence: input.byte(), maximumPayload: 1 << 24)
        var total = 0
        while !assembly.isComplete, !input.isAtEnd {
            let word = UInt32(input.word()) | UInt32(input.word()) << 16
            guard let part = try? assembly.header(word) else { return }
            if case .read(let count) = part { total += count }
            check(total <= 1 << 24, "no more is read than allowed")
        }
    },
]

@Sendable private func commandSeeds() -> [[UInt8]] {
    let query: [UInt8] = [0, 0, 3] + Array("SELECT 1".utf8)
    let withAttributes: [UInt8] = [1, 0, 3, 1, 1, 0, 1, 0xFE, 0, 1, 0x61, 1, 0x62] + Array("SELECT ?".utf8)
    // COM_STMT_EXECUTE of statement 1 with two values: a number and a string.
    let execute: [UInt8] = [0, 2, 23, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 0, 0xFD, 0, 5, 0, 0, 0, 2, 0x61, 0x62]
    let times: [UInt8] =
        [0, 2, 23, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 12, 0, 11, 0]
        + [11, 0xE9, 7, 2, 3, 4, 5, 6, 1, 0, 0, 0, 12, 1, 1, 0, 0, 0, 2, 3, 4, 5, 0, 0, 0]
    let changeUser: [UInt8] =
        [2, 0, 17] + Array("root".utf8) + [0, 2, 9, 9] + Array("test".utf8) + [0, 255, 0]
        + Array("mysql_native_password".utf8) + [0, 4, 1, 0x61, 1, 0x62]
    let dump: [UInt8] = [0, 0, 30, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    return [query, withAttributes, execute, times, changeUser, dump, [0, 0, 22] + Array("SELECT ?".utf8), [0, 0, 4, 0x74, 0]]
}

@Sendable private func handshakeSeeds() -> [[UInt8]] {
    let response = HandshakeResponse(
        capabilities: [.protocol41, .secureConnection, .pluginAuth, .pluginAuthLengthEncodedData, .connectWithDatabase, .connectAttributes],
        maximumPacket: 1 << 24, user: "root", authenticationData: Array(1...20), schema: "test",
        plugin: "caching_sha2_password", attributes: [("_os", "Linux"), ("program_name", "mysql")])
    return [response.encode(), response.encodeTLSRequest()]
}

@Sendable private func answerSeeds() -> [[UInt8]] {
    var greeting: [UInt8] = [10] + Array("9.7.0".utf8) + [0, 1, 0, 0, 0] + Array(1...8) + [0, 0xFF, 0xFF, 255, 2, 0, 0xFF, 0xDF, 21]
    greeting += Array(repeating: 0, count: 10) + Array(1...12) + [0] + Array("caching_sha2_password".utf8) + [0]
    let column: [UInt8] = [3, 0x64, 0x65, 0x66, 1, 0x61, 1, 0x62, 1, 0x62, 1, 0x63, 1, 0x63, 12, 63, 0, 11, 0, 0, 0, 3, 0, 0, 0, 0, 0]
    return [
        [0] + greeting, [1, 0xFE] + Array("mysql_native_password".utf8) + [0] + Array(1...20) + [0],
        [2, 0, 1, 2, 2, 0, 0, 0], [3, 0xFF, 0x15, 4, 0x23] + Array("28000Access denied".utf8), [4] + column,
        [5, 1, 0x61, 0xFB, 0, 1, 0x62, 1, 0x63], FuzzInput.block(greeting) + FuzzInput.block([1, 4]) + FuzzInput.block([1, 3]),
    ]
}
