/// A constant as written.
public enum Literal: Hashable, Sendable {
    case null
    /// TRUE or FALSE.
    case boolean(Bool)
    /// An integer up to 2^64 - 1.
    case integer(UInt64)
    /// An exact number: its text without sign, e.g. `1.50`, `.5`, or an integer too large for 64 bits.
    case decimal(String)
    /// A number with exponent; its text.
    case float(String)
    /// A character string with its escapes resolved; `introducer` is the character set of `_latin1'..'` (lower case);
    /// `N'..'` has `utf8mb3`.
    case string([UInt8], introducer: String?)
    /// `0x41` or `X'41'`.
    case hex([UInt8], introducer: String?)
    /// `0b101` or `B'101'`, in whole bytes, most significant first.
    case bits([UInt8], introducer: String?)
    /// `DATE '..'`, `TIME '..'`, `TIMESTAMP '..'` and `{d '..'}`, `{t '..'}`, `{ts '..'}`.
    case temporal(TemporalKind, [UInt8])

    public enum TemporalKind: Hashable, Sendable {
        case date, time, timestamp
    }
}
