import Platform

extension SQLError {
    /// What a client hears whose packet could not be decoded.
    public static var malformedPacket: SQLError { SQLError(.malformedPacket) }
}

/// Runs a decoder; malformed bytes become MySQL's error 1835.
func decoding<Result>(_ body: () throws(MalformedBytes) -> Result) throws(SQLError) -> Result {
    do throws(MalformedBytes) {
        return try body()
    } catch {
        throw .malformedPacket
    }
}
