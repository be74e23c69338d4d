/// A result's columns as their packets' payloads, made once for a plan that is executed many times.
public struct ColumnDefinitions: Sendable {
    /// The payloads, one after the other; ``ends`` says where each is over.
    let payloads: [UInt8]
    let ends: [Int]
    let shapes: [ResultWriter.Shape]
    /// What the payloads were made of.
    let columns: [ColumnMetadata]

    public init(_ columns: [ColumnMetadata]) {
        var payloads: [UInt8] = []
        var ends: [Int] = []
        let packets = PacketWriter { payloads += $0.dropFirst(4) }
        for column in columns {
            packets.beginPacket()
            column.encode(to: packets, withDefault: false)
            packets.endPacket()
            packets.flush()
            ends.append(payloads.count)
        }
        self.payloads = payloads
        self.ends = ends
        self.columns = columns
        shapes = columns.map(ResultWriter.Shape.init)
    }
}
