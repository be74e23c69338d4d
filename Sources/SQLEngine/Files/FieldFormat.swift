import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLExpressions

/// How a text file holds rows: the FIELDS and LINES clauses of LOAD DATA and SELECT ... INTO OUTFILE, with MySQL's defaults
/// where they say nothing.
struct FieldFormat: Equatable, Sendable {
    var fieldTerminator: [UInt8] = [0x09]
    /// The character around fields.
    var enclosure: UInt8?
    /// Only texts are enclosed.
    var isOptionallyEnclosed = false
    var escape: UInt8? = 0x5C
    var lineStarter: [UInt8] = []
    var lineTerminator: [UInt8] = [0x0A]

    /// Error 1083: an enclosing or escaping character is one byte at most. The default one is none where the mode has no
    /// escapes.
    init(_ clauses: FileFormat, mode: SQLMode) throws(SQLError) {
        guard clauses.enclosedBy?.count ?? 0 <= 1, clauses.escapedBy?.count ?? 0 <= 1 else {
            throw SQLError(.wrongFieldTerminators)
        }
        if let terminator = clauses.fieldTerminator { fieldTerminator = terminator }
        enclosure = clauses.enclosedBy?.first
        isOptionallyEnclosed = clauses.isOptionallyEnclosed
        if let given = clauses.escapedBy {
            escape = given.first
        } else if mode.contains(.noBackslashEscapes) {
            escape = nil
        }
        if let starter = clauses.lineStarter { lineStarter = starter }
        if let terminator = clauses.lineTerminator { lineTerminator = terminator }
    }

    init() {}

    /// Neither terminated nor enclosed: each field has its column's width.
    var hasFixedWidths: Bool { fieldTerminator.isEmpty && enclosure == nil }

    /// Warning 1638: these are compared as bytes.
    static func hasNonASCII(_ clauses: FileFormat) -> Bool {
        let texts = [
            clauses.fieldTerminator, clauses.enclosedBy, clauses.escapedBy, clauses.lineStarter, clauses.lineTerminator,
        ]
        return texts.contains { $0?.contains { $0 >= 0x80 } ?? false }
    }
}
