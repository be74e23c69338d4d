import Platform

/// A named value that a client sends along with a statement (`mysql_query_attribute_string()`).
public struct QueryAttribute: Hashable, Sendable {
    public var name: String
    public var value: ParameterValue

    public init(name: String, value: ParameterValue) {
        self.name = name
        self.value = value
    }

    /// Reads the block that precedes the text of COM_QUERY.
    static func decodeAll(_ reader: inout ByteReader) throws(MalformedBytes) -> [QueryAttribute] {
        let count = try reader.readLengthEncodedInteger()
        guard try reader.readLengthEncodedInteger() == 1 else { throw MalformedBytes("more than one set of attributes") }
        guard count > 0 else { return [] }
        guard count <= UInt64(ProtocolLimits.queryAttributesMax) else { throw MalformedBytes("too many attributes") }
        let nulls = Array(try reader.readBytes((Int(count) + 7) / 8))
        guard try reader.readUInt8() == 1 else { throw MalformedBytes("attributes without types") }
        var types: [(ParameterType, String)] = []
        for _ in 0..<count {
            let type = try ParameterType.decode(&reader)
            types.append((type, String(decoding: try reader.readLengthEncodedBytes(), as: UTF8.self)))
        }
        var attributes: [QueryAttribute] = []
        for (index, (type, name)) in types.enumerated() {
            let isNull = nulls[index / 8] >> UInt8(index % 8) & 1 == 1
            attributes.append(
                QueryAttribute(name: name, value: isNull ? .null : try ParameterValue.decode(type, &reader)))
        }
        return attributes
    }
}
