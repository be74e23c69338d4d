import Glibc
import Platform

/// The key and certificate files that MySQL makes in a data directory at its first start.
public enum ServerKeyFiles {
    /// Written under these names with a suffix first, and renamed when all are complete: the server's own files last.
    private static let certificateFiles = [
        "client-cert.pem", "client-key.pem", "ca-key.pem", "server-key.pem", "server-cert.pem", "ca.pem",
    ]
    private static let unfinishedSuffix = ".new"

    /// Whether ``makeCertificates(directory:version:)`` would make any: none of the server's files is there, or a run
    /// that should have made them was interrupted.
    public static func lacksCertificates(directory: String) -> Bool {
        let isInterrupted = certificateFiles.contains { exists("\(directory)/\($0)\(unfinishedSuffix)") }
        return isInterrupted || !["ca.pem", "server-cert.pem", "server-key.pem"].contains { exists("\(directory)/\($0)") }
    }

    /// Makes `ca.pem`, `server-cert.pem`, `client-cert.pem` and their keys, unless one of the server's files is there
    /// already (`auto_generate_certs`). Returns whether it did. Takes a second.
    public static func makeCertificates(directory: String, version: String) throws(CryptographyError) -> Bool {
        guard lacksCertificates(directory: directory) else { return false }
        let prefix = "MySQL_Server_\(version)_Auto_Generated_"
        let authorityKey = try RSAKey.generate()
        let authority = try Certificate.make(commonName: prefix + "CA_Certificate", serial: 1, key: authorityKey)
        let serverKey = try RSAKey.generate()
        let server = try Certificate.make(
            commonName: prefix + "Server_Certificate", serial: 2, key: serverKey, issuer: (authority, authorityKey))
        let clientKey = try RSAKey.generate()
        let client = try Certificate.make(
            commonName: prefix + "Client_Certificate", serial: 3, key: clientKey, issuer: (authority, authorityKey))
        let contents = [
            try client.pem(), try clientKey.privatePEM(), try authorityKey.privatePEM(), try serverKey.privatePEM(),
            try server.pem(), try authority.pem(),
        ]
        for (name, bytes) in zip(certificateFiles, contents) {
            try write(bytes, "\(directory)/\(name)\(unfinishedSuffix)", name.hasSuffix("-key.pem") ? .secret : .data)
        }
        for name in certificateFiles {
            let path = "\(directory)/\(name)"
            guard rename(path + unfinishedSuffix, path) == 0 else { throw failure("rename", path) }
        }
        return true
    }

    /// Reads `private_key.pem`, the pair with which clients send their passwords without TLS; makes it and
    /// `public_key.pem` first if neither is there (`caching_sha2_password_auto_generate_rsa_keys`).
    public static func passwordKey(directory: String, generate: Bool = true) throws(CryptographyError) -> RSAKey? {
        let privatePath = "\(directory)/private_key.pem"
        let publicPath = "\(directory)/public_key.pem"
        if exists(privatePath) { return try RSAKey.privateKey(pem: try read(privatePath)) }
        guard generate && !exists(publicPath) else { return nil }
        let key = try RSAKey.generate()
        try write(try key.publicPEM(), publicPath + unfinishedSuffix, .data)
        try write(try key.privatePEM(), privatePath + unfinishedSuffix, .secret)
        guard rename(privatePath + unfinishedSuffix, privatePath) == 0 else { throw failure("rename", privatePath) }
        guard rename(publicPath + unfinishedSuffix, publicPath) == 0 else { throw failure("rename", publicPath) }
        return key
    }

    private static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Reads a file of at most 1 MB.
    public static func read(_ path: String) throws(CryptographyError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("open", path) }
        defer { close(file) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8192)
        while output.count <= 1 << 20 {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return output }
            output += chunk[..<count]
        }
        throw CryptographyError("\(path) is larger than 1 MB")
    }

    private static func write(_ bytes: [UInt8], _ path: String, _ kind: FileAccess.Kind) throws(CryptographyError) {
        do throws(FileError) {
            try File.replace(path, with: bytes, kind)
        } catch {
            throw CryptographyError("cannot \(error.operation.rawValue) \(path): \(error.reason)")
        }
    }

    private static func failure(_ action: String, _ path: String) -> CryptographyError {
        CryptographyError("cannot \(action) \(path): \(String(cString: strerror(errno)))")
    }
}
