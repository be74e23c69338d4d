import Platform

/// Rows of a query gathered to be used when it has ended: in memory up to `tmp_table_size`, the rest in a file without a
/// name. Read once, in order. Owned by the session's thread.
public final class RowSpool {
    /// Rows are handed to the disk in pieces of about this size.
    private static let blockBytes = 256 << 10

    private let columnCount: Int
    private let memory: MemoryAccount
    private var blocks: [RowBuffer] = []
    private var bytesInMemory = 0
    /// The block that grows, then the one that is read.
    private var block = RowBuffer()
    private var file: File?
    private var fileBlocks: [Int] = []
    private var written = 0
    public private(set) var count = 0

    // Reading.
    private var nextBlock = 0
    private var nextFileBlock = 0
    private var filePosition = 0
    private var offset = 0
    private var last: RowBuffer?

    public init(columnCount: Int, memory: MemoryAccount) {
        self.columnCount = columnCount
        self.memory = memory
    }

    deinit {
        memory.release(bytesInMemory)
    }

    /// Takes the statement's current row.
    public func append(_ statement: Statement) throws(StorageError) {
        for column in 0..<columnCount { block.append(ValueView(statement, column)) }
        count += 1
        if block.count >= Self.blockBytes { try endBlock() }
    }

    private func endBlock() throws(StorageError) {
        if file == nil && bytesInMemory + block.count <= memory.temporaryBytesMax {
            blocks.append(block)
            bytesInMemory += block.count
            do throws(MemoryAccount.Excess) { try memory.charge(block.count) } catch { throw .memory(error) }
            block = RowBuffer()
            return
        }
        do throws(FileError) {
            if file == nil { file = try TemporaryDirectory.makeFile() }
            guard let target = file else { return }
            try block.withBytes { bytes throws(FileError) in try target.write(bytes, at: UInt64(written)) }
        } catch {
            throw Self.failure(error.description)
        }
        fileBlocks.append(block.count)
        written += block.count
        block.removeAll()
    }

    private static func failure(_ what: String) -> StorageError { .sqlite(code: 13, message: what) }

    /// The next row; nil after the last.
    public func next() throws(StorageError) -> [StoredValue]? {
        if last == nil {
            last = block
            block = RowBuffer()
        }
        while offset >= block.count {
            guard try nextRows() else { return nil }
            offset = 0
        }
        var row: [StoredValue] = []
        row.reserveCapacity(columnCount)
        for _ in 0..<columnCount { row.append(block.read(&offset).stored) }
        return row
    }

    private func nextRows() throws(StorageError) -> Bool {
        if nextBlock < blocks.count {
            bytesInMemory -= block.count
            memory.release(block.count)
            block = blocks[nextBlock]
            blocks[nextBlock] = RowBuffer.empty
            nextBlock += 1
            return true
        }
        if nextFileBlock < fileBlocks.count {
            let size = fileBlocks[nextFileBlock]
            if nextFileBlock == 0 { block = RowBuffer() }
            guard let bytes = try? file?.read(size, at: UInt64(filePosition)), bytes.count == size else {
                throw Self.failure("a temporary file cannot be read")
            }
            block.fill(bytes)
            filePosition += size
            nextFileBlock += 1
            return true
        }
        guard let rest = last, rest !== block, rest.count > 0 else { return false }
        block = rest
        last = RowBuffer.empty
        return true
    }
}
