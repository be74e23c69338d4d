/// `performance_schema.tls_channel_status`: the settings of the main channel.
enum TLSChannelStatusTable {
    static let rows: SystemTableRows = { context in
        let variables = [
            ("Current_tls_ca", "ssl_ca"), ("Current_tls_capath", "ssl_capath"), ("Current_tls_cert", "ssl_cert"),
            ("Current_tls_cipher", "ssl_cipher"), ("Current_tls_ciphersuites", "tls_ciphersuites"),
            ("Current_tls_crl", "ssl_crl"), ("Current_tls_crlpath", "ssl_crlpath"), ("Current_tls_key", "ssl_key"),
            ("Current_tls_version", "tls_version"),
        ]
        return [["mysql_main", "Enabled", "Yes"]]
            + variables.map { ["mysql_main", .text($0.0), .text(context.sources.globals.text($0.1))] }
    }
}
