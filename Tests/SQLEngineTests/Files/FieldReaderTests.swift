import Glibc
import MySQLParser
import MySQLTypes
import Testing

@testable import SQLEngine

/// What MySQL 9.7 read from a file into three VARBINARY columns (`fields.tsv`, one file a line): FIELDS TERMINATED, ENCLOSED
/// and ESCAPED BY, LINES STARTING and TERMINATED BY, IGNORE n LINES, CHARACTER SET, the file; then the rows or the error, and
/// warnings as code@row. Bytes in hexadecimal, `=` for none, `-` for NULL.
struct RecordedFile: CustomStringConvertible, Sendable {
    let format: FieldFormat
    let set: CharacterSet
    let ignoredLines: UInt64
    let bytes: [UInt8]
    let rows: String
    let warnings: String
    let description: String

    static let all: [RecordedFile] = {
        let directory = String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
        guard let file = fopen(directory + "/fields.tsv", "r") else { return [] }
        defer { fclose(file) }
        var files: [RecordedFile] = []
        var line = [CChar](repeating: 0, count: 1 << 16)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let columns = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if columns.count == 10, let set = CharacterSet.named(columns[6]) { files.append(RecordedFile(columns, set)) }
        }
        return files
    }()

    private init(_ columns: [String], _ set: CharacterSet) {
        var format = FieldFormat()
        format.fieldTerminator = Self.bytes(columns[0])
        format.enclosure = Self.bytes(columns[1]).first
        format.escape = Self.bytes(columns[2]).first
        format.lineStarter = Self.bytes(columns[3])
        format.lineTerminator = Self.bytes(columns[4])
        self.format = format
        ignoredLines = UInt64(columns[5]) ?? 0
        self.set = set
        bytes = Self.bytes(columns[7])
        rows = columns[8]
        warnings = columns[9]
        description = columns.joined(separator: " ")
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}

struct FieldReaderTests {
    private static func hex(_ bytes: some Collection<UInt8>) -> String {
        bytes.isEmpty ? "=" : bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Reads the file, fed in pieces of so many bytes, and prints rows and warnings as they were recorded.
    private func read(_ file: RecordedFile, pieces: Int) -> (rows: String, warnings: String) {
        var reader = FieldReader(file.format, file.set, skipping: file.ignoredLines)
        var rest = file.bytes[...]
        var (rows, warnings): ([String], [String]) = ([], [])
        while true {
            switch reader.next(3) {
            case .needsInput:
                if rest.isEmpty { reader.finish() } else { reader.append(rest.prefix(pieces)) }
                rest = rest.dropFirst(pieces)
            case .invalid: return ("1300", "=")
            case .end:
                return (
                    rows.isEmpty ? "=" : rows.joined(separator: ";"),
                    warnings.isEmpty ? "=" : warnings.joined(separator: ";"))
            case .line:
                var values = reader.fields.map { $0.isNull ? "-" : Self.hex(reader.line[$0.bytes]) }
                while values.count < 3 {
                    warnings.append("1261@\(rows.count + 1)")
                    values.append("-")
                }
                rows.append(values.joined(separator: ","))
                if reader.isCut { warnings.append("1262@\(rows.count)") }
            }
        }
    }

    @Test(arguments: RecordedFile.all)
    func linesAndFieldsAreWhatMySQLReads(_ file: RecordedFile) {
        let whole = read(file, pieces: 1 << 20)
        #expect(whole == (file.rows, file.warnings))
        let inPieces = read(file, pieces: 1)
        #expect(inPieces == whole)
    }

    @Test func theRecordingIsThere() {
        #expect(RecordedFile.all.count > 200)
    }

    @Test func aLongFileIsNotKept() {
        var reader = FieldReader(FieldFormat(), .utf8mb4, skipping: 100)
        let line = Array("some\tfields\n".utf8)
        var lines = 0
        for _ in 0..<2000 {
            reader.append(line)
            while case .line = reader.next(2) { lines += 1 }
            #expect(reader.pendingByteCount <= line.count)
        }
        #expect(lines == 1900)
    }

    @Test func fixedWidthsTakeALineApart() {
        var format = FieldFormat()
        format.fieldTerminator = []
        #expect(format.hasFixedWidths)
        var reader = FieldReader(format, .latin1, fixedWidth: 4)
        reader.append(Array("abcdef\nab\n\\\nbcd".utf8))
        reader.finish()
        var lines: [String] = []
        while case .line = reader.next(1) {
            lines.append(String(decoding: reader.line, as: UTF8.self) + (reader.isCut ? " cut" : ""))
        }
        #expect(lines == ["abcd cut", "ab", "\nbcd"])
    }
}
