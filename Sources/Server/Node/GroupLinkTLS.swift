import GroupCommunication
import Network
import SQLEngine

/// TLS between the members of the group, as `group_replication_ssl_mode` and `group_replication_tls_source` say. The
/// certificate is the server's own: `ssl_cert` and its like, or `admin_ssl_cert` and its like.
enum GroupLinkTLS {
    /// Nil when the links are to be plain. Waits while the server's certificate is still being made.
    static func make(
        _ variables: GlobalVariables, _ directory: DataDirectory, _ keys: KeyMaterial
    ) throws(CommunicationFailure) -> LinkTLS? {
        let mode = variables.text("group_replication_ssl_mode")
        guard mode != "DISABLED" else { return nil }
        var connecting: TLSConfiguration
        if variables.text("group_replication_tls_source") == "MYSQL_ADMIN" {
            connecting = TLSConfiguration(administration: variables, directory: directory)
        } else {
            _ = keys.tlsContext()
            connecting = TLSConfiguration(server: variables, directory: directory)
        }
        var accepting = connecting
        switch mode {
        case "VERIFY_CA": connecting.verification = .authority
        case "VERIFY_IDENTITY": connecting.verification = .identity
        default: connecting.verification = .none
        }
        // Who connects shows its certificate too, so that nobody else gets in; under which name it runs is not asked.
        accepting.verification = mode == "REQUIRED" ? .none : .authority
        do throws(NetworkError) {
            return LinkTLS(server: try TLSContext.server(accepting), client: try TLSContext.client(connecting))
        } catch {
            throw CommunicationFailure("Error starting SSL in the group communication: \(error)")
        }
    }
}

extension TLSConfiguration {
    /// `admin_ssl_ca` and its like; paths are relative to the data directory.
    init(administration variables: GlobalVariables, directory: DataDirectory) {
        self.init()
        func path(_ name: String) -> String {
            let text = variables.text("admin_" + name)
            return text.isEmpty ? "" : directory.resolve(text)
        }
        authorityFile = path("ssl_ca")
        authorityPath = path("ssl_capath")
        certificateFile = path("ssl_cert")
        keyFile = path("ssl_key")
        revocationFile = path("ssl_crl")
        revocationPath = path("ssl_crlpath")
        cipherList = variables.text("admin_ssl_cipher")
        cipherSuites = variables.text("admin_tls_ciphersuites")
        versions = variables.text("admin_tls_version")
    }
}
