import Cryptography
import Glibc
import Platform

/// The group's secret (`group_replication_group_secret_file`): whoever proves to hold it belongs to the group.
///
/// It comes from a file and from nothing else: an option's value would be seen in the process list, in SHOW VARIABLES and in
/// shells' histories. Only a key that is derived from it is kept, and nothing prints that.
public struct GroupSecret: Sendable, CustomStringConvertible, CustomReflectable {
    /// Shorter ones can be guessed by trying.
    public static let minimumBytes = 16
    public static let maximumBytes = 4096

    private let key: [UInt8]

    /// A secret's own bytes. Nil when there are too few or too many of them.
    public init?(_ secret: [UInt8]) {
        guard (GroupSecret.minimumBytes...GroupSecret.maximumBytes).contains(secret.count) else { return nil }
        key = HMAC.sha256(key: Array("GroupLite group secret 1".utf8), secret)
    }

    public var description: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// What a holder of the secret says of `statement`, as the one who has that part in the exchange.
    func proof(_ part: Part, of statement: [UInt8]) -> [UInt8] {
        HMAC.sha256(key: key, Array(part.rawValue.utf8) + statement)
    }

    /// Whether `proof` is that of a holder of this secret; the time that it takes does not tell how near it came.
    func confirms(_ proof: [UInt8], _ part: Part, of statement: [UInt8]) -> Bool {
        constantTimeEquals(proof, self.proof(part, of: statement))
    }

    enum Part: String {
        case connecting = "GroupLite link: connecting\0"
        case accepting = "GroupLite link: accepting\0"
        /// Not said to anybody: the key of the frames' codes.
        case frames = "GroupLite link: frames\0"
    }

    /// Reads it from a file, without the white space around it. As with private keys, nobody else may be able to read the
    /// file: it belongs to the server's own user with no rights of group and others, or to root with at most the group's right
    /// to read.
    public static func read(path: String) throws(CommunicationFailure) -> GroupSecret {
        func failure(_ reason: String) -> CommunicationFailure {
            CommunicationFailure("The group_replication_group_secret_file '\(path)' cannot be used: \(reason)")
        }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard file >= 0 else { throw failure(String(cString: strerror(errno))) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure(String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure("it is not a file") }
        let isOwn = status.st_uid == geteuid() && status.st_mode & 0o077 == 0
        let isRoots = status.st_uid == 0 && status.st_mode & 0o037 == 0
        guard isOwn || isRoots else {
            throw failure(
                "others could read it; it has to belong to the server's user with mode 0600, or to root with mode 0640")
        }
        var bytes = [UInt8](repeating: 0, count: GroupSecret.maximumBytes + 2)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count) }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw failure(String(cString: strerror(errno))) }
            if got == 0 { break }
            count += got
        }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
        let trimmed = Array(bytes[..<count].drop(while: isSpace).reversed().drop(while: isSpace).reversed())
        guard let secret = GroupSecret(trimmed) else {
            throw failure("a secret has \(minimumBytes) to \(maximumBytes) bytes; make one with: openssl rand -hex 32")
        }
        return secret
    }
}
