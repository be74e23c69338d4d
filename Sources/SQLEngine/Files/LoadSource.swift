import Glibc
import MySQLProtocol
import Platform
import Storage

/// Where LOAD DATA's bytes come from. It is read once or, when the statement runs again on a newer snapshot, anew from the
/// beginning.
protocol LoadSource: AnyObject {
    /// The next bytes, about so many; none at the end.
    func read(_ count: Int) throws -> [UInt8]
    func rewind() throws
    /// The statement failed: who still sends is heard out.
    func abandon()
}

/// A file on the server.
final class ServerFileSource: LoadSource {
    private let file: File
    private var position: UInt64 = 0

    init(_ file: File) { self.file = file }

    func read(_ count: Int) throws -> [UInt8] {
        do throws(FileError) {
            let bytes = try file.read(count, at: position)
            position += UInt64(bytes.count)
            return bytes
        } catch {
            throw ServerFiles.failure(2, "Error reading file '\(file.path)'", error.errno)
        }
    }

    func rewind() { position = 0 }
    func abandon() {}
}

/// What can be read once only, the client's file or a pipe: what came is kept, in memory at first and then in a file without a
/// name, in case the statement must run again.
final class StreamSource: LoadSource {
    /// Bytes kept in memory.
    private static let memoryBytesMax = 1 << 20

    private let next: () throws -> [UInt8]?
    private let drain: () -> Void
    private let memory: MemoryAccount
    private var kept: [UInt8] = []
    private var file: File?
    private var count = 0
    private var position = 0
    private var isAtEnd = false

    /// `next`: the next piece, nil at the end. `drain`: reads on to the end.
    init(memory: MemoryAccount, next: @escaping () throws -> [UInt8]?, drain: @escaping () -> Void) {
        self.memory = memory
        self.next = next
        self.drain = drain
    }

    deinit { memory.release(kept.count) }

    func read(_ wanted: Int) throws -> [UInt8] {
        if position < count { return try again(wanted) }
        guard !isAtEnd else { return [] }
        while true {
            guard let piece = try next() else {
                isAtEnd = true
                return []
            }
            if piece.isEmpty { continue }
            try keep(piece)
            position = count
            return piece
        }
    }

    private func keep(_ piece: [UInt8]) throws {
        if file == nil, kept.count + piece.count <= Self.memoryBytesMax {
            do throws(MemoryAccount.Excess) { try memory.charge(piece.count) } catch { throw StorageError.memory(error) }
            kept += piece
        } else {
            do throws(FileError) {
                if file == nil {
                    let made = try TemporaryDirectory.makeFile()
                    try made.write(kept, at: 0)
                    file = made
                    memory.release(kept.count)
                    kept = []
                }
                try file?.write(piece, at: UInt64(count))
            } catch {
                throw ServerFiles.failure(3, "Error writing file '\(error.path)'", error.errno)
            }
        }
        count += piece.count
    }

    private func again(_ wanted: Int) throws -> [UInt8] {
        let size = min(wanted, count - position)
        defer { position += size }
        guard let file else { return Array(kept[position..<position + size]) }
        do throws(FileError) {
            return try file.read(size, at: UInt64(position))
        } catch {
            throw ServerFiles.failure(2, "Error reading file '\(error.path)'", error.errno)
        }
    }

    func rewind() { position = 0 }

    func abandon() {
        guard !isAtEnd else { return }
        isAtEnd = true
        drain()
    }
}

/// A named pipe, read so that KILL is heard.
final class PipeReader {
    private static let pieceBytes = 64 << 10
    private static let lookMilliseconds: Int32 = 100

    private let descriptor: Int32
    private let isKilled: () -> Bool

    init(_ descriptor: Int32, isKilled: @escaping () -> Bool) {
        self.descriptor = descriptor
        self.isKilled = isKilled
    }

    deinit { close(descriptor) }

    func read() throws -> [UInt8]? {
        while true {
            if isKilled() { throw StorageError.interrupted }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, Self.lookMilliseconds)
            if ready == 0 || ready < 0 && errno == EINTR { continue }
            var failure: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, initialized in
                let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if got < 0 { failure = errno }
                initialized = max(0, got)
            }
            if failure == EINTR || failure == EAGAIN { continue }
            if failure != 0 { throw ServerFiles.failure(2, "Error reading file", failure) }
            return piece.isEmpty ? nil : piece
        }
    }
}
