import Platform

extension SessionStateChange {
    /// Appends the change: its kind, its length, its data.
    func encode(to writer: inout ByteWriter) {
        var data = ByteWriter()
        let kind: UInt8
        switch self {
        case .systemVariable(let name, let value):
            kind = 0
            data.write(lengthEncoded: Array(name.utf8))
            data.write(lengthEncoded: Array(value.utf8))
        case .schema(let name):
            kind = 1
            data.write(lengthEncoded: Array(name.utf8))
        case .state(let changed):
            kind = 2
            data.write(UInt8(ascii: changed ? "1" : "0"))
        case .gtids(let text):
            kind = 3
            data.write(UInt8(0))
            data.write(lengthEncoded: Array(text.utf8))
        case .transactionCharacteristics(let text):
            kind = 4
            data.write(lengthEncoded: Array(text.utf8))
        case .transactionState(let text):
            kind = 5
            data.write(lengthEncoded: Array(text.utf8))
        }
        writer.write(kind)
        writer.write(lengthEncoded: data.bytes)
    }

    /// Reads all changes of an OK packet; kinds unknown to us are skipped.
    static func decodeAll(_ bytes: ArraySlice<UInt8>) throws(MalformedBytes) -> [SessionStateChange] {
        var reader = ByteReader(bytes)
        var changes: [SessionStateChange] = []
        while !reader.isAtEnd {
            let kind = try reader.readUInt8()
            var data = ByteReader(try reader.readLengthEncodedBytes())
            switch kind {
            case 0:
                let name = String(decoding: try data.readLengthEncodedBytes(), as: UTF8.self)
                changes.append(
                    .systemVariable(
                        name: name, value: String(decoding: try data.readLengthEncodedBytes(), as: UTF8.self)))
            case 1:
                changes.append(.schema(String(decoding: try data.readLengthEncodedBytes(), as: UTF8.self)))
            case 2:
                changes.append(.state(data.readRest().elementsEqual([UInt8(ascii: "1")])))
            case 3:
                try data.skip(1)
                changes.append(.gtids(String(decoding: try data.readLengthEncodedBytes(), as: UTF8.self)))
            case 4:
                changes.append(
                    .transactionCharacteristics(String(decoding: try data.readLengthEncodedBytes(), as: UTF8.self)))
            case 5:
                changes.append(.transactionState(String(decoding: try data.readLengthEncodedBytes(), as: UTF8.self)))
            default:
                break
            }
        }
        return changes
    }
}
