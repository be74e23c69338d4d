import Accounts
import BinaryLog
import Cryptography
import Glibc
import Platform

/// The file that says that this server's data are being made anew from its group, and what of the damaged ones goes over. It is
/// there from before the damaged files are put aside until the new copy is whole, whatever happens in between.
struct RebuildRecord: Sendable {
    static let name = "grouplite.rebuild"
    private static let magic: UInt64 = 0x3144_4C42_5247_4C47
    private static let digestSize = 32
    private static let maximumBytes = 1 << 28

    /// Where the damaged files are, in the data directory.
    var aside: String
    var reason: String
    /// The files were moved; from then on those in the data directory are the new copy's.
    var isMoved = false
    /// What the damaged copy had executed, and the accounts that it had then.
    var executed: GTIDSet
    var accounts: [CarriedAccounts.Entry]

    static func path(_ directory: String) -> String { directory + "/" + name }

    var encoded: [UInt8] {
        var body = ByteWriter()
        func write(_ bytes: [UInt8]) {
            body.write(UInt32(bytes.count))
            body.write(bytes)
        }
        write(Array(aside.utf8))
        write(Array(reason.utf8))
        body.write(UInt8(isMoved ? 1 : 0))
        write(executed.encoded)
        body.write(UInt32(accounts.count))
        for account in accounts {
            write(Array(account.name.utf8))
            write(account.body)
        }
        var writer = ByteWriter()
        writer.write(Self.magic)
        writer.write(Digest.sha256.hash(body.bytes))
        writer.write(body.bytes)
        return writer.bytes
    }

    init(aside: String, reason: String, executed: GTIDSet, accounts: [CarriedAccounts.Entry]) {
        self.aside = aside
        self.reason = reason
        self.executed = executed
        self.accounts = accounts
    }

    init(decoding bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes[...])
        guard try reader.readUInt64() == Self.magic else { throw MalformedBytes("not a record of a rebuild") }
        let digest = Array(try reader.readBytes(Self.digestSize))
        let body = Array(reader.readRest())
        guard Digest.sha256.hash(body) == digest else { throw MalformedBytes("its checksum is wrong") }
        var content = ByteReader(body[...])
        func field(_ reader: inout ByteReader) throws(MalformedBytes) -> [UInt8] {
            Array(try reader.readBytes(Int(try reader.readUInt32())))
        }
        aside = String(decoding: try field(&content), as: UTF8.self)
        reason = String(decoding: try field(&content), as: UTF8.self)
        isMoved = try content.readUInt8() != 0
        let gtids = try field(&content)
        executed = gtids.isEmpty ? GTIDSet() : try GTIDSet(encoded: gtids[...])
        accounts = []
        for _ in 0..<(try content.readUInt32()) {
            let name = String(decoding: try field(&content), as: UTF8.self)
            accounts.append(CarriedAccounts.Entry(name: name, body: try field(&content)))
        }
    }

    /// Nil when nothing is being made anew. Throws when the file cannot be read.
    static func load(_ directory: String) throws -> RebuildRecord? {
        let descriptor = open(path(directory), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size <= maximumBytes else {
            throw MalformedBytes("\(path(directory)) is too large")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        guard read(descriptor, &bytes, bytes.count) == bytes.count else { throw MalformedBytes("\(path(directory)) cannot be read") }
        return try RebuildRecord(decoding: bytes)
    }

    /// Written aside, synced, renamed: there in whole or as it was. It holds passwords' hashes.
    func save(_ directory: String) throws(OptionError) {
        let target = Self.path(directory)
        let temporary = target + ".new"
        let descriptor = FileAccess.open(temporary, O_WRONLY | O_TRUNC, .secret)
        guard descriptor >= 0 else { throw OptionError("Cannot create '\(temporary)': \(String(cString: strerror(errno)))") }
        let bytes = encoded
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(temporary, target) == 0, Self.synchronize(directory) else {
            throw OptionError("Cannot write '\(target)': \(String(cString: strerror(errno)))")
        }
    }

    static func remove(_ directory: String) {
        unlink(path(directory))
        _ = synchronize(directory)
    }

    static func synchronize(_ directory: String) -> Bool {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }
}
