import SQLExpressions
import Storage

/// What a statement of SQLite's gave, as a value to bind.
extension LiteralValue {
    package init(_ value: StoredValue) {
        switch value {
        case .null: self = .null
        case .integer(let integer): self = .integer(integer)
        case .real(let real): self = .real(real)
        case .text(let bytes): self = .text(bytes)
        case .blob(let bytes): self = .blob(bytes)
        }
    }
}
