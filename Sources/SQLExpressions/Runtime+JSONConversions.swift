import CSQLite
import MySQLProtocol
import MySQLTypes

/// Between JSON documents and the other types.
extension FunctionRegistrar {
    package func addJSONConversions() {
        // Text, place of the argument, function: error 3141.
        strict("m_jparse") { call throws(SQLError) in
            if call.isBlob(0) {
                throw SQLError(.invalidJsonCharset, "binary")
            }
            if Self.isTooHeavy(call, 0) { return }
            switch JSONParser.parse(call.bytes(0)) {
            case .success(let value):
                // Spaces are added to what the client wrote.
                guard let text = value.text(limit: 2 * call.context.maxAllowedPacket + 64) else {
                    _ = call.isTooLong(.max, call.count > 2 ? call.string(2) : "cast_as_json")
                    return call.returnNull()
                }
                call.return(text: text)
            case .failure(let failure):
                if failure.isTooDeep { throw SQLError(.jsonDocumentTooDeep) }
                throw SQLError(
                    .invalidJsonTextInParam, call.count > 1 ? call.string(1) : "1",
                    call.count > 2 ? call.string(2) : "json", failure.reason,
                    String(failure.position), "")
            }
        }
        strict("m_jinvalid") { call throws(SQLError) in
            throw SQLError(.invalidTypeForJson, call.string(1), call.string(2))
        }
        strict("m_jnostring") { call throws(SQLError) in
            throw SQLError(.incorrectType, call.string(1), call.string(2))
        }
        strict("m_jquote") { call in
            let bytes = call.bytes(0)
            var size = 2
            let isRead = call.inPieces(of: bytes) { piece in
                size = piece.reduce(size) { $0 + ($1 < 0x20 ? 6 : $1 == 0x22 || $1 == 0x5C ? 2 : 1) }
            }
            guard isRead else { return }
            if call.isFarTooLong(size, "json_quote") { return call.returnNull() }
            var text: [UInt8] = [UInt8(ascii: "\"")]
            text.reserveCapacity(size)
            let isWritten = call.inPieces(of: bytes) { piece in
                var quoted: [UInt8] = []
                JSONValue.appendQuoted(piece, to: &quoted)
                text.append(contentsOf: quoted.dropFirst().dropLast())
            }
            guard isWritten else { return }
            text.append(UInt8(ascii: "\""))
            call.return(text: text)
        }
        strict("m_jbase64") { call in
            var text = Array("\"base64:type\(call.int(1)):".utf8)
            text.append(contentsOf: Base64.encode(call.bytes(0), lineLength: 0))
            text.append(UInt8(ascii: "\""))
            call.return(text: text)
        }
        // A key, path or text that must be characters.
        strict("m_jcharacters") { call throws(SQLError) in
            if call.isBlob(0) { throw SQLError(.invalidJsonCharset, "binary") }
            call.return(argument: 0)
        }
        strict("m_jdt") { call in
            guard let value = call.dateTime(0) else { return call.returnNull() }
            call.return(text: JSONValue.string(value.dateTimeText(decimals: 6)).text)
        }
        strict("m_jbool") { call in call.return(text: call.real(0) != 0 ? "true" : "false") }
        strict("m_r2j") { call in call.return(text: JSONValue.double(call.real(0)).text) }
        strict("m_junquote") { call in
            if case .string(let bytes) = Self.document(call, 0) {
                call.return(text: bytes)
            } else {
                call.return(argument: 0)
            }
        }
        strict("m_j2r") { call throws(SQLError) in
            call.return(try Self.number(call).doubleValue)
        }
        strict("m_j2d") { call throws(SQLError) in call.return(try Self.number(call)) }
        strict("m_j2i") { call throws(SQLError) in
            let number = try Self.number(call)
            if let signed = number.roundedInt64 { return call.return(signed) }
            call.return(unsigned: number.roundedUInt64 ?? .max)
        }
        strict("m_jsort") { call in
            var key: [UInt8] = []
            Self.document(call, 0).appendSortKey(to: &key)
            call.return(blob: key)
        }
    }

    /// A document's number for an expression; 3156 where it has none.
    private static func number(_ call: SQLiteCall) throws(SQLError) -> Decimal {
        let (value, isNumber) = jsonNumber(document(call, 0))
        if !isNumber {
            let error = SQLError(.invalidJsonValueForCast, "INTEGER", "", "", Int(call.context.rowNumber))
            if call.context.isStrict { throw error }
            call.context.warn(error)
        }
        return value
    }

    /// The number of a scalar, of a string what it begins with, and whether it is one.
    package static func jsonNumber(_ document: JSONValue) -> (value: Decimal, isNumber: Bool) {
        switch document {
        case .integer(let value): return (Decimal(value), true)
        case .unsigned(let value): return (Decimal(value), true)
        case .double(let value): return (Decimal(value), true)
        case .decimal(let digits): return (digits.withUnsafeBufferPointer { Decimal.parse($0).value }, true)
        case .bool(let value): return (Decimal(Int64(value ? 1 : 0)), true)
        case .string(let bytes):
            let parsed = bytes.withUnsafeBufferPointer { Decimal.parse($0) }
            return (parsed.value, parsed.consumed == bytes.count && parsed.consumed > 0)
        case .null, .array, .object: return (.zero, false)
        }
    }
}
