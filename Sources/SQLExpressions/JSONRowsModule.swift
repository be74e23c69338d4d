import CSQLite
import MySQLProtocol
import MySQLTypes

/// JSON_TABLE's rows as SQLite's virtual table `m_json_rows(document, nodes)`: for each row the item that each node (the row path
/// and the NESTED ones) stands at, `i0` ... and its number, `o0` ... What a column is of its item, functions say.
package enum JSONRowsModule {
    /// The row path and all NESTED paths of one JSON_TABLE.
    package static let mostNodes = 16
    package static let name = "m_json_rows"

    /// A row path or a NESTED one, and the node that it is nested in.
    package struct Node {
        package var parent: Int?
        package var path: [UInt8]

        package init(parent: Int?, path: [UInt8]) {
            self.parent = parent
            self.path = path
        }

        /// All nodes as the second argument has them: a line each, the parent's number and the path.
        package static func encoded(_ nodes: [Node]) -> [UInt8] {
            Array(nodes.map { Array("\($0.parent ?? -1) ".utf8) + $0.path }.joined(separator: [0x1F]))
        }

        fileprivate static func decoded(_ bytes: UnsafeBufferPointer<UInt8>) -> [Node] {
            bytes.split(separator: 0x1F).map { line in
                let space = line.firstIndex(of: 0x20) ?? line.endIndex
                let parent = Int(String(decoding: line[..<space], as: UTF8.self)) ?? -1
                return Node(parent: parent < 0 ? nil : parent, path: Array(line[space...].dropFirst()))
            }
        }
    }

    /// What the rows are made of.
    private struct Tree {
        var paths: [JSONPath] = []
        var children: [[Int]] = []

        init(_ nodes: [Node]) throws(SQLError) {
            guard !nodes.isEmpty, nodes.count <= JSONRowsModule.mostNodes else {
                throw SQLError(.notSupportedYet, "more than \(JSONRowsModule.mostNodes) paths in JSON_TABLE")
            }
            children = [[Int]](repeating: [], count: nodes.count)
            for (number, node) in nodes.enumerated() {
                do throws(JSONPath.Failure) {
                    paths.append(try node.path.withUnsafeBufferPointer { (bytes) throws(JSONPath.Failure) in try JSONPath(bytes) })
                } catch {
                    throw SQLError(.invalidJsonPath, String(error.position), "")
                }
                if let parent = node.parent, parent < number { children[parent].append(number) }
            }
        }

        /// The rows of a node's matches in `item`: each with its children's rows, those of siblings one after the other.
        /// False where they would take more memory than the session may have.
        func append(_ node: Int, _ item: JSONValue, to rows: inout [Row], _ row: Row, _ context: ExpressionContext) -> Bool {
            for (index, match) in paths[node].matches(in: item).enumerated() {
                var own = row
                own.items[node] = match
                own.numbers[node] = index + 1
                let before = rows.count
                for child in children[node] where !append(child, match, to: &rows, own, context) { return false }
                if rows.count == before { rows.append(own) }
                if rows.count % 4096 == 0, context.isTooMuchMemory(rows.count * (64 + 48 * paths.count)) { return false }
            }
            return true
        }
    }

    private struct Row {
        var items: [JSONValue?]
        var numbers: [Int]
    }

    private final class Scan {
        var rows: [Row] = []
        var position = 0
    }

    private final class Binding {
        let context: ExpressionContext

        init(_ context: ExpressionContext) {
            self.context = context
        }
    }

    private struct VirtualTable {
        var base: sqlite3_vtab
        var binding: Unmanaged<Binding>
    }

    private struct Cursor {
        var base: sqlite3_vtab_cursor
        var scan: Unmanaged<Scan>
    }

    private static let firstArgument = 2 * mostNodes

    /// Safe: made once and never changed; SQLite only reads it.
    private nonisolated(unsafe) static let module: UnsafeMutablePointer<sqlite3_module> = {
        let pointer = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        var module = sqlite3_module()
        module.iVersion = 1
        module.xConnect = { connection, auxiliary, _, _, result, _ in JSONRowsModule.connect(connection, auxiliary, result) }
        module.xBestIndex = { _, info in JSONRowsModule.plan(info) }
        module.xDisconnect = { table in
            guard let table else { return SQLITE_OK }
            let own = UnsafeMutableRawPointer(table).assumingMemoryBound(to: VirtualTable.self)
            own.pointee.binding.release()
            own.deinitialize(count: 1)
            own.deallocate()
            return SQLITE_OK
        }
        module.xOpen = { _, result in
            let cursor = UnsafeMutablePointer<Cursor>.allocate(capacity: 1)
            cursor.initialize(to: Cursor(base: sqlite3_vtab_cursor(), scan: Unmanaged.passRetained(Scan())))
            result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }
        module.xClose = { cursor in
            guard let cursor else { return SQLITE_OK }
            let own = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self)
            own.pointee.scan.release()
            own.deinitialize(count: 1)
            own.deallocate()
            return SQLITE_OK
        }
        module.xFilter = { cursor, _, _, count, values in JSONRowsModule.filter(cursor, Int(count), values) }
        module.xNext = { cursor in
            JSONRowsModule.scan(cursor)?.position += 1
            return SQLITE_OK
        }
        module.xEof = { cursor in
            guard let scan = JSONRowsModule.scan(cursor) else { return 1 }
            return scan.position < scan.rows.count ? 0 : 1
        }
        module.xColumn = { cursor, result, column in JSONRowsModule.column(cursor, result, Int(column)) }
        module.xRowid = { cursor, result in
            result?.pointee = Int64(JSONRowsModule.scan(cursor)?.position ?? 0)
            return SQLITE_OK
        }
        pointer.initialize(to: module)
        return pointer
    }()

    static func register(on connection: OpaquePointer, context: ExpressionContext) {
        let binding = Unmanaged.passRetained(Binding(context))
        // On failure SQLite calls the destructor itself.
        _ = sqlite3_create_module_v2(connection, name, module, binding.toOpaque()) { pointer in
            if let pointer { Unmanaged<Binding>.fromOpaque(pointer).release() }
        }
    }

    // MARK: - Methods

    private static func connect(
        _ connection: OpaquePointer?, _ auxiliary: UnsafeMutableRawPointer?,
        _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?
    ) -> Int32 {
        guard let auxiliary, let result else { return SQLITE_ERROR }
        let columns = (0..<mostNodes).map { "i\($0)" } + (0..<mostNodes).map { "o\($0)" }
        let status = sqlite3_declare_vtab(
            connection, "CREATE TABLE x(\(columns.joined(separator: ", ")), document HIDDEN, nodes HIDDEN)")
        guard status == SQLITE_OK else { return status }
        let table = UnsafeMutablePointer<VirtualTable>.allocate(capacity: 1)
        table.initialize(to: VirtualTable(base: sqlite3_vtab(), binding: Unmanaged<Binding>.fromOpaque(auxiliary).retain()))
        result.pointee = UnsafeMutableRawPointer(table).assumingMemoryBound(to: sqlite3_vtab.self)
        return SQLITE_OK
    }

    /// Both arguments must be known: then they are what the filter gets.
    private static func plan(_ info: UnsafeMutablePointer<sqlite3_index_info>?) -> Int32 {
        guard let info else { return SQLITE_ERROR }
        var places: [Int?] = [nil, nil]
        for index in 0..<Int(info.pointee.nConstraint) {
            let constraint = info.pointee.aConstraint[index]
            let argument = Int(constraint.iColumn) - firstArgument
            guard argument == 0 || argument == 1, constraint.op == UInt8(SQLITE_INDEX_CONSTRAINT_EQ) else { continue }
            if constraint.usable == 0 { return SQLITE_CONSTRAINT }
            places[argument] = index
        }
        for (argument, place) in places.enumerated() {
            guard let place else { return SQLITE_CONSTRAINT }
            info.pointee.aConstraintUsage[place].argvIndex = Int32(argument + 1)
            info.pointee.aConstraintUsage[place].omit = 1
        }
        info.pointee.estimatedCost = 20
        info.pointee.estimatedRows = 20
        return SQLITE_OK
    }

    private static func scan(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Scan? {
        guard let cursor else { return nil }
        return UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: Cursor.self).pointee.scan.takeUnretainedValue()
    }

    private static func filter(
        _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ count: Int, _ values: UnsafeMutablePointer<OpaquePointer?>?
    ) -> Int32 {
        guard let scan = scan(cursor), let table = cursor?.pointee.pVtab, count == 2, let values else { return SQLITE_ERROR }
        let context = UnsafeMutableRawPointer(table).assumingMemoryBound(to: VirtualTable.self).pointee.binding
            .takeUnretainedValue().context
        scan.rows = []
        scan.position = 0
        guard sqlite3_value_type(values[0]) != SQLITE_NULL else { return SQLITE_OK }
        let document = bytes(values[0])
        // The tree and the rows are many times the text: bounded like other trees.
        if context.isTooMuchMemory(document.count * 8) { return SQLITE_NOMEM }
        guard case .success(let value) = JSONParser.parse(document, keepsDecimals: true) else { return SQLITE_OK }
        do throws(SQLError) {
            let nodes = Node.decoded(bytes(values[1]))
            let tree = try Tree(nodes)
            let empty = Row(items: [JSONValue?](repeating: nil, count: nodes.count), numbers: [Int](repeating: 0, count: nodes.count))
            guard tree.append(0, value, to: &scan.rows, empty, context) else { return SQLITE_NOMEM }
        } catch {
            if context.pendingError == nil { context.pendingError = error }
            return SQLITE_ERROR
        }
        return SQLITE_OK
    }

    private static func bytes(_ value: OpaquePointer?) -> UnsafeBufferPointer<UInt8> {
        let text = sqlite3_value_text(value)
        return UnsafeBufferPointer(start: text, count: text == nil ? 0 : Int(sqlite3_value_bytes(value)))
    }

    private static func column(
        _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ result: OpaquePointer?, _ column: Int
    ) -> Int32 {
        guard let scan = scan(cursor), scan.position < scan.rows.count else { return SQLITE_ERROR }
        let row = scan.rows[scan.position]
        let node = column % mostNodes
        guard column < firstArgument, node < row.items.count, let item = row.items[node] else {
            sqlite3_result_null(result)
            return SQLITE_OK
        }
        if column >= mostNodes {
            sqlite3_result_int64(result, Int64(row.numbers[node]))
            return SQLITE_OK
        }
        item.text.withUnsafeBufferPointer { text in
            text.withMemoryRebound(to: CChar.self) {
                sqlite3_result_text64(
                    result, $0.baseAddress, UInt64(text.count), grouplite_sqlite_transient(), UInt8(SQLITE_UTF8))
            }
        }
        return SQLITE_OK
    }
}
