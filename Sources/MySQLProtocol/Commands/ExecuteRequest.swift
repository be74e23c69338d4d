import Platform

/// COM_STMT_EXECUTE. Its values can only be read by who knows how many parameters the statement has.
public struct ExecuteRequest: Sendable {
    /// What kind of cursor the client wants.
    public struct Flags: OptionSet, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        public static let readOnlyCursor = Flags(rawValue: 1)
        public static let cursorForUpdate = Flags(rawValue: 2)
        public static let scrollableCursor = Flags(rawValue: 4)
        public static let parameterCountAvailable = Flags(rawValue: 8)
    }

    /// The values, the types to remember for the next execution, and the attributes.
    public struct Values: Sendable {
        public var parameters: [ParameterValue]
        public var types: [ParameterType]
        public var attributes: [QueryAttribute]
    }

    public var statementID: UInt32
    public var flags: Flags
    private let rest: ArraySlice<UInt8>
    private let hasAttributes: Bool

    static func decode(_ reader: inout ByteReader, capabilities: Capabilities) throws(MalformedBytes) -> ExecuteRequest {
        let statementID = try reader.readUInt32()
        let flags = Flags(rawValue: try reader.readUInt8())
        // The iteration count: always 1.
        try reader.skip(4)
        return ExecuteRequest(
            statementID: statementID, flags: flags, rest: reader.readRest(),
            hasAttributes: capabilities.contains(.queryAttributes))
    }

    private init(statementID: UInt32, flags: Flags, rest: ArraySlice<UInt8>, hasAttributes: Bool) {
        self.statementID = statementID
        self.flags = flags
        self.rest = rest
        self.hasAttributes = hasAttributes
    }

    /// Reads the values of a statement with `parameterCount` parameters.
    ///
    /// `boundTypes` are those of the previous execution (a client sends them once); `longData` holds what
    /// COM_STMT_SEND_LONG_DATA brought, by parameter.
    public func values(
        parameterCount: Int, boundTypes: [ParameterType], longData: [Int: [UInt8]] = [:]
    ) throws(SQLError) -> Values {
        let values: Values
        do throws(MalformedBytes) {
            values = try decodeValues(parameterCount, boundTypes, longData)
        } catch {
            throw SQLError(.malformedPacket)
        }
        for (index, type) in values.types.enumerated() where longData[index] != nil && !type.type.isString {
            throw SQLError(.wrongArguments, "mysqld_stmt_execute")
        }
        return values
    }

    private func decodeValues(
        _ parameterCount: Int, _ boundTypes: [ParameterType], _ longData: [Int: [UInt8]]
    ) throws(MalformedBytes) -> Values {
        var reader = ByteReader(rest)
        var count = parameterCount
        if hasAttributes && (parameterCount > 0 || flags.contains(.parameterCountAvailable)) {
            let announced = try reader.readLengthEncodedInteger()
            guard announced <= UInt64(ProtocolLimits.parametersMax), announced >= UInt64(parameterCount) else {
                throw MalformedBytes("\(announced) values for \(parameterCount) parameters")
            }
            count = Int(announced)
        }
        guard count > 0 else { return Values(parameters: [], types: [], attributes: []) }
        let nulls = Array(try reader.readBytes((count + 7) / 8))
        var types = boundTypes
        var names: [String] = []
        if try reader.readUInt8() == 1 {
            types = []
            for _ in 0..<count {
                types.append(try ParameterType.decode(&reader))
                if hasAttributes { names.append(String(decoding: try reader.readLengthEncodedBytes(), as: UTF8.self)) }
            }
        }
        guard types.count == count else { throw MalformedBytes("parameters without types") }
        var values: [ParameterValue] = []
        values.reserveCapacity(count)
        for (index, type) in types.enumerated() {
            if let data = longData[index], index < parameterCount {
                values.append(.longData(data, type))
            } else if nulls[index / 8] >> UInt8(index % 8) & 1 == 1 {
                values.append(.null)
            } else {
                values.append(try ParameterValue.decode(type, &reader))
            }
        }
        let attributes = (parameterCount..<count).map { index in
            QueryAttribute(name: index < names.count ? names[index] : "", value: values[index])
        }
        return Values(
            parameters: Array(values[..<parameterCount]), types: count == parameterCount ? types : Array(types[..<parameterCount]),
            attributes: attributes)
    }
}
