import MySQLParser
import MySQLProtocol
import MySQLTypes

/// Resolves a column's written type to a ``MySQLType``, with MySQL's limits and errors.
package struct DataTypeBuilder {
    package let column: String
    /// The table's collation, which a character column without its own takes.
    package let tableCollation: CollationID
    package let warn: (_ code: ErrorCode, _ message: String) -> Void

    package func build(_ syntax: DataTypeSyntax, collation explicit: String?) throws(SQLError) -> MySQLType {
        switch syntax.kind {
        case .tinyInt: return try integer(.tinyInt, syntax)
        case .smallInt: return try integer(.smallInt, syntax)
        case .mediumInt: return try integer(.mediumInt, syntax)
        case .int: return try integer(.int, syntax)
        case .bigInt: return try integer(.bigInt, syntax)
        case .boolean: return MySQLType(.tinyInt, length: 1)
        case .serial: return MySQLType(.bigInt, isUnsigned: true)
        case .decimal: return try decimal(syntax)
        case .float: return try float(syntax)
        case .double: return try floatingPoint(.double, syntax)
        case .bit:
            let bits = syntax.length ?? 1
            guard bits >= 1 else { throw SQLError(.invalidFieldSize, column) }
            guard bits <= 64 else { throw SQLError(.tooBigDisplaywidth, column, 64) }
            return MySQLType(.bit, length: Int(bits), isUnsigned: true)
        case .year:
            if let length = syntax.length {
                guard length == 4 else { throw SQLError(.invalidYearColumnLength) }
                warn(.warnDeprecatedSyntax, "'YEAR(4)' is deprecated and will be removed in a future release. Please use YEAR instead")
            }
            return MySQLType(.year, length: 4, isUnsigned: true)
        case .date: return MySQLType(.date)
        case .time: return MySQLType(.time, decimals: try fractionalDigits(syntax))
        case .dateTime: return MySQLType(.dateTime, decimals: try fractionalDigits(syntax))
        case .timestamp: return MySQLType(.timestamp, decimals: try fractionalDigits(syntax))
        case .char: return try char(syntax, explicit)
        case .varChar: return try varChar(syntax, explicit)
        case .tinyText: return try text(.tinyText, syntax, explicit)
        case .text: return try text(.text, syntax, explicit)
        case .mediumText: return try text(.mediumText, syntax, explicit)
        case .longText: return try text(.longText, syntax, explicit)
        case .binary:
            let length = syntax.length ?? 1
            guard length <= 255 else { throw SQLError(.tooBigFieldlength, column, 255) }
            return MySQLType(.binary, length: Int(length))
        case .varBinary:
            let length = syntax.length ?? 0
            guard length <= 65535 else { throw SQLError(.tooBigFieldlength, column, 65535) }
            return MySQLType(.varBinary, length: Int(length))
        case .tinyBlob: return MySQLType(.tinyBlob, length: 255)
        case .blob: return blob(syntax.length)
        case .mediumBlob: return MySQLType(.mediumBlob, length: 0xFF_FFFF)
        case .longBlob: return MySQLType(.longBlob, length: 0xFFFF_FFFF)
        case .enumeration: return try members(.enumeration, syntax, explicit)
        case .set: return try members(.set, syntax, explicit)
        case .json: return MySQLType(.json, length: 0xFFFF_FFFF)
        case .geometry, .vector: throw SQLError(.notSupportedYet, "spatial and vector types")
        }
    }

    private func integer(_ kind: MySQLType.Kind, _ syntax: DataTypeSyntax) throws(SQLError) -> MySQLType {
        var type = MySQLType(kind, isUnsigned: syntax.isUnsigned || syntax.isZeroFill, isZeroFill: syntax.isZeroFill)
        if let width = syntax.length {
            guard width <= 255 else { throw SQLError(.tooBigDisplaywidth, column, 255) }
            // MySQL 8 keeps a display width only where it shows: TINYINT(1), which means BOOLEAN, and ZEROFILL.
            if syntax.isZeroFill || (kind == .tinyInt && width == 1 && !syntax.isUnsigned) { type.length = Int(width) }
            if !(kind == .tinyInt && width == 1) {
                warn(.warnDeprecatedSyntaxNoReplacement, "Integer display width is deprecated and will be removed in a future release.")
            }
        }
        if syntax.isZeroFill {
            if syntax.length == nil { type.length = MySQLType.zeroFillWidth(of: kind) }
            warn(.warnDeprecatedSyntaxNoReplacement, "The ZEROFILL attribute is deprecated and will be removed in a future release. Use the LPAD function to zero-pad numbers, or store the formatted numbers in a CHAR column.")
        }
        return type
    }

    private func decimal(_ syntax: DataTypeSyntax) throws(SQLError) -> MySQLType {
        // DECIMAL(0) is DECIMAL(10), DECIMAL(0,1) is wrong.
        let scale = syntax.decimals ?? 0
        let precision = syntax.length.map { $0 == 0 && scale == 0 ? 10 : $0 } ?? 10
        guard scale <= 30 else { throw SQLError(.tooBigScale, scale, column, 30) }
        guard precision <= 65 else { throw SQLError(.tooBigPrecision, precision, column, 65) }
        guard precision >= scale else { throw SQLError(.mBiggerThanD, column) }
        warnAboutSigns(syntax)
        return MySQLType(
            .decimal, length: Int(precision), decimals: Int(scale), isUnsigned: syntax.isUnsigned || syntax.isZeroFill,
            isZeroFill: syntax.isZeroFill)
    }

    private func warnAboutSigns(_ syntax: DataTypeSyntax) {
        if syntax.isUnsigned {
            warn(.warnDeprecatedSyntaxNoReplacement, "UNSIGNED for decimal and floating point data types is deprecated and support for it will be removed in a future release.")
        }
    }

    private func float(_ syntax: DataTypeSyntax) throws(SQLError) -> MySQLType {
        if let precision = syntax.length, syntax.decimals == nil {
            guard precision <= 53 else { throw SQLError(.wrongFieldSpec, column) }
            return MySQLType(precision > 24 ? .double : .float, decimals: MySQLType.notFixedDecimals, isUnsigned: syntax.isUnsigned)
        }
        return try floatingPoint(.float, syntax)
    }

    private func floatingPoint(_ kind: MySQLType.Kind, _ syntax: DataTypeSyntax) throws(SQLError) -> MySQLType {
        warnAboutSigns(syntax)
        var type = MySQLType(
            kind, decimals: MySQLType.notFixedDecimals, isUnsigned: syntax.isUnsigned || syntax.isZeroFill,
            isZeroFill: syntax.isZeroFill)
        if let digits = syntax.length, let scale = syntax.decimals {
            guard scale <= 30 else { throw SQLError(.tooBigScale, scale, column, 30) }
            guard digits <= 255 else { throw SQLError(.tooBigDisplaywidth, column, 255) }
            guard digits >= scale else { throw SQLError(.mBiggerThanD, column) }
            type.length = Int(digits)
            type.decimals = Int(scale)
            warn(.warnDeprecatedSyntaxNoReplacement, "Specifying number of digits for floating point data types is deprecated and will be removed in a future release.")
        }
        return type
    }

    private func fractionalDigits(_ syntax: DataTypeSyntax) throws(SQLError) -> Int {
        let digits = syntax.length ?? 0
        guard digits <= 6 else { throw SQLError(.tooBigPrecision, digits, column, 6) }
        return Int(digits)
    }

    // MARK: - Strings

    /// The collation of a character type; the character set `binary` makes it a binary type.
    private func collation(_ syntax: DataTypeSyntax, _ explicit: String?) throws(SQLError) -> CollationID {
        try CollationChoice.resolve(
            charset: syntax.isNational ? "utf8mb3" : syntax.charset, collation: explicit ?? syntax.collation,
            isBinary: syntax.isBinaryCollation, default: tableCollation, warn: warn)
    }

    private func char(_ syntax: DataTypeSyntax, _ explicit: String?) throws(SQLError) -> MySQLType {
        let length = syntax.length ?? 1
        guard length <= 255 else { throw SQLError(.tooBigFieldlength, column, 255) }
        let collation = try collation(syntax, explicit)
        if collation == .binary { return MySQLType(.binary, length: Int(length)) }
        return MySQLType(.char, length: Int(length), collation: collation)
    }

    private func varChar(_ syntax: DataTypeSyntax, _ explicit: String?) throws(SQLError) -> MySQLType {
        let length = syntax.length ?? 0
        let collation = try collation(syntax, explicit)
        let maximum = UInt64(65535 / CollationChoice.maximumBytesPerCharacter(of: collation))
        guard length <= maximum else { throw SQLError(.tooBigFieldlength, column, maximum) }
        if collation == .binary { return MySQLType(.varBinary, length: Int(length)) }
        return MySQLType(.varChar, length: Int(length), collation: collation)
    }

    /// TEXT(n) takes the smallest type that holds n characters.
    private func text(_ kind: MySQLType.Kind, _ syntax: DataTypeSyntax, _ explicit: String?) throws(SQLError) -> MySQLType {
        let collation = try collation(syntax, explicit)
        if collation == .binary {
            switch kind {
            case .tinyText: return MySQLType(.tinyBlob, length: 255)
            case .mediumText: return MySQLType(.mediumBlob, length: 0xFF_FFFF)
            case .longText: return MySQLType(.longBlob, length: 0xFFFF_FFFF)
            default: return blob(syntax.length)
            }
        }
        var kind = kind
        if kind == .text, let length = syntax.length {
            let bytes = length.multipliedReportingOverflow(
                by: UInt64(CollationChoice.maximumBytesPerCharacter(of: collation)))
            switch bytes.overflow ? .max : bytes.partialValue {
            case ...255: kind = .tinyText
            case ...65535: kind = .text
            case ...0xFF_FFFF: kind = .mediumText
            case ...0xFFFF_FFFF: kind = .longText
            default: throw SQLError(.tooBigFieldlength, column, 0xFFFF_FFFF as UInt64)
            }
        }
        return MySQLType(kind, length: MySQLType.bytes(ofText: kind), collation: collation)
    }

    private func blob(_ length: UInt64?) -> MySQLType {
        switch length ?? 65535 {
        case ...255 where length != nil: MySQLType(.tinyBlob, length: 255)
        case ...65535: MySQLType(.blob, length: 65535)
        case ...0xFF_FFFF: MySQLType(.mediumBlob, length: 0xFF_FFFF)
        default: MySQLType(.longBlob, length: 0xFFFF_FFFF)
        }
    }

    private func members(_ kind: MySQLType.Kind, _ syntax: DataTypeSyntax, _ explicit: String?) throws(SQLError) -> MySQLType {
        let collation = try collation(syntax, explicit)
        let limit = kind == .set ? TableLimits.setMembers : TableLimits.enumerationMembers
        guard syntax.members.count <= limit else {
            if kind == .set { throw SQLError(.tooBigSet, column) }
            throw SQLError(.tooBigEnum, column)
        }
        var members: [String] = []
        var seen: Set<String> = []
        for member in syntax.members {
            // Trailing spaces of members are dropped.
            var text = String(decoding: member, as: UTF8.self)
            while text.hasSuffix(" ") { text.removeLast() }
            guard text.unicodeScalars.count <= 255 else { throw SQLError(.tooLongSetEnumValue, column) }
            if kind == .set && text.utf8.contains(UInt8(ascii: ",")) { throw SQLError(.illegalValueForType, "set", text) }
            let key = CollationChoice.isCaseSensitive(collation) ? text : text.lowercased()
            guard seen.insert(key).inserted else {
                throw SQLError(.duplicatedValueInType, column, text, kind == .set ? "SET" : "ENUM")
            }
            members.append(text)
        }
        let length: Int =
            kind == .enumeration
            ? members.map(\.unicodeScalars.count).max() ?? 0
            : members.map(\.unicodeScalars.count).reduce(0, +) + max(0, members.count - 1)
        return MySQLType(kind, length: length, collation: collation, members: members)
    }

    package init(
        column: String, tableCollation: CollationID, warn: @escaping (_ code: ErrorCode, _ message: String) -> Void
    ) {
        self.column = column
        self.tableCollation = tableCollation
        self.warn = warn
    }
}

extension MySQLType {
    /// The display width that ZEROFILL alone means.
    package static func zeroFillWidth(of kind: Kind) -> Int {
        switch kind {
        case .tinyInt: 3
        case .smallInt: 5
        case .mediumInt: 8
        case .int: 10
        default: 20
        }
    }

    /// The longest value of a TEXT kind, in bytes.
    package static func bytes(ofText kind: Kind) -> Int {
        switch kind {
        case .tinyText: 255
        case .mediumText: 0xFF_FFFF
        case .longText: 0xFFFF_FFFF
        default: 65535
        }
    }
}
