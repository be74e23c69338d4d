/// `performance_schema.tls_channel_status`: the settings of the main channel.
enum TLSChannelStatusTable {
    static let rows: SystemTableRows = { context in
        let names = [
            "Current_tls_ca", "Current_tls_capath", "Current_tls_cert", "Current_tls_cipher", "Current_tls_ciphersuites",
            "Current_tls_crl", "Current_tls_crlpath", "Current_tls_key", "Current_tls_version",
        ]
        return [["mysql_main", "Enabled", "Yes"]]
            + names.map { ["mysql_main", .text($0), .text(context.server.status.value($0) ?? "")] }
    }
}
