/// A frame of SQLite's write-ahead log: 24 bytes of header, then a page.
///
/// Each frame's checksum goes on from that of the frame before it. SQLite looks at them when it recovers a log after a crash and
/// never again: here they are looked at whenever a page is read.
enum LogFrame {
    static let logHeaderSize = 32
    static let headerSize = 24
    static let size = headerSize + PageChecksum.pageSize
    /// The end of a header: the checksum.
    private static let checksumSize = 8
    /// From the checksum of the frame before to the frame's own end.
    static let chainSize = checksumSize + PageChecksum.pageSize + size

    /// The offset of the frame whose page begins at `offset`; nil when none does.
    static func begin(ofPageAt offset: Int64) -> Int64? {
        let frames = offset - Int64(logHeaderSize + headerSize)
        return frames >= 0 && frames % Int64(size) == 0 ? frames + Int64(logHeaderSize) : nil
    }

    /// Where the checksum is that a frame goes on from: at the end of the log's header, or of the header of the frame before.
    static func predecessor(of begin: Int64) -> Int64 {
        begin == Int64(logHeaderSize) ? begin - Int64(checksumSize) : begin - Int64(PageChecksum.pageSize + checksumSize)
    }

    /// `before` is the checksum of what precedes the frame, eight bytes; `frame` begins with its header. Both are aligned for
    /// numbers of four bytes.
    static func isRight(_ frame: UnsafeRawPointer, before: UnsafeRawPointer) -> Bool {
        let seed = before.assumingMemoryBound(to: UInt32.self)
        let header = frame.assumingMemoryBound(to: UInt32.self)
        var first = UInt32(bigEndian: seed[0])
        var second = UInt32(bigEndian: seed[1])
        add(header, 2, &first, &second)
        add(header + headerSize / 4, PageChecksum.pageSize / 4, &first, &second)
        return first == UInt32(bigEndian: header[4]) && second == UInt32(bigEndian: header[5])
    }

    /// SQLite's sum over words in the order of the machine that wrote them, which is ours.
    private static func add(_ words: UnsafePointer<UInt32>, _ count: Int, _ first: inout UInt32, _ second: inout UInt32) {
        var (a, b) = (first, second)
        var index = 0
        while index < count {
            a = a &+ words[index] &+ b
            b = b &+ words[index &+ 1] &+ a
            index &+= 2
        }
        (first, second) = (a, b)
    }
}
