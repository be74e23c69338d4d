import MySQLProtocol
import SQLBinder
import Storage

/// A query's rows as the texts that the protocol would send, read back from it: values have one text everywhere.
final class RowTexts {
    /// What the writer hands out.
    private final class Sink {
        var bytes: [UInt8] = []
    }

    private let sink = Sink()
    private let writer: ResultWriter
    private let plan: SelectPlan

    init(_ plan: SelectPlan) {
        self.plan = plan
        let sink = sink
        writer = ResultWriter(packets: PacketWriter { sink.bytes += $0 }, capabilities: .server)
        writer.setShapes(plan.columns)
    }

    /// The texts of the statement's current row; nil is NULL.
    func texts(_ statement: Storage.Statement) throws -> [[UInt8]?] {
        sink.bytes.removeAll(keepingCapacity: sink.bytes.capacity < 1 << 20)
        writer.beginRow()
        for column in 0..<plan.encoders.count { writer.write(statement, column, plan.encoders[column]) }
        try writer.endRow()
        writer.packets.flush()
        var row = joined(sink.bytes)[...]
        var texts: [[UInt8]?] = []
        texts.reserveCapacity(plan.encoders.count)
        while let first = row.popFirst() {
            if first == 0xFB {
                texts.append(nil)
                continue
            }
            var count = Int(first)
            if first > 0xFB {
                let size = first == 0xFC ? 2 : first == 0xFD ? 3 : 8
                count = row.prefix(size).reversed().reduce(0) { $0 << 8 | Int($1) }
                row = row.dropFirst(size)
            }
            texts.append(Array(row.prefix(count)))
            row = row.dropFirst(count)
        }
        return texts
    }

    /// The packets' payloads without their headers: one, but for rows of 16 MB.
    private func joined(_ bytes: [UInt8]) -> [UInt8] {
        var payload: [UInt8] = []
        payload.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while rest.count >= 4 {
            let start = rest.startIndex
            let count = Int(rest[start]) | Int(rest[start + 1]) << 8 | Int(rest[start + 2]) << 16
            payload += rest.dropFirst(4).prefix(count)
            rest = rest.dropFirst(4 + count)
        }
        return payload
    }
}
