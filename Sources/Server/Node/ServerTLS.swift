import MySQLProtocol
import Network
import Platform
import SQLEngine

/// TLS for clients: the variables that it is made from, and the values that are in force since the start or the last
/// ALTER INSTANCE RELOAD TLS (`Current_tls_...`). Any thread.
/// Safe: what changes is guarded by `lock`.
final class ServerTLS: @unchecked Sendable {
    /// Status variable -> system variable.
    private static let names = [
        ("Current_tls_ca", "ssl_ca"), ("Current_tls_capath", "ssl_capath"), ("Current_tls_cert", "ssl_cert"),
        ("Current_tls_cipher", "ssl_cipher"), ("Current_tls_ciphersuites", "tls_ciphersuites"),
        ("Current_tls_crl", "ssl_crl"), ("Current_tls_crlpath", "ssl_crlpath"), ("Current_tls_key", "ssl_key"),
        ("Current_tls_version", "tls_version"),
    ]

    private let variables: GlobalVariables
    private let directory: DataDirectory
    private let keys: KeyMaterial
    private let lock = Lock()
    private var current: [String: String] = [:]

    init(variables: GlobalVariables, directory: DataDirectory, keys: KeyMaterial) {
        self.variables = variables
        self.directory = directory
        self.keys = keys
        remember()
    }

    private func remember() {
        let values = Self.names.map { ($0.0, variables.text($0.1)) }
        lock.withLock { current = Dictionary(values, uniquingKeysWith: { $1 }) }
    }

    /// Supplies the status variables, and checks values when they are set: errors 1231.
    func register(on status: StatusVariables) {
        for (name, _) in Self.names {
            status.setSource(name) { [weak self] in self.map { tls in tls.lock.withLock { tls.current[name] ?? "" } } ?? "" }
        }
        status.setSource("Ssl_cipher_list") { (TLSCiphers.suites + TLSCiphers.list).joined(separator: ":") }
        for prefix in ["", "admin_"] {
            check(prefix + "tls_version") { text in
                text.split(separator: ",").allSatisfy { ["tlsv1.2", "tlsv1.3"].contains($0.filter { $0 != " " }.lowercased()) }
            }
            check(prefix + "ssl_cipher", TLSCiphers.allows(list:))
            check(prefix + "tls_ciphersuites", TLSCiphers.allows(suites:))
        }
    }

    private func check(_ name: String, _ isAllowed: @escaping @Sendable (String) -> Bool) {
        variables.onCheck(name) { value throws(SQLError) in
            guard isAllowed(value.text) else { throw SQLError(.wrongValueForVar, name, value.text) }
        }
    }

    /// Error 3888 with MySQL's words. The admin interface uses the same context, so either channel's name makes it anew.
    func reload(rollsBack: Bool) throws(SQLError) {
        do throws(TLSContext.SetupFailure) {
            try keys.reload(TLSConfiguration(server: variables, directory: directory), rollsBack: rollsBack)
            remember()
        } catch {
            ErrorLog.shared.log(.error, code: 59, "SSL error: \(error.reason).")
            if !rollsBack { remember() }
            throw SQLError(.daSslLibraryError, Self.words(error.stage))
        }
    }

    private static func words(_ stage: TLSContext.SetupFailure.Stage) -> String {
        switch stage {
        case .memory: "SSL_CTX_new failed"
        case .versions: "TLS version is invalid"
        case .certificate: "Unable to get certificate"
        case .key: "Unable to get private key"
        case .authority: "SSL_CTX_set_default_verify_paths failed"
        case .ciphers: "Failed to set ciphers to use"
        }
    }
}
