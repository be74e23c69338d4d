import COpenSSL

extension Socket {
    /// What is unique to this TLS connection and known to its two ends alone ("tls-exporter" of RFC 9266). Nil on a plain
    /// socket.
    public var channelBinding: [UInt8]? { tls?.channelBinding }
}

extension TLSSession {
    private static let bindingLabel = "EXPORTER-Channel-Binding"
    private static let bindingSize = 32

    /// After the handshake.
    var channelBinding: [UInt8] {
        var output = [UInt8](repeating: 0, count: Self.bindingSize)
        let label = Self.bindingLabel
        let status = SSL_export_keying_material(handle, &output, output.count, label, label.utf8.count, nil, 0, 0)
        precondition(status == 1, "OpenSSL exports nothing of an established connection")
        return output
    }
}
