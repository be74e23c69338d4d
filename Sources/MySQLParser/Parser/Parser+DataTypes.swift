/// Column types.
extension Parser {
    mutating func dataType() throws(ParseError) -> DataTypeSyntax {
        let token = current
        guard token.kind == .word, let keyword = token.keyword else { throw syntaxError() }
        switch keyword {
        case .tinyint, .int1: return try integerType(.tinyInt)
        case .smallint, .int2: return try integerType(.smallInt)
        case .mediumint, .int3, .middleint: return try integerType(.mediumInt)
        case .int, .integer, .int4: return try integerType(.int)
        case .bigint, .int8: return try integerType(.bigInt)
        case .bool, .boolean: return simpleType(.boolean)
        case .serial: return simpleType(.serial)
        case .decimal, .dec, .numeric, .fixed:
            advance()
            return try numericAttributes(try withPrecision(.decimal))
        case .float, .float4:
            advance()
            return try numericAttributes(try withPrecision(.float))
        case .double, .float8, .real:
            advance()
            if keyword == .double { _ = accept(.precision) }
            return try numericAttributes(try withPrecision(.double))
        case .bit: return try lengthType(.bit)
        case .year:
            var type = try lengthType(.year)
            type = try numericAttributes(type)
            return type
        case .date: return simpleType(.date)
        case .time: return try lengthType(.time)
        case .datetime: return try lengthType(.dateTime)
        case .timestamp: return try lengthType(.timestamp)
        case .char, .character, .nchar, .national, .varchar, .varcharacter, .nvarchar, .long:
            return try characterType()
        case .tinytext, .text, .mediumtext, .longtext: return try textType(keyword)
        case .binary: return try lengthType(.binary)
        case .varbinary:
            advance()
            var type = DataTypeSyntax(.varBinary)
            try expect(.openParenthesis)
            type.length = try unsigned()
            try expect(.closeParenthesis)
            return type
        case .tinyblob: return simpleType(.tinyBlob)
        case .blob: return try lengthType(.blob)
        case .mediumblob: return simpleType(.mediumBlob)
        case .longblob: return simpleType(.longBlob)
        case .enum, .set: return try memberType(keyword == .enum ? .enumeration : .set)
        case .json: return simpleType(.json)
        case .vector: return try lengthType(.vector)
        case .geometry, .point, .linestring, .polygon, .multipoint, .multilinestring, .multipolygon,
            .geometrycollection, .geomcollection:
            return simpleType(.geometry(lexer.name(token).lowercased()))
        default:
            throw syntaxError()
        }
    }

    private mutating func simpleType(_ kind: DataTypeSyntax.Kind) -> DataTypeSyntax {
        advance()
        return DataTypeSyntax(kind)
    }

    private mutating func lengthType(_ kind: DataTypeSyntax.Kind) throws(ParseError) -> DataTypeSyntax {
        advance()
        return DataTypeSyntax(kind, length: try optionalLength())
    }

    private mutating func integerType(_ kind: DataTypeSyntax.Kind) throws(ParseError) -> DataTypeSyntax {
        try numericAttributes(try lengthType(kind))
    }

    private mutating func withPrecision(_ kind: DataTypeSyntax.Kind) throws(ParseError) -> DataTypeSyntax {
        var type = DataTypeSyntax(kind)
        guard accept(.openParenthesis) else { return type }
        type.length = try unsigned()
        if accept(.comma) {
            type.decimals = try unsigned()
        } else if kind == .double {
            throw syntaxError()
        }
        try expect(.closeParenthesis)
        return type
    }

    private mutating func numericAttributes(_ plain: DataTypeSyntax) throws(ParseError) -> DataTypeSyntax {
        var type = plain
        while true {
            if accept(.unsigned) {
                type.isUnsigned = true
            } else if accept(.zerofill) {
                type.isUnsigned = true
                type.isZeroFill = true
            } else if !accept(.signed) {
                return type
            }
        }
    }

    private mutating func characterType() throws(ParseError) -> DataTypeSyntax {
        var type = DataTypeSyntax(.char)
        if accept(.long) {
            // LONG [VARBINARY | [VARCHAR] attributes]: MEDIUMBLOB or MEDIUMTEXT.
            if accept(.varbinary) { return DataTypeSyntax(.mediumBlob) }
            type.kind = .mediumText
            if accept(.char) || accept(.character) {
                try expect(.varying)
            } else {
                _ = accept(.varchar) || accept(.varcharacter)
            }
            return try characterAttributes(type)
        }
        if accept(.nvarchar) {
            type.kind = .varChar
            type.isNational = true
        } else {
            if accept(.nchar) {
                type.isNational = true
                if accept(.varying) || accept(.varchar) || accept(.varcharacter) { type.kind = .varChar }
            } else {
                if accept(.national) { type.isNational = true }
                if accept(.varchar) || accept(.varcharacter) {
                    type.kind = .varChar
                } else {
                    guard accept(.char) || accept(.character) else { throw syntaxError() }
                    if accept(.varying) { type.kind = .varChar }
                }
            }
        }
        if type.kind == .varChar {
            try expect(.openParenthesis)
            type.length = try unsigned()
            try expect(.closeParenthesis)
        } else {
            type.length = try optionalLength()
        }
        if type.isNational {
            type.charset = "utf8mb3"
            if accept(.binary) { type.isBinaryCollation = true }
            return type
        }
        return try characterAttributes(type)
    }

    private mutating func textType(_ keyword: Keyword) throws(ParseError) -> DataTypeSyntax {
        advance()
        var type: DataTypeSyntax
        switch keyword {
        case .tinytext: type = DataTypeSyntax(.tinyText)
        case .mediumtext: type = DataTypeSyntax(.mediumText)
        case .longtext: type = DataTypeSyntax(.longText)
        default:
            type = DataTypeSyntax(.text)
            type.length = try optionalLength()
        }
        return try characterAttributes(type)
    }

    private mutating func memberType(_ kind: DataTypeSyntax.Kind) throws(ParseError) -> DataTypeSyntax {
        advance()
        var type = DataTypeSyntax(kind)
        try expect(.openParenthesis)
        repeat {
            type.members.append(try anyText())
        } while accept(.comma)
        try expect(.closeParenthesis)
        return try characterAttributes(type)
    }

    /// ASCII, UNICODE, BYTE, BINARY, CHARACTER SET. (COLLATE is a column attribute.)
    private mutating func characterAttributes(_ plain: DataTypeSyntax) throws(ParseError) -> DataTypeSyntax {
        var type = plain
        while true {
            if accept(.ascii) {
                type.charset = "latin1"
            } else if accept(.unicode) {
                type.charset = "ucs2"
            } else if accept(.byte) {
                type.charset = "binary"
            } else if accept(.binary) {
                type.isBinaryCollation = true
            } else if at(.character) || at(.charset) || (at(.char) && peek().keyword == .set) {
                guard acceptCharacterSet() else { throw syntaxError() }
                type.charset = try charsetName()
            } else {
                return type
            }
        }
    }
}
