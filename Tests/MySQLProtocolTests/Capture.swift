@testable import MySQLProtocol

/// Collects what a writer sends, as one string of bytes.
final class Capture {
    private final class Box { var bytes: [UInt8] = [] }

    private let box = Box()
    let packets: PacketWriter
    let writer: ResultWriter

    init(_ capabilities: Capabilities = [.protocol41, .deprecateEOF, .sessionTrack]) {
        let box = box
        packets = PacketWriter { buffer throws(SQLError) in box.bytes += buffer }
        writer = ResultWriter(packets: packets, capabilities: capabilities)
    }

    var bytes: [UInt8] {
        packets.flush()
        return box.bytes
    }

    /// The physical packets' payloads, their numbers checked to follow each other from `sequence`.
    func payloads(from sequence: UInt8 = 0) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var rest = bytes[...]
        var expected = sequence
        while rest.count >= 4 {
            let start = rest.startIndex
            let length = Int(rest[start]) | Int(rest[start + 1]) << 8 | Int(rest[start + 2]) << 16
            precondition(rest[start + 3] == expected && rest.count >= 4 + length)
            expected &+= 1
            result.append(Array(rest[(start + 4)..<(start + 4 + length)]))
            rest = rest[(start + 4 + length)...]
        }
        precondition(rest.isEmpty)
        return result
    }
}

/// Bytes from hexadecimal digits; blanks are ignored.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
