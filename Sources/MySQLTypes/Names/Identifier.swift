/// Names as MySQL compares them and as MySQL and SQLite read them: the only home of quoting a name.
///
/// Everything goes by Unicode scalars or bytes, never by `Character`: `"` followed by a combining accent is one `Character`,
/// and a quote all the same. For the same reason names are not compared with `==`, under which strings that are canonically
/// equivalent are equal, and to MySQL are not.
public enum Identifier {
    /// Characters of the longest name of a database, table, column, index or constraint.
    public static let maximumCharacters = 64

    // MARK: Comparing

    /// Whether two names of columns, column aliases, indexes, constraints or windows are the same: without regard to case.
    public static func equal(_ left: String, _ right: String) -> Bool {
        var others = right.utf8.makeIterator()
        for byte in left.utf8 {
            guard let other = others.next() else { return false }
            if byte | other >= 0x80 { return folded(left).utf8.elementsEqual(folded(right).utf8) }
            if lower(byte) != lower(other) { return false }
        }
        return others.next() == nil
    }

    /// Whether two names of databases, tables or table aliases are the same: byte for byte (what ``TableNameCase/lowered``
    /// lowers was lowered when it was read).
    public static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    /// A form that is the same, byte for byte, for names that are ``equal(_:_:)``; for keys, as ``ExactName``.
    public static func folded(_ name: String) -> String {
        if !name.utf8.contains(where: { $0 >= 0x80 || isUpper($0) }) { return name }
        var result = String.UnicodeScalarView()
        for scalar in name.unicodeScalars { result.append(lower(scalar)) }
        return String(result)
    }

    /// The key under which names that are ``equal(_:_:)`` meet.
    public static func key(_ name: String) -> ExactName { ExactName(folded(name)) }

    private static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    private static func lower(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }

    /// The simple mapping of utf8mb3_general_ci, which knows the letters of Unicode 5.0.
    private static func lower(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return Unicode.Scalar(lower(UInt8(truncatingIfNeeded: scalar.value))) }
        if scalar.value > 0xFFFF { return scalar }
        // Its full mapping has two characters.
        if scalar.value == 0x130 { return "i" }
        let properties = scalar.properties
        guard properties.changesWhenLowercased, let age = properties.age, (age.major, age.minor) <= (5, 0) else {
            return scalar
        }
        let mapping = properties.lowercaseMapping.unicodeScalars
        guard mapping.count == 1, let mapped = mapping.first else { return scalar }
        return mapped
    }

    // MARK: Printing

    /// `` `name` ``, as MySQL reads it.
    public static func mysql(_ name: String) -> String { quoted(name, in: 0x60) }

    /// `"name"`, as SQLite reads it. SQLite's own objects have names of ours; this is for those that are no plain words.
    public static func sqlite(_ name: String) -> String { quoted(name, in: 0x22) }

    private static func quoted(_ name: String, in quote: UInt8) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count + 2)
        bytes.append(quote)
        for byte in name.utf8 {
            if byte == quote { bytes.append(quote) }
            // It would end the text for SQLite; no name that was checked has one.
            bytes.append(byte == 0 ? 0x3F : byte)
        }
        bytes.append(quote)
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Checking

    /// What makes a name none.
    public enum Flaw: Sendable {
        case empty, tooLong, endsWithSpace, holdsZero
    }

    /// What is wrong with the name of a new object; nil for a good one.
    public static func flaw(in name: String, maximumCharacters: Int = maximumCharacters) -> Flaw? {
        if name.unicodeScalars.count > maximumCharacters { return .tooLong }
        guard let last = name.unicodeScalars.last else { return .empty }
        if last == " " { return .endsWithSpace }
        return name.utf8.contains(0) ? .holdsZero : nil
    }
}

/// A name of a database or table as a key: equal byte for byte, while Swift's strings are equal when they are canonically
/// equivalent.
public struct ExactName: Hashable, Sendable, Comparable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public static func == (left: ExactName, right: ExactName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    public static func < (left: ExactName, right: ExactName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// `lower_case_table_names`: what becomes of names of databases and tables when they are read.
public enum TableNameCase: UInt8, Sendable {
    /// 0: they stay as they are, and are compared so.
    case sensitive = 0
    /// 1: they are lowered, and so stored and compared.
    case lowered = 1

    public func read(_ name: String) -> String {
        self == .lowered ? Identifier.folded(name) : name
    }
}
