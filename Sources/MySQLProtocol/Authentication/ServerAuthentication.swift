import Cryptography

/// The server's side of proving who a client is: bytes in, a step out. One value per login or COM_CHANGE_USER.
public struct ServerAuthentication: Sendable {
    /// What the server does next.
    public enum Step: Sendable {
        /// Send this payload, then read a packet and give it to ``receive(_:)``.
        case exchange([UInt8])
        /// The client is who it says; send these payloads (the fast path's good news), then OK.
        case accepted(sendFirst: [[UInt8]])
        /// Answer with error 1045.
        case rejected
    }

    /// What is known of the account that the client names.
    public struct Credentials: Sendable {
        public var plugin: AuthenticationPlugin
        public var authenticationString: [UInt8]
        /// A second password that opens the account too (RETAIN CURRENT PASSWORD); empty for none.
        public var secondaryAuthenticationString: [UInt8]

        public init(
            plugin: AuthenticationPlugin, authenticationString: [UInt8], secondaryAuthenticationString: [UInt8] = []
        ) {
            self.plugin = plugin
            self.authenticationString = authenticationString
            self.secondaryAuthenticationString = secondaryAuthenticationString
        }

        /// What a given password may be.
        fileprivate var stored: [[UInt8]] {
            [authenticationString, secondaryAuthenticationString].filter { !$0.isEmpty }
        }
    }

    private enum State {
        case awaitingResponse
        /// The client was told to send its password itself.
        case awaitingPassword
        case finished
    }

    private static let fastAuthenticationSucceeded: [UInt8] = [AuthenticationSwitch.moreDataHeader, 3]
    private static let performFullAuthentication: [UInt8] = [AuthenticationSwitch.moreDataHeader, 4]
    private static let requestPublicKey: [UInt8] = [2]
    private static let requestPublicKeyOfSHA256: [UInt8] = [1]

    private let credentials: Credentials
    private let isKnown: Bool
    private var challenge: [UInt8]
    /// TLS or a Unix socket: passwords may travel as they are.
    private let isSecureTransport: Bool
    /// Asked for only where a password comes encrypted: it may have to be made first.
    private let key: @Sendable () -> RSAKey?
    private let cache: AuthenticationCache
    private var state = State.awaitingResponse
    private var publicKeySent = false
    /// Whether the client sent any proof: error 1045 says "using password: YES".
    public private(set) var usedPassword = false

    /// `credentials` is nil for a user that does not exist: the exchange takes the same course, and fails.
    public init(
        credentials: Credentials?, challenge: [UInt8], isSecureTransport: Bool,
        key: @escaping @Sendable () -> RSAKey?, cache: AuthenticationCache
    ) {
        self.credentials = credentials ?? Credentials(plugin: .cachingSHA2, authenticationString: Self.decoy)
        isKnown = credentials != nil
        self.challenge = challenge
        self.isSecureTransport = isSecureTransport
        self.key = key
        self.cache = cache
    }

    /// Nobody's password, so that an unknown user takes as long as a known one.
    private static let decoy = StoredSHA2Password.make(password: SecureRandom.printableSalt(32)).text

    /// Begins with what the handshake's response brought. A nil plugin asks for a switch at once (COM_CHANGE_USER).
    public mutating func begin(plugin: String?, response: [UInt8]) -> Step {
        if plugin == credentials.plugin.name { return receive(response) }
        if !response.isEmpty { usedPassword = true }
        challenge = SecureRandom.printableSalt(HandshakeGreeting.challengeByteCount)
        return .exchange(AuthenticationSwitch(plugin: credentials.plugin.name, challenge: challenge).encode())
    }

    /// Takes the client's next packet.
    public mutating func receive(_ payload: [UInt8]) -> Step {
        guard payload.count <= ProtocolLimits.authenticationDataBytesMax else { return reject() }
        switch state {
        case .awaitingResponse: return response(payload)
        case .awaitingPassword: return password(payload)
        case .finished: return .rejected
        }
    }

    private mutating func reject() -> Step {
        state = .finished
        return .rejected
    }

    private mutating func accept(sendFirst payloads: [[UInt8]] = []) -> Step {
        state = .finished
        return isKnown ? .accepted(sendFirst: payloads) : .rejected
    }

    private mutating func response(_ payload: [UInt8]) -> Step {
        let stored = credentials.authenticationString
        // No password is sent as nothing, or as a lone NUL.
        let isEmpty = payload.isEmpty || payload == [0]
        usedPassword = !isEmpty
        if isEmpty || stored.isEmpty { return isEmpty && stored.isEmpty ? accept() : reject() }
        switch credentials.plugin {
        case .sha256Password:
            state = .awaitingPassword
            return password(payload)
        case .cachingSHA2:
            for stored in credentials.stored {
                if let cached = cache.digest(stored: stored),
                    SHA2Scramble.verify(response: payload, challenge: challenge, cached: cached)
                {
                    return accept(sendFirst: [Self.fastAuthenticationSucceeded])
                }
            }
            state = .awaitingPassword
            return .exchange(Self.performFullAuthentication)
        }
    }

    private mutating func password(_ payload: [UInt8]) -> Step {
        // Over a Unix socket sha256_password's clients encrypt all the same.
        let isEncrypted = credentials.plugin == .sha256Password && (payload == Self.requestPublicKeyOfSHA256 || publicKeySent)
        if isSecureTransport && !isEncrypted { return check(Array(payload.prefix { $0 != 0 })) }
        guard let key = key() else { return reject() }
        let request = credentials.plugin == .sha256Password ? Self.requestPublicKeyOfSHA256 : Self.requestPublicKey
        if payload == request && !publicKeySent {
            guard let pem = try? key.publicPEM() else { return reject() }
            publicKeySent = true
            return .exchange([AuthenticationSwitch.moreDataHeader] + pem)
        }
        guard let masked = try? key.decryptOAEP(payload), masked.count <= ProtocolLimits.authenticationDataBytesMax else {
            return reject()
        }
        let clear = masked.enumerated().map { $1 ^ challenge[$0 % challenge.count] }
        guard clear.last == 0 else { return reject() }
        return check(Array(clear.dropLast()))
    }

    private mutating func check(_ password: [UInt8]) -> Step {
        let plugin = credentials.plugin
        guard let stored = credentials.stored.first(where: { plugin.verify(password: password, stored: $0) }) else {
            return reject()
        }
        if plugin == .cachingSHA2 { cache.insert(stored: stored, digest: SHA2Scramble.cachedDigest(password)) }
        return accept()
    }
}
