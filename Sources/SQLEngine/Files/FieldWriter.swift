/// Writes rows into a text file, byte for byte as MySQL's SELECT ... INTO OUTFILE does. A value without I/O.
struct FieldWriter: Sendable {
    struct Column: Sendable {
        /// Its values are strings for MySQL: also dates, JSON, members of ENUM and SET.
        var isString: Bool
        /// Of the set that its bytes are in.
        var lengths: CharacterLengths
        /// What it takes in the format that has fixed widths.
        var width: Int
    }

    private let format: FieldFormat
    private let columns: [Column]
    private let hasFixedWidths: Bool
    private let lineTerminator: [UInt8]
    /// What separates fields for who reads them: the enclosure, else the terminator's first byte.
    private let separator: UInt8?
    /// The separator is a letter that means something behind an escape.
    private let isAmbiguousSeparator: Bool
    /// The separator occurs in numbers.
    private let isUnsafeSeparator: Bool
    /// Warning 1475: nobody can tell the terminator from data.
    let isAmbiguousTerminator: Bool

    private static let escapeLetters = Array("ntrb0ZN".utf8)
    private static let numberCharacters = Array(".0123456789e+-".utf8)

    /// `hasLargeColumns`: one is too long for fixed widths.
    init(_ format: FieldFormat, _ columns: [Column], hasLargeColumns: Bool) {
        var format = format
        if format.fieldTerminator.isEmpty { format.isOptionallyEnclosed = false }
        if format.enclosure == nil { format.isOptionallyEnclosed = true }
        self.format = format
        self.columns = columns
        lineTerminator = format.lineTerminator.isEmpty ? format.fieldTerminator : format.lineTerminator
        hasFixedWidths = format.hasFixedWidths && !hasLargeColumns
        separator = format.enclosure ?? format.fieldTerminator.first
        isAmbiguousSeparator = separator.map(Self.escapeLetters.contains) ?? false
        isUnsafeSeparator = separator.map(Self.numberCharacters.contains) ?? false
        let hasStrings = columns.contains { $0.isString }
        let hasNumbers = columns.contains { !$0.isString }
        isAmbiguousTerminator =
            isAmbiguousSeparator && format.enclosure == nil && (hasStrings || isUnsafeSeparator)
            || format.isOptionallyEnclosed && hasNumbers
                && format.fieldTerminator.first.map(Self.numberCharacters.contains) ?? false
    }

    /// Adds a row; nil is NULL.
    func append(_ row: [[UInt8]?], to output: inout [UInt8]) {
        output += format.lineStarter
        for (place, column) in columns.enumerated() where place < row.count {
            append(row[place], column, to: &output)
            if place < columns.count - 1 { output += format.fieldTerminator }
        }
        output += lineTerminator
    }

    private func append(_ value: [UInt8]?, _ column: Column, to output: inout [UInt8]) {
        let enclosure = !format.isOptionallyEnclosed || column.isString ? format.enclosure : nil
        var used = 0
        if let value {
            if let enclosure { output.append(enclosure) }
            used = hasFixedWidths ? min(value.count, column.width) : value.count
            if column.isString || isUnsafeSeparator, let escape = format.escape {
                append(value[..<used], escape, enclosure, column.lengths, to: &output)
            } else {
                output += value[..<used]
            }
        } else if !hasFixedWidths {
            output += format.escape.map { [$0, UInt8(ascii: "N")] } ?? Array("NULL".utf8)
        }
        if hasFixedWidths, column.width > used {
            output += repeatElement(UInt8(ascii: " "), count: column.width - used)
        }
        if value != nil, let enclosure { output.append(enclosure) }
    }

    private func append(
        _ value: ArraySlice<UInt8>, _ escape: UInt8, _ enclosure: UInt8?, _ lengths: CharacterLengths,
        to output: inout [UInt8]
    ) {
        var position = value.startIndex
        while position < value.endIndex {
            let byte = value[position]
            if let unit = lengths.wideUnit {
                output += value[position...].prefix(unit)
                position += min(unit, value.endIndex - position)
                continue
            }
            if byte >= 0x80 {
                let next = position + 1 < value.endIndex ? value[position + 1] : nil
                let length = lengths.announced(by: byte, followedBy: next)
                if length > 1, position + length <= value.endIndex, lengths.isCharacter(value[position..<position + length]) {
                    output += value[position..<position + length]
                    position += length
                    continue
                }
            }
            position += 1
            let isField = enclosure == nil ? byte == format.fieldTerminator.first : byte == separator
            guard byte == escape || isField || byte == lineTerminator.first || byte == 0,
                // Doubling is for what encloses.
                enclosure != nil || !isAmbiguousTerminator || byte != format.fieldTerminator.first
            else {
                output.append(byte)
                continue
            }
            output.append(byte == separator && isAmbiguousSeparator ? byte : escape)
            output.append(byte == 0 ? UInt8(ascii: "0") : byte)
        }
    }
}
