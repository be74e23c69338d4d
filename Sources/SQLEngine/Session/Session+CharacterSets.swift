import MySQLProtocol
import MySQLTypes

/// What a client sends is of `character_set_client`, what it gets of `character_set_results`; in between all is UTF-8.
extension Session {
    /// A statement, or a parameter's text, as the client sent it, in UTF-8. What is no character becomes `?`.
    public func decoded(_ text: [UInt8]) -> [UInt8] {
        let set = settings.binding.clientCharset
        if set == .utf8mb4 || set == .utf8mb3 || set == .binary { return text }
        if set.keepsASCII, text.allSatisfy({ $0 < 0x80 }) { return text }
        return text.withUnsafeBufferPointer { set.decodeLossily($0) }
    }

    /// How the running command's answers are written: set before it runs, since SET may have changed it.
    public func setTextEncoder(of writer: ResultWriter) {
        let results = settings.binding.resultCollation
        if results == resultsOfTextEncoder { return writer.encodeText = textEncoder }
        resultsOfTextEncoder = results
        textEncoder = Self.textEncoder(results)
        writer.encodeText = textEncoder
    }

    private static func textEncoder(_ results: CollationID) -> ResultWriter.TextEncoder? {
        let set = results.characterSet
        if set == .utf8mb4 { return nil }
        // NULL and binary: each column's text in the column's own set; `collation` is then the column's.
        let isOwn = set == .binary
        return { bytes, collation in
            let target = isOwn ? CollationID(rawValue: collation).characterSet : set
            let text = bytes.bindMemory(to: UInt8.self)
            switch target {
            case .utf8mb4, .binary: return nil
            case .utf8mb3: return text.contains { $0 >= 0xF0 } ? target.fitted(text) : nil
            default:
                if target.keepsASCII, text.allSatisfy({ $0 < 0x80 }) { return nil }
                return target.encode(text).bytes
            }
        }
    }
}
