import MySQLProtocol
import MySQLTypes
import Platform
import SQLBinder
import SQLExpressions
import Storage

/// A file that rows go into. Nothing of it stays when the statement fails.
final class ResultFile {
    /// Bytes gathered before they are written.
    private static let pieceBytes = 256 << 10

    private let file: File
    private let path: String
    private var position: UInt64 = 0
    var buffer: [UInt8] = []

    init(_ file: File, path: String) {
        self.file = file
        self.path = path
    }

    func flushIfLarge() throws(SQLError) {
        if buffer.count >= Self.pieceBytes { try flush() }
    }

    func flush() throws(SQLError) {
        guard !buffer.isEmpty else { return }
        do throws(FileError) {
            try file.write(buffer, at: position)
        } catch {
            throw ServerFiles.failure(3, "Error writing file '\(path)'", error.errno)
        }
        position += UInt64(buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }

    func remove() { try? File.remove(file.path) }
}

/// SELECT ... INTO OUTFILE.
struct OutFileSink: RowSink {
    private let make: () throws(SQLError) -> ResultFile
    private let context: ExpressionContext
    private let format: FieldFormat
    /// nil: each column in its own.
    private let set: CharacterSet?
    private(set) var file: ResultFile?
    private var texts: RowTexts?
    private var writer: FieldWriter?
    private var row = 0

    init(
        _ format: FieldFormat, _ set: CharacterSet?, _ context: ExpressionContext,
        make: @escaping () throws(SQLError) -> ResultFile
    ) {
        self.format = format
        self.set = set == .binary ? nil : set
        self.context = context
        self.make = make
    }

    mutating func begin(_ plan: SelectPlan) throws {
        let columns = zip(plan.types, plan.columns).map { type, column in
            FieldWriter.Column(
                isString: Self.isString(type),
                lengths: CharacterLengths(type.isNonBinaryString ? set ?? type.collation.characterSet : .binary),
                width: type.isLargeObject || type.kind == .json ? Int(column.length) : type.resultBytes)
        }
        let writer = FieldWriter(format, columns, hasLargeColumns: columns.contains { $0.width >= 1 << 24 })
        if writer.isAmbiguousTerminator { context.warn(SQLError(.ambiguousFieldTerm)) }
        self.writer = writer
        texts = RowTexts(plan)
        file = try make()
    }

    mutating func take(_ statement: Storage.Statement, _ plan: SelectPlan) throws {
        guard let file, let texts, let writer else { return }
        row += 1
        var values = try texts.texts(statement)
        for place in values.indices {
            guard let value = values[place] else { continue }
            values[place] = encoded(value, plan.types[place], plan.columns[place].name)
        }
        writer.append(values, to: &file.buffer)
        try file.flushIfLarge()
    }

    /// The text in the file's character set, or in its column's.
    private func encoded(_ value: [UInt8], _ type: MySQLType, _ name: String) -> [UInt8] {
        if type.isBinary || type.kind == .bit { return value }
        guard let set else {
            guard type.isNonBinaryString, !type.collation.characterSet.isUTF8 else { return value }
            return value.withUnsafeBufferPointer { type.collation.characterSet.encode($0).bytes }
        }
        let (bytes, isLossy) = value.withUnsafeBufferPointer { set.encode($0) }
        if isLossy {
            context.warn(
                SQLError(.truncatedWrongValueForField, "string", Self.shown(value, set), name, row))
        }
        return bytes
    }

    /// What cannot be converted and what follows it, six bytes of it, as MySQL prints them.
    private static func shown(_ value: [UInt8], _ set: CharacterSet) -> String {
        let failed = value.withUnsafeBufferPointer { buffer -> Int in
            guard var pointer = buffer.baseAddress else { return 0 }
            let (start, end) = (pointer, pointer + buffer.count)
            while pointer < end {
                let place = pointer
                if !set.has(UTF8Scanner.next(&pointer, end)) { return place - start }
            }
            return 0
        }
        let rest = value[failed...]
        let text = rest.prefix(6).map { byte in
            if 0x20..<0x7F ~= byte { return String(Character(Unicode.Scalar(byte))) }
            return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        return text + (rest.count > 6 ? "..." : "")
    }

    private static func isString(_ type: MySQLType) -> Bool {
        switch type.kind {
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt, .decimal, .float, .double, .year: false
        default: true
        }
    }
}

/// SELECT ... INTO DUMPFILE: one row's bytes, one after the other.
struct DumpFileSink: RowSink {
    private let make: () throws(SQLError) -> ResultFile
    private(set) var file: ResultFile?
    private var texts: RowTexts?
    private var rows = 0

    init(make: @escaping () throws(SQLError) -> ResultFile) { self.make = make }

    mutating func begin(_ plan: SelectPlan) throws {
        texts = RowTexts(plan)
        file = try make()
    }

    /// MySQL too says no to the third row only.
    mutating func take(_ statement: Storage.Statement, _ plan: SelectPlan) throws {
        guard let file, let texts else { return }
        if rows > 1 { throw SQLError(.tooManyRows) }
        rows += 1
        for (place, value) in try texts.texts(statement).enumerated() {
            guard let value else {
                file.buffer.append(0)
                continue
            }
            let type = plan.types[place]
            guard type.isNonBinaryString, !type.collation.characterSet.isUTF8 else {
                file.buffer += value
                continue
            }
            file.buffer += value.withUnsafeBufferPointer { type.collation.characterSet.encode($0).bytes }
        }
        try file.flushIfLarge()
    }
}
