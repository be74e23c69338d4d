import Platform

/// Bytes gathered to be read later, in order and once: in memory up to `tmp_table_size`, the rest in a file without a name.
/// Owned by the session's thread.
public final class ByteSpool {
    /// How much of the file is read at a time.
    private static let pieceBytes = 64 << 10

    private let memory: MemoryAccount
    private var blocks: [[UInt8]] = []
    private var bytesInMemory = 0
    private var file: File?
    private var written: UInt64 = 0
    /// Why not all that was appended is there.
    public private(set) var failure: StorageError?

    // Reading.
    private var nextBlock = 0
    private var piece: [UInt8] = []
    private var offset = 0
    private var filePosition: UInt64 = 0

    public init(memory: MemoryAccount) {
        self.memory = memory
    }

    deinit {
        memory.release(bytesInMemory)
    }

    /// Fails when the session has more memory than it may, or the disk is full.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
        if file == nil && bytesInMemory + bytes.count <= memory.temporaryBytesMax {
            blocks.append(Array(bytes))
            bytesInMemory += bytes.count
            do throws(MemoryAccount.Excess) { try memory.charge(bytes.count) } catch { throw failed(.memory(error)) }
            return
        }
        do throws(FileError) {
            if file == nil { file = try TemporaryDirectory.makeFile() }
            try file?.write(bytes, at: written)
        } catch {
            throw failed(.sqlite(code: 13, message: error.description))
        }
        written += UInt64(bytes.count)
    }

    private func failed(_ error: StorageError) -> StorageError {
        failure = error
        return error
    }

    public var isAtEnd: Bool {
        offset == piece.count && nextBlock == blocks.count && filePosition == written
    }

    /// The next bytes. Whoever appended them knows how many there are.
    public func read(_ count: Int) throws(StorageError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            if offset == piece.count { try nextPiece() }
            let part = min(count - result.count, piece.count - offset)
            result += piece[offset..<offset + part]
            offset += part
        }
        return result
    }

    private func nextPiece() throws(StorageError) {
        offset = 0
        if nextBlock < blocks.count {
            piece = blocks[nextBlock]
            blocks[nextBlock] = []
            nextBlock += 1
            memory.release(piece.count)
            bytesInMemory -= piece.count
            return
        }
        let size = Int(min(UInt64(Self.pieceBytes), written - filePosition))
        guard size > 0, let bytes = try? file?.read(size, at: filePosition), bytes.count == size else {
            throw .sqlite(code: 10, message: "a temporary file cannot be read")
        }
        piece = bytes
        filePosition += UInt64(size)
    }
}
