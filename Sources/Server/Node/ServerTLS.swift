import MySQLProtocol
import Network
import Platform
import SQLEngine
import SystemCatalog

/// TLS for clients: the variables that it is made from, and the values that are in force since the start or the last
/// ALTER INSTANCE RELOAD TLS (`Current_tls_...`). The admin interface has a context of its own while one of `admin_ssl_...`
/// and `admin_tls_...` is set, and the others' otherwise. Any thread.
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
    /// The admin interface's own context and its settings.
    private var administration: (keys: KeyMaterial, current: [String: String])?

    init(variables: GlobalVariables, directory: DataDirectory, keys: KeyMaterial) {
        self.variables = variables
        self.directory = directory
        self.keys = keys
        current = values(prefix: "")
        guard hasAdministrationSettings else { return }
        do throws(TLSContext.SetupFailure) {
            try reloadAdministration(rollsBack: false)
        } catch {
            ErrorLog.shared.log(
                .warning, code: 10_069, "Failed to set up SSL because of the following SSL library error: \(error.reason)")
        }
    }

    private func values(prefix: String) -> [String: String] {
        Dictionary(Self.names.map { ($0.0, variables.text(prefix + $0.1)) }, uniquingKeysWith: { $1 })
    }

    private func remember() {
        let values = values(prefix: "")
        lock.withLock { current = values }
    }

    // MARK: The admin interface

    private var hasAdministrationSettings: Bool {
        if Self.names.contains(where: { $0.1 != "tls_version" && !variables.text("admin_" + $0.1).isEmpty }) { return true }
        guard let place = SystemVariable.place(of: "admin_tls_version") else { return false }
        return variables.text("admin_tls_version") != SystemVariable.all[place].defaultValue.text
    }

    /// Its own context; nil where it has the other clients'.
    var administrationKeys: KeyMaterial? { lock.withLock { administration?.keys } }

    var administrationStatus: TLSChannelStatus {
        let (own, main) = lock.withLock { (administration, current) }
        return TLSChannelStatus(isEnabled: (own?.keys ?? keys).offersTLS, values: own?.current ?? main)
    }

    private func reloadAdministration(rollsBack: Bool) throws(TLSContext.SetupFailure) {
        guard hasAdministrationSettings, !variables.text("admin_address").isEmpty else {
            return lock.withLock { administration = nil }
        }
        let configuration = TLSConfiguration(administration: variables, directory: directory)
        let values = values(prefix: "admin_")
        let present = administrationKeys ?? KeyMaterial()
        do throws(TLSContext.SetupFailure) {
            try present.reload(configuration, rollsBack: rollsBack)
            lock.withLock { administration = (present, values) }
        } catch {
            if !rollsBack { lock.withLock { administration = (present, values) } }
            throw error
        }
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

    /// Error 3888 with MySQL's words.
    func reload(administration isAdministration: Bool, rollsBack: Bool) throws(SQLError) {
        do throws(TLSContext.SetupFailure) {
            if isAdministration { return try reloadAdministration(rollsBack: rollsBack) }
            try keys.reload(TLSConfiguration(server: variables, directory: directory), rollsBack: rollsBack)
            remember()
        } catch {
            ErrorLog.shared.log(.error, code: 59, "SSL error: \(error.reason).")
            if !rollsBack, !isAdministration { remember() }
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
