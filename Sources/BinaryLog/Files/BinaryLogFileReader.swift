import Glibc
import Platform

/// Reads the events of one binlog file from its beginning. One thread owns it.
public struct BinaryLogFileReader: ~Copyable {
    /// `FE 'bin'`.
    static let magic: [UInt8] = [0xFE, 0x62, 0x69, 0x6E]
    private static let chunkSize = 1 << 18

    public let name: String
    /// The file's first event.
    public let formatDescription: FormatDescriptionEvent
    /// Whether the file was not closed: it is being written, or the server crashed.
    public let isInUse: Bool
    /// The offset of the event that `next` reads.
    public private(set) var position: UInt64

    private let file: FileHandle
    private var buffer: [UInt8] = []
    private var bufferStart: UInt64 = 0
    private let verifiesChecksums: Bool

    /// Opens the file and reads its Format_description event; `next` then gives the events from that one on.
    public init(path: String, verifiesChecksums: Bool = true) throws(BinaryLogError) {
        let file = try FileHandle(path: path)
        let name = String(path.split(separator: "/").last ?? "")
        let (event, description) = try BinaryLogFileReader.readHead(of: file, name: name)
        self.file = file
        self.name = name
        self.verifiesChecksums = verifiesChecksums
        formatDescription = description
        isInUse = event.header.flags.contains(.inUse)
        position = UInt64(BinaryLogFileReader.magic.count)
    }

    private static func readHead(
        of file: FileHandle, name: String
    ) throws(BinaryLogError) -> (RawEvent, FormatDescriptionEvent) {
        let head = try file.read(4096, at: 0)
        guard head.starts(with: magic) else {
            throw .malformed(file: name, position: 0, reason: "not a binary log")
        }
        do throws(MalformedBytes) {
            var reader = ByteReader(head.dropFirst(magic.count))
            let event = try RawEvent(decodingFormatDescription: &reader)
            var body = ByteReader(event.body)
            return (event, try FormatDescriptionEvent(decoding: &body))
        } catch {
            throw .malformed(file: name, position: UInt64(magic.count), reason: error.description)
        }
    }

    /// The file's present size.
    public func size() throws(BinaryLogError) -> UInt64 { try file.size() }

    /// Goes to an offset at which an event begins.
    public mutating func seek(to position: UInt64) {
        self.position = position
    }

    /// The next event; nil when there is no whole one before `limit`. Throws on a malformed one, whose offset is then
    /// still ``position``.
    public mutating func next(limit: UInt64) throws(BinaryLogError) -> RawEvent? {
        guard position + UInt64(EventHeader.size) <= limit else { return nil }
        try fill(EventHeader.size)
        guard buffered >= EventHeader.size else { return nil }
        let header: EventHeader
        do throws(MalformedBytes) {
            var reader = ByteReader(buffer[offsetInBuffer...])
            header = try EventHeader(decoding: &reader)
        } catch {
            throw malformed(error)
        }
        let length = Int(header.length)
        guard position + UInt64(length) <= limit else { return nil }
        try fill(length)
        guard buffered >= length else { return nil }
        do throws(MalformedBytes) {
            var reader = ByteReader(buffer[offsetInBuffer..<offsetInBuffer + length])
            let event: RawEvent
            if header.type == .formatDescription {
                event = try RawEvent(decodingFormatDescription: &reader)
            } else {
                event = try RawEvent(
                    decoding: &reader, checksum: formatDescription.checksum, verifies: verifiesChecksums)
            }
            position += UInt64(length)
            return event
        } catch {
            throw malformed(error)
        }
    }

    private var offsetInBuffer: Int { Int(position - bufferStart) }

    private var buffered: Int {
        position >= bufferStart && position <= bufferStart + UInt64(buffer.count)
            ? buffer.count - offsetInBuffer : 0
    }

    private mutating func fill(_ count: Int) throws(BinaryLogError) {
        guard buffered < count else { return }
        buffer = try file.read(max(count, BinaryLogFileReader.chunkSize), at: position)
        bufferStart = position
    }

    private func malformed(_ error: MalformedBytes) -> BinaryLogError {
        .malformed(file: name, position: position, reason: error.description)
    }
}

extension RawEvent {
    /// Splits off a Format_description event, which always has a checksum, computed without the in-use flag.
    public init(decodingFormatDescription reader: inout ByteReader) throws(MalformedBytes) {
        var peek = reader
        let header = try EventHeader(decoding: &peek)
        guard header.type == .formatDescription else {
            throw MalformedBytes("a \(header.type.name) event in place of Format_desc")
        }
        var bytes = Array(try reader.readBytes(Int(header.length)))
        guard bytes.count >= EventHeader.size + 4 else {
            throw MalformedBytes("a Format_desc event that is too short")
        }
        let flags = bytes[17]
        bytes[17] &= ~UInt8(truncatingIfNeeded: EventHeader.Flags.inUse.rawValue)
        self.init(header: header, bytes: bytes[...], checksumSize: 4)
        // Without checksums the four bytes are there, but hold nothing.
        if bytes[bytes.count - 5] == ChecksumAlgorithm.crc32.rawValue { try verifyChecksum() }
        bytes[17] = flags
        self.bytes = bytes[...]
    }
}
