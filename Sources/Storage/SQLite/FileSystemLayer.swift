import CSQLite

/// A VFS over another one, which it is but for what its maker changes before it is registered.
struct FileSystemLayer {
    let vfs: UnsafeMutablePointer<sqlite3_vfs>
    /// Where the layer's own state of a file begins, behind the file object of the VFS below.
    let stateOffset: Int

    /// Lives as long as the process, as what SQLite has registered must.
    init(named name: String, over base: UnsafeMutablePointer<sqlite3_vfs>, stateBytes: Int) {
        stateOffset = (Int(base.pointee.szOsFile) + 15) & ~15
        vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: base.pointee)
        let bytes = Array(name.utf8CString)
        let zName = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        zName.initialize(from: bytes, count: bytes.count)
        vfs.pointee.zName = UnsafePointer(zName)
        vfs.pointee.pNext = nil
        vfs.pointee.szOsFile = Int32(stateOffset + stateBytes)
    }

    /// Returns why it failed.
    func register() -> String? {
        sqlite3_vfs_register(vfs, 0) == SQLITE_OK ? nil : "SQLite refuses a VFS"
    }
}
