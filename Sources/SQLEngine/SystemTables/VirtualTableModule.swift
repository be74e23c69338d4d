import CSQLite
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLDefinitions
import Storage
import SystemCatalog

/// SQLite's side of the system tables: each is a module of its own that is its only table (an "eponymous" one), so nothing
/// of them is in the database file. A scan makes the rows when it begins and keeps them until its cursor closes, which is
/// at the statement's end.
enum VirtualTableModule {
    /// A table on a connection.
    final class Binding {
        let definition: SystemTableDefinition
        let context: SystemTableContext

        init(definition: SystemTableDefinition, context: SystemTableContext) {
            self.definition = definition
            self.context = context
        }

        /// The declaration that SQLite parses: names and collations.
        var declaration: String {
            let columns = definition.columns.map { column in
                var text = Identifier.sqlite(column.name)
                if column.type.isText { text += " COLLATE " + Identifier.sqlite(CollationChoice.name(of: column.type.collation)) }
                return text
            }
            return "CREATE TABLE x(" + columns.joined(separator: ", ") + ")"
        }
    }

    /// `sqlite3_vtab` with what it belongs to.
    struct VirtualTable {
        var base: sqlite3_vtab
        var binding: Unmanaged<Binding>
    }

    /// The rows of one scan.
    final class Scan {
        var rows: [[SystemValue]]?
        var position = 0
    }

    /// `sqlite3_vtab_cursor` with its scan.
    struct Cursor {
        var base: sqlite3_vtab_cursor
        var scan: Unmanaged<Scan>
    }

    /// One table of functions for all modules; it lives as long as the process.
    /// Safe: made once and never changed; SQLite only reads it.
    private nonisolated(unsafe) static let module: UnsafeMutablePointer<sqlite3_module> = {
        let pointer = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        var module = sqlite3_module()
        module.iVersion = 1
        module.xConnect = { connection, auxiliary, _, _, result, message in
            VirtualTableModule.connect(connection, auxiliary, result, message)
        }
        module.xBestIndex = { _, info in
            info?.pointee.estimatedCost = 10_000
            info?.pointee.estimatedRows = 1_000
            return SQLITE_OK
        }
        module.xDisconnect = { table in VirtualTableModule.disconnect(table) }
        module.xOpen = { _, result in VirtualTableModule.open(result) }
        module.xClose = { cursor in VirtualTableModule.close(cursor) }
        module.xFilter = { cursor, _, _, _, _ in VirtualTableModule.filter(cursor) }
        module.xNext = { cursor in
            VirtualTableModule.scan(cursor)?.position += 1
            return SQLITE_OK
        }
        module.xEof = { cursor in
            guard let scan = VirtualTableModule.scan(cursor) else { return 1 }
            return scan.position < (scan.rows?.count ?? 0) ? 0 : 1
        }
        module.xColumn = { cursor, result, column in VirtualTableModule.column(cursor, result, Int(column)) }
        module.xRowid = { cursor, result in
            result?.pointee = Int64(VirtualTableModule.scan(cursor)?.position ?? 0)
            return SQLITE_OK
        }
        pointer.initialize(to: module)
        return pointer
    }()

    static func register(_ definition: SystemTableDefinition, context: SystemTableContext, on connection: OpaquePointer) {
        let binding = Unmanaged.passRetained(Binding(definition: definition, context: context))
        // On failure SQLite calls the destructor itself.
        _ = sqlite3_create_module_v2(connection, definition.sqliteName, module, binding.toOpaque()) { pointer in
            guard let pointer else { return }
            Unmanaged<Binding>.fromOpaque(pointer).release()
        }
    }

    // MARK: - Methods

    private static func connect(
        _ connection: OpaquePointer?, _ auxiliary: UnsafeMutableRawPointer?,
        _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
        _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> Int32 {
        guard let auxiliary, let result else { return SQLITE_ERROR }
        let binding = Unmanaged<Binding>.fromOpaque(auxiliary)
        let status = sqlite3_declare_vtab(connection, binding.takeUnretainedValue().declaration)
        guard status == SQLITE_OK else { return status }
        let table = UnsafeMutablePointer<VirtualTable>.allocate(capacity: 1)
        table.initialize(to: VirtualTable(base: sqlite3_vtab(), binding: binding.retain()))
        result.pointee = UnsafeMutableRawPointer(table).assumingMemoryBound(to: sqlite3_vtab.self)
        return SQLITE_OK
    }

    private static func disconnect(_ table: UnsafeMutablePointer<sqlite3_vtab>?) -> Int32 {
        guard let table else { return SQLITE_OK }
        let own = UnsafeMutableRawPointer(table).assumingMemoryBound(to: VirtualTable.self)
        own.pointee.binding.release()
        own.deinitialize(count: 1)
        own.deallocate()
        return SQLITE_OK
    }

    private static func open(_ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?) -> Int32 {
        let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
        cursor.initialize(to: Cursor(base: sqlite3_vtab_cursor(), scan: Unmanaged.passRetained(Scan())))
        result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
        return SQLITE_OK
    }

    private static func close(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
        guard let cursor else { return SQLITE_OK }
        let own = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self)
        own.pointee.scan.release()
        own.deinitialize(count: 1)
        own.deallocate()
        return SQLITE_OK
    }

    private static func scan(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Scan? {
        guard let cursor else { return nil }
        return UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self).pointee.scan.takeUnretainedValue()
    }

    private static func binding(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Binding? {
        guard let table = cursor?.pointee.pVtab else { return nil }
        return UnsafeMutableRawPointer(table).assumingMemoryBound(to: VirtualTable.self).pointee.binding
            .takeUnretainedValue()
    }

    private static func filter(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 {
        guard let scan = scan(cursor), let binding = binding(cursor) else { return SQLITE_ERROR }
        scan.position = 0
        // The inner side of a join comes here once for each outer row: the rows stay the same.
        if scan.rows != nil { return SQLITE_OK }
        do throws(SQLError) {
            scan.rows = try binding.context.catalog.rows(of: binding.definition, in: binding.context)
        } catch {
            binding.context.fail(error)
            return SQLITE_ERROR
        }
        return SQLITE_OK
    }

    private static func column(
        _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ result: OpaquePointer?, _ column: Int
    ) -> Int32 {
        guard let scan = scan(cursor), let binding = binding(cursor), let rows = scan.rows else { return SQLITE_ERROR }
        guard scan.position < rows.count, column >= 0, column < rows[scan.position].count,
            column < binding.definition.columns.count
        else {
            sqlite3_result_null(result)
            return SQLITE_OK
        }
        write(rows[scan.position][column], as: binding.definition.columns[column].type, to: result)
        return SQLITE_OK
    }

    /// A value in its column's carrier.
    private static func write(_ value: SystemValue, as type: MySQLType, to result: OpaquePointer?) {
        switch value {
        case .null: sqlite3_result_null(result)
        case .integer(let number):
            if type.carrier == .text || type.carrier == .decimalText {
                text(String(number), result)
            } else if type.carrier == .real {
                sqlite3_result_double(result, Double(number))
            } else {
                sqlite3_result_int64(result, number)
            }
        case .unsigned(let number):
            if type.carrier == .text {
                text(String(number), result)
            } else if number <= UInt64(Int64.max) {
                sqlite3_result_int64(result, Int64(number))
            } else {
                let bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) }
                sqlite3_result_blob64(result, bytes, 8, grouplite_sqlite_transient())
            }
        case .real(let number):
            if type.carrier == .decimalText { text(String(number), result) } else { sqlite3_result_double(result, number) }
        case .text(let string):
            switch type.carrier {
            case .enumerationIndex:
                sqlite3_result_int64(result, Int64((type.members.firstIndex(of: string) ?? -1) + 1))
            case .setMask:
                let names = string.split(separator: ",")
                var mask: Int64 = 0
                for (index, member) in type.members.enumerated() where index < 63 && names.contains(Substring(member)) {
                    mask |= 1 << Int64(index)
                }
                sqlite3_result_int64(result, mask)
            case .blob:
                let bytes = Array(string.utf8)
                sqlite3_result_blob64(result, bytes, UInt64(bytes.count), grouplite_sqlite_transient())
            default: text(string, result)
            }
        case .blob(let bytes):
            if type.carrier == .text {
                text(String(decoding: bytes, as: UTF8.self), result)
            } else {
                sqlite3_result_blob64(result, bytes, UInt64(bytes.count), grouplite_sqlite_transient())
            }
        case .timestamp(let microseconds):
            text(SystemValue.timestampText(microseconds, digits: type.decimals), result)
        }
    }

    private static func text(_ string: String, _ result: OpaquePointer?) {
        var copy = string
        copy.withUTF8 { bytes in
            // An empty text has no address of its own; a NULL address would make an SQL NULL.
            guard let base = bytes.baseAddress else { return sqlite3_result_text(result, "", 0, nil) }
            base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                sqlite3_result_text64(
                    result, $0, UInt64(bytes.count), grouplite_sqlite_transient(), UInt8(SQLITE_UTF8))
            }
        }
    }
}
