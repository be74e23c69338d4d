extension PacketWriter {
    /// Writes the payload of an ERR packet.
    public func write(error: SQLError, capabilities: Capabilities, _ encodeText: ResultWriter.TextEncoder? = nil) {
        write(UInt8(0xFF))
        write(error.code)
        if capabilities.contains(.protocol41) {
            write(UInt8(ascii: "#"))
            let state = Array(error.sqlState.utf8.prefix(5))
            write(state)
            for _ in state.count..<5 { write(UInt8(ascii: "0")) }
        }
        // MySQL's clients read at most 512 bytes.
        let message = Self.cut(error.message, to: 511)
        write(encodeText.flatMap { encode in message.withUnsafeBytes { encode($0, 33) } } ?? message)
    }

    /// At most `limit` bytes of `text`, not ending inside a character.
    private static func cut(_ text: String, to limit: Int) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count > limit else { return bytes }
        var end = limit
        while end > 0 && bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(bytes[..<end])
    }
}
