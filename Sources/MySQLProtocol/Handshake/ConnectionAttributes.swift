import Platform

/// The names and values with which a client describes itself (`performance_schema.session_connect_attrs`).
enum ConnectionAttributes {
    static func decode(_ reader: inout ByteReader) throws(MalformedBytes) -> [(name: String, value: String)] {
        let bytes = try reader.readLengthEncodedBytes()
        guard bytes.count <= ProtocolLimits.connectionAttributesBytesMax else {
            throw MalformedBytes("connection attributes longer than 64 KB")
        }
        var pairs = ByteReader(bytes)
        var result: [(name: String, value: String)] = []
        while !pairs.isAtEnd {
            let name = String(decoding: try pairs.readLengthEncodedBytes(), as: UTF8.self)
            result.append((name, String(decoding: try pairs.readLengthEncodedBytes(), as: UTF8.self)))
        }
        return result
    }

    static func encode(_ attributes: [(name: String, value: String)], to writer: inout ByteWriter) {
        var pairs = ByteWriter()
        for (name, value) in attributes {
            pairs.write(lengthEncoded: Array(name.utf8))
            pairs.write(lengthEncoded: Array(value.utf8))
        }
        writer.write(lengthEncoded: pairs.bytes)
    }
}
