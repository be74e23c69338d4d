import Platform

/// Platform's ``File`` with the binary log's errors.
final class FileHandle: Sendable {
    private let file: File

    /// `space`: what waits while the disk is full.
    init(path: String, _ purpose: File.Purpose = .reading, space: SpaceWait? = nil) throws(BinaryLogError) {
        file = try BinaryLogError.wrap { () throws(FileError) in try File(path, purpose, space: space) }
    }

    var descriptor: Int32 { file.descriptor }
    var path: String { file.path }

    func size() throws(BinaryLogError) -> UInt64 {
        try BinaryLogError.wrap { () throws(FileError) in try file.size() }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(BinaryLogError) {
        try BinaryLogError.wrap { () throws(FileError) in try file.write(bytes, at: offset) }
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(BinaryLogError) {
        try BinaryLogError.wrap { () throws(FileError) in try file.write(bytes, at: offset) }
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    func read(_ count: Int, at offset: UInt64) throws(BinaryLogError) -> [UInt8] {
        try BinaryLogError.wrap { () throws(FileError) in try file.read(count, at: offset) }
    }

    func truncate(to size: UInt64) throws(BinaryLogError) {
        try BinaryLogError.wrap { () throws(FileError) in try file.truncate(to: size) }
    }

    /// Waits until the file's bytes and size are on disk; a failure is final.
    func sync() throws(BinaryLogError) {
        try BinaryLogError.wrap { () throws(FileError) in try file.sync() }
    }
}
