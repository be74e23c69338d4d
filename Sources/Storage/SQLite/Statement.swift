import CSQLite

/// A prepared SQLite statement. Owned by its connection's thread. Columns are read in place: what a column returns is
/// valid until the next step or reset.
public final class Statement {
    @usableFromInline let handle: OpaquePointer
    /// The SQL that it was prepared from.
    public let sql: String
    /// When the connection's cache last handed it out.
    var lastUse: UInt64 = 0
    /// Handed out and not yet given back.
    public internal(set) var isInUse = false
    /// Refuses the changes that SQLite itself would let through, e.g. an INSERT under read_only.
    public let isReadOnly: Bool

    init(handle: OpaquePointer, sql: String) {
        self.handle = handle
        self.sql = sql
        isReadOnly = sqlite3_stmt_readonly(handle) != 0
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// For calls of SQLite's interface that this class does not wrap.
    public var pointer: OpaquePointer { handle }

    public var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }
    public var columnCount: Int { Int(sqlite3_column_count(handle)) }

    public func columnName(_ index: Int) -> String {
        sqlite3_column_name(handle, Int32(index)).map { String(cString: $0) } ?? ""
    }

    /// Ends the run, keeps the bindings. The error that the run ended with was thrown by the step.
    @inlinable
    public func reset() {
        sqlite3_reset(handle)
    }

    public func clearBindings() {
        sqlite3_clear_bindings(handle)
    }

    // MARK: Parameters, counted from 1. A failure (a value too large) is SQLite's result code.

    @inlinable @discardableResult
    public func bindNull(_ index: Int) -> Int32 {
        sqlite3_bind_null(handle, Int32(truncatingIfNeeded: index))
    }

    @inlinable @discardableResult
    public func bind(_ index: Int, _ value: Int64) -> Int32 {
        sqlite3_bind_int64(handle, Int32(truncatingIfNeeded: index), value)
    }

    @inlinable @discardableResult
    public func bind(_ index: Int, _ value: Double) -> Int32 {
        sqlite3_bind_double(handle, Int32(truncatingIfNeeded: index), value)
    }

    /// Copies the UTF-8 bytes.
    @inlinable @discardableResult
    public func bindText(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let base = bytes.baseAddress else {
            return sqlite3_bind_text(handle, Int32(truncatingIfNeeded: index), "", 0, nil)
        }
        return sqlite3_bind_text64(
            handle, Int32(truncatingIfNeeded: index), base.assumingMemoryBound(to: CChar.self),
            UInt64(bytes.count), grouplite_sqlite_transient(), UInt8(SQLITE_UTF8))
    }

    @inlinable @discardableResult
    public func bindText(_ index: Int, _ bytes: [UInt8]) -> Int32 {
        bytes.withUnsafeBytes { bindText(index, $0) }
    }

    @inlinable @discardableResult
    public func bindText(_ index: Int, _ text: String) -> Int32 {
        var text = text
        return text.withUTF8 { bindText(index, UnsafeRawBufferPointer($0)) }
    }

    /// Copies the bytes.
    @inlinable @discardableResult
    public func bindBlob(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let base = bytes.baseAddress, bytes.count > 0 else {
            return sqlite3_bind_zeroblob(handle, Int32(truncatingIfNeeded: index), 0)
        }
        return sqlite3_bind_blob64(
            handle, Int32(truncatingIfNeeded: index), base, UInt64(bytes.count), grouplite_sqlite_transient())
    }

    @inlinable @discardableResult
    public func bindBlob(_ index: Int, _ bytes: [UInt8]) -> Int32 {
        bytes.withUnsafeBytes { bindBlob(index, $0) }
    }

    /// Points at the bytes, which must stay as they are until the parameter is bound again.
    @inlinable @discardableResult
    public func bindTextInPlace(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let base = bytes.baseAddress else {
            return sqlite3_bind_text(handle, Int32(truncatingIfNeeded: index), "", 0, nil)
        }
        return sqlite3_bind_text64(
            handle, Int32(truncatingIfNeeded: index), base.assumingMemoryBound(to: CChar.self), UInt64(bytes.count),
            nil,
            UInt8(SQLITE_UTF8))
    }

    /// Points at the bytes, which must stay as they are until the parameter is bound again.
    @inlinable @discardableResult
    public func bindBlobInPlace(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let base = bytes.baseAddress, bytes.count > 0 else {
            return sqlite3_bind_zeroblob(handle, Int32(truncatingIfNeeded: index), 0)
        }
        return sqlite3_bind_blob64(handle, Int32(truncatingIfNeeded: index), base, UInt64(bytes.count), nil)
    }

    @discardableResult
    public func bind(_ index: Int, _ value: StoredValue) -> Int32 {
        switch value {
        case .null: bindNull(index)
        case .integer(let integer): bind(index, integer)
        case .real(let real): bind(index, real)
        case .text(let bytes): bindText(index, bytes)
        case .blob(let bytes): bindBlob(index, bytes)
        }
    }

    // MARK: Columns of the current row, counted from 0.

    /// SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB or SQLITE_NULL.
    @inlinable
    public func columnType(_ index: Int) -> Int32 {
        sqlite3_column_type(handle, Int32(truncatingIfNeeded: index))
    }

    @inlinable
    public func isNull(_ index: Int) -> Bool {
        columnType(index) == SQLITE_NULL
    }

    @inlinable
    public func integer(_ index: Int) -> Int64 {
        sqlite3_column_int64(handle, Int32(truncatingIfNeeded: index))
    }

    @inlinable
    public func real(_ index: Int) -> Double {
        sqlite3_column_double(handle, Int32(truncatingIfNeeded: index))
    }

    /// The bytes of a TEXT or BLOB, in place.
    @inlinable
    public func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        let column = Int32(truncatingIfNeeded: index)
        let base: UnsafeRawPointer?
        if sqlite3_column_type(handle, column) == SQLITE_BLOB {
            base = sqlite3_column_blob(handle, column)
        } else {
            base = UnsafeRawPointer(sqlite3_column_text(handle, column))
        }
        guard let base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column)))
    }

    public func text(_ index: Int) -> String {
        String(decoding: bytes(index), as: UTF8.self)
    }

    public func value(_ index: Int) -> StoredValue {
        switch columnType(index) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(integer(index))
        case SQLITE_FLOAT: .real(real(index))
        case SQLITE_TEXT: .text(Array(bytes(index)))
        default: .blob(Array(bytes(index)))
        }
    }
}

/// A value as SQLite stores it. What it means is the column's ``MySQLTypes/Carrier``.
public enum StoredValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text([UInt8])
    case blob([UInt8])
}
