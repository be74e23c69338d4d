import MySQLTypes

/// Takes a text file's bytes apart into lines and fields, byte for byte as MySQL's LOAD DATA does. A value without I/O: it is
/// fed with what was read, says when it needs more, and never keeps more than the line at hand and what was fed after it.
struct FieldReader: Sendable {
    enum Step: Equatable, Sendable {
        /// The next line's fields are in ``fields``.
        case line
        /// ``append(_:)`` or ``finish()`` must come first.
        case needsInput
        case end
        /// A byte begins no character of the file's set: error 1300, which shows the field so far.
        case invalid([UInt8])
    }

    struct Field: Equatable, Sendable {
        /// Where it stands in ``line``.
        var bytes: Range<Int>
        var isEnclosed: Bool
        /// NULL, by `\N` or the word.
        var isNull: Bool
    }

    private let format: FieldFormat
    private let lengths: CharacterLengths
    /// Bytes of a line without terminators and enclosures.
    private let fixedWidth: Int?
    private let lineTerminator: [UInt8]
    /// Bytes that are not simply part of a field.
    private let isSpecial: [Bool]

    private var input: [UInt8] = []
    private var position = 0
    private var isFinished = false
    /// A byte was asked for that was not there yet.
    private var isStarved = false

    private var foundEndOfLine = false
    private var isAtEnd = false
    private var startsLine: Bool
    private var linesToSkip: UInt64

    /// The last line's fields, without enclosures and escapes, one after the other.
    private(set) var line: [UInt8] = []
    private(set) var fields: [Field] = []
    /// The last line had more than was asked for: warning 1262.
    private(set) var isCut = false

    /// `fixedWidth`: what all fields together take, in the format that has fixed widths. `skipping`: lines at the beginning.
    init(_ format: FieldFormat, _ set: CharacterSet, fixedWidth: Int? = nil, skipping: UInt64 = 0) {
        self.format = format
        self.fixedWidth = fixedWidth
        lengths = CharacterLengths(set)
        startsLine = !format.lineStarter.isEmpty
        // Where the two are the same, fields alone count.
        lineTerminator = format.lineTerminator == format.fieldTerminator ? [] : format.lineTerminator
        linesToSkip = lineTerminator.isEmpty ? 0 : skipping
        var isSpecial = [Bool](repeating: false, count: 256)
        if !lengths.areAllSingle { for byte in 0x80...0xFF { isSpecial[byte] = true } }
        for byte in [format.fieldTerminator.first, lineTerminator.first, format.enclosure, format.escape] {
            if let byte { isSpecial[Int(byte)] = true }
        }
        self.isSpecial = isSpecial
    }

    // MARK: Input

    /// Bytes that were fed and are not read yet: of a line that is not whole.
    var pendingByteCount: Int { input.count - position }

    mutating func append(_ bytes: some Collection<UInt8>) {
        if position > 0 {
            input.removeSubrange(..<position)
            position = 0
        }
        input.append(contentsOf: bytes)
    }

    /// Nothing more will come.
    mutating func finish() { isFinished = true }

    /// MySQL's GET; nil at the end of the file, or where more must be fed.
    private mutating func get() -> UInt8? {
        guard position < input.count else {
            if !isFinished { isStarved = true }
            return nil
        }
        defer { position += 1 }
        return input[position]
    }

    // MARK: Lines

    /// Reads the next line's first `count` fields and goes on to the end of it.
    mutating func next(_ count: Int) -> Step {
        while linesToSkip > 0 {
            let isOver = whole { reader in !reader.nextLine() }
            guard let isOver else { return .needsInput }
            linesToSkip = isOver ? 0 : linesToSkip - 1
        }
        return whole { reader in reader.read(count) } ?? .needsInput
    }

    /// Does all of `body`, or nothing where it lacks input.
    private mutating func whole<Result>(_ body: (inout FieldReader) -> Result) -> Result? {
        let saved = (position, foundEndOfLine, isAtEnd, startsLine)
        isStarved = false
        let result = body(&self)
        guard isStarved else { return result }
        (position, foundEndOfLine, isAtEnd, startsLine) = saved
        return nil
    }

    private mutating func read(_ count: Int) -> Step {
        line.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        if let fixedWidth {
            guard readFixed(fixedWidth) else { return .end }
        } else {
            reading: while fields.count < count {
                switch readField() {
                case .field: continue
                case .none: break reading
                case .invalid(let start): return .invalid(Array(line[start...]))
                }
            }
            if fields.isEmpty { return .end }
        }
        if !nextLine() { isCut = false }
        return .line
    }

    /// Skips what is left of the line, and says so in ``isCut``. False at the end of the file.
    private mutating func nextLine() -> Bool {
        isCut = false
        startsLine = !format.lineStarter.isEmpty
        if foundEndOfLine || isAtEnd {
            foundEndOfLine = false
            return !isAtEnd
        }
        guard !lineTerminator.isEmpty else { return true }
        while let byte = get() {
            let length = announced(by: byte)
            if length > 1 {
                for _ in 1..<length where get() == nil { return end() }
                isCut = true
                continue
            }
            if byte == format.escape {
                isCut = true
                guard get() != nil else { return end() }
                continue
            }
            if byte == lineTerminator[0], takesRest(of: lineTerminator) { return true }
            isCut = true
        }
        return end()
    }

    private mutating func end() -> Bool {
        isAtEnd = true
        return false
    }

    private func announced(by byte: UInt8) -> Int {
        byte < 0x80 ? 1 : lengths.announced(by: byte, followedBy: position < input.count ? input[position] : nil)
    }

    /// The first byte of a terminator was read: takes the others, or none.
    private mutating func takesRest(of terminator: [UInt8]) -> Bool {
        let start = position
        for expected in terminator.dropFirst() where get() != expected {
            position = start
            return false
        }
        return true
    }

    /// LINES STARTING BY: what stands before it is skipped.
    private mutating func findStart() -> Bool {
        let starter = format.lineStarter
        while let byte = get() {
            guard byte == starter[0] else { continue }
            if takesRest(of: starter) { return true }
        }
        foundEndOfLine = true
        isAtEnd = true
        return false
    }

    // MARK: Fields

    private enum Outcome { case field, none, invalid(start: Int) }

    private mutating func add(from start: Int, isEnclosed: Bool, hasNull: Bool) -> Outcome {
        // What was taken for an enclosure is kept until the field proves to be enclosed.
        let first = isEnclosed ? start + 1 : start
        let count = line.count - first
        let isWord =
            !isEnclosed && format.enclosure != nil && count == 4 && line[first...].elementsEqual("NULL".utf8)
        fields.append(Field(bytes: first..<line.count, isEnclosed: isEnclosed, isNull: isWord || hasNull && count == 1))
        return .field
    }

    private mutating func readField() -> Outcome {
        if foundEndOfLine { return .none }
        if startsLine {
            startsLine = false
            if !findStart() { return .none }
        }
        let start = line.count
        var hasNull = false
        var enclosure: UInt8?
        guard let first = get() else {
            foundEndOfLine = true
            isAtEnd = true
            return .none
        }
        if first == format.enclosure {
            enclosure = first
            line.append(first)
        } else {
            position -= 1
        }
        reading: while true {
            copyPlainBytes()
            guard var byte = get() else { break }
            var isEscapedCharacter = false
            if byte == format.escape {
                guard let escaped = get() else {
                    line.append(byte)
                    break
                }
                // Where one character is both, it is doubled to stand for itself and escapes nothing else.
                if format.escape != format.enclosure || escaped == format.escape {
                    if announced(by: escaped) == 1 {
                        line.append(Self.unescaped(escaped, &hasNull))
                        continue
                    }
                    isEscapedCharacter = true
                    byte = escaped
                } else {
                    position -= 1
                }
            }
            if !isEscapedCharacter {
                if enclosure == nil {
                    if byte == lineTerminator.first, takesRest(of: lineTerminator) {
                        foundEndOfLine = true
                        return add(from: start, isEnclosed: false, hasNull: hasNull)
                    }
                    if byte == format.fieldTerminator.first, takesRest(of: format.fieldTerminator) {
                        return add(from: start, isEnclosed: false, hasNull: hasNull)
                    }
                } else if byte == enclosure {
                    guard let next = get() else {
                        foundEndOfLine = true
                        return add(from: start, isEnclosed: true, hasNull: hasNull)
                    }
                    if next == enclosure {
                        line.append(next)
                        continue
                    }
                    if next == lineTerminator.first, takesRest(of: lineTerminator) {
                        foundEndOfLine = true
                        return add(from: start, isEnclosed: true, hasNull: hasNull)
                    }
                    if next == format.fieldTerminator.first, takesRest(of: format.fieldTerminator) {
                        return add(from: start, isEnclosed: true, hasNull: hasNull)
                    }
                    position -= 1
                }
            }
            if byte < 0x80 {
                line.append(byte)
                continue
            }
            switch takeCharacter(byte, isEscapedCharacter, &hasNull) {
            case .taken: continue
            case .cutOff: break reading
            case .invalid: return .invalid(start: start)
            }
        }
        foundEndOfLine = true
        isAtEnd = true
        return add(from: start, isEnclosed: false, hasNull: hasNull)
    }

    /// Bytes that mean nothing but themselves.
    private mutating func copyPlainBytes() {
        let end = input.withUnsafeBufferPointer { input in
            isSpecial.withUnsafeBufferPointer { isSpecial in
                var end = position
                while end < input.count, !isSpecial[Int(input[end])] { end += 1 }
                return end
            }
        }
        guard end > position else { return }
        line.append(contentsOf: input[position..<end])
        position = end
    }

    private enum Character { case taken, cutOff, invalid }

    /// A character of several bytes, whose first was read; where it is none, that byte alone.
    private mutating func takeCharacter(_ first: UInt8, _ isEscaped: Bool, _ hasNull: inout Bool) -> Character {
        let length = announced(by: first)
        if length == 0 { return .invalid }
        line.append(first)
        guard length > 1 else { return .taken }
        let (start, next) = (line.count - 1, position)
        for place in 1..<length {
            guard var byte = get() else {
                line.removeLast(place)
                return .cutOff
            }
            if isEscaped, byte == format.escape {
                guard let escaped = get() else {
                    line.removeLast(place)
                    return .cutOff
                }
                byte = Self.unescaped(escaped, &hasNull)
            }
            line.append(byte)
        }
        if lengths.isCharacter(line[start...]) { return .taken }
        line.removeLast(length - 1)
        position = next
        return .taken
    }

    private static func unescaped(_ byte: UInt8, _ hasNull: inout Bool) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "0"): return 0x00
        case UInt8(ascii: "Z"): return 0x1A
        case UInt8(ascii: "N"): hasNull = true
        default: break
        }
        return byte
    }

    /// One field: all of the line's, which the columns' widths take apart.
    private mutating func readFixed(_ width: Int) -> Bool {
        if foundEndOfLine { return false }
        if startsLine {
            startsLine = false
            if !findStart() { return false }
        }
        var hasNull = false
        while line.count < width {
            guard let byte = get() else {
                foundEndOfLine = true
                isAtEnd = true
                break
            }
            if byte == format.escape {
                guard let escaped = get() else {
                    line.append(byte)
                    foundEndOfLine = true
                    isAtEnd = true
                    break
                }
                line.append(Self.unescaped(escaped, &hasNull))
                continue
            }
            if byte == lineTerminator.first, takesRest(of: lineTerminator) {
                foundEndOfLine = true
                fields.append(Field(bytes: 0..<line.count, isEnclosed: false, isNull: false))
                return true
            }
            line.append(byte)
        }
        if isAtEnd && line.isEmpty { return false }
        fields.append(Field(bytes: 0..<line.count, isEnclosed: false, isNull: false))
        return true
    }
}
