/// The checksum that each page of the database file carries in its last eight bytes, which SQLite keeps free for that
/// ("reserved bytes"): XXH64 of everything before them, mixed with the page's number, so that a page that was written to, or
/// read from, another one's place is found as well.
///
/// As SQLite's own checksum VFS does it, with a stronger sum.
enum PageChecksum {
    /// The size of all pages, fixed when the file is made.
    static let pageSize = 4096
    /// The bytes at a page's end that SQLite leaves alone.
    static let reservedBytes = 8
    private static let coveredWords = (pageSize - reservedBytes) / 8

    /// `page` counts from 1, as SQLite's pages do. `bytes` are a whole page.
    @inline(__always)
    private static func sum(_ words: UnsafePointer<UInt64>, page: UInt64) -> UInt64 {
        XXH64.hash(words: words, count: coveredWords) ^ (page &* 0x9E37_79B9_7F4A_7C15)
    }

    static func isRight(_ bytes: UnsafeRawPointer, page: UInt64) -> Bool {
        let words = bytes.assumingMemoryBound(to: UInt64.self)
        return UInt64(littleEndian: words[coveredWords]) == sum(words, page: page)
    }

    /// Writes the checksum into the page's reserved bytes.
    static func seal(_ bytes: UnsafeMutableRawPointer, page: UInt64) {
        let words = bytes.assumingMemoryBound(to: UInt64.self)
        words[coveredWords] = sum(UnsafePointer(words), page: page).littleEndian
    }
}
