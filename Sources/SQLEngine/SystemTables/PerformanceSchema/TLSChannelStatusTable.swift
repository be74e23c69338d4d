/// `performance_schema.tls_channel_status`: the settings of the main channel, and of the admin interface's where there is one.
enum TLSChannelStatusTable {
    static let rows: SystemTableRows = { context in
        let names = [
            "Current_tls_ca", "Current_tls_capath", "Current_tls_cert", "Current_tls_cipher", "Current_tls_ciphersuites",
            "Current_tls_crl", "Current_tls_crlpath", "Current_tls_key", "Current_tls_version",
        ]
        var rows: [[SystemValue]] = [["mysql_main", "Enabled", "Yes"]]
        rows += names.map { ["mysql_main", .text($0), .text(context.server.status.value($0) ?? "")] }
        guard let administration = context.sources.administrationTLS() else { return rows }
        rows.append(["mysql_admin", "Enabled", administration.isEnabled ? "Yes" : "No"])
        return rows + names.map { ["mysql_admin", .text($0), .text(administration.values[$0] ?? "")] }
    }
}
