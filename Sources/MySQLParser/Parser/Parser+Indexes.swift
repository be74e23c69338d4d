/// Indexes of CREATE TABLE, ALTER TABLE and CREATE INDEX.
extension Parser {
    /// `(part, part)`.
    mutating func indexParts() throws(ParseError) -> [IndexSyntax.Part] {
        try expect(.openParenthesis)
        var parts: [IndexSyntax.Part] = []
        repeat {
            let key: IndexSyntax.Part.Key
            if accept(.openParenthesis) {
                key = .expression(try expression())
                try expect(.closeParenthesis)
            } else {
                let name = try name()
                key = .column(name, prefixLength: try optionalLength())
            }
            parts.append(IndexSyntax.Part(key: key, direction: direction()))
        } while accept(.comma)
        try expect(.closeParenthesis)
        return parts
    }

    /// USING or TYPE and a method.
    private mutating func indexMethod() throws(ParseError) -> IndexSyntax.Method? {
        guard at(.using) || at(.type) else { return nil }
        advance()
        if accept(.btree) { return .btree }
        if accept(.hash) { return .hash }
        try expect(.rtree)
        return .rtree
    }

    /// The name, type, parts and options of an index whose kind has been read.
    mutating func index(_ kind: IndexSyntax.Kind, constraint: String?, named given: String?) throws(ParseError) -> IndexSyntax {
        var name = given
        if given == nil, isName, !(at(.type) && peek().keyword == .btree) { name = try self.name() }
        let method = try indexMethod()
        var index = IndexSyntax(kind: kind, name: name, parts: try indexParts())
        index.constraintName = constraint
        index.method = method
        try indexOptions(&index)
        return index
    }

    mutating func indexOptions(_ index: inout IndexSyntax) throws(ParseError) {
        while true {
            switch current.keyword {
            case .using, .type:
                index.method = try indexMethod()
            case .keyBlockSize:
                advance()
                skipEqual()
                index.keyBlockSize = try unsigned()
            case .comment:
                advance()
                index.comment = try string()
            case .visible, .invisible:
                index.isInvisible = at(.invisible)
                advance()
            case .with:
                guard peek().keyword == .parser else { return }
                advance()
                advance()
                index.parser = try name()
            case .engineAttribute, .secondaryEngineAttribute:
                let name = at(.engineAttribute) ? "ENGINE_ATTRIBUTE" : "SECONDARY_ENGINE_ATTRIBUTE"
                advance()
                skipEqual()
                index.otherOptions.append(OptionSyntax(name: name, value: .string(try string())))
            default:
                return
            }
        }
    }

    /// An index, key or constraint of a table; nil where the current token starts a column.
    mutating func tableConstraint() throws(ParseError) -> TableElement? {
        switch current.keyword {
        case .key, .index:
            advance()
            return .index(try index(.secondary, constraint: nil, named: nil))
        case .fulltext, .spatial:
            let kind: IndexSyntax.Kind = at(.fulltext) ? .fullText : .spatial
            advance()
            if !accept(.key) { _ = accept(.index) }
            return .index(try index(kind, constraint: nil, named: nil))
        case .constraint:
            advance()
            var name: String?
            if isName { name = try self.name() }
            switch current.keyword {
            case .primary, .unique, .foreign, .check: break
            default: throw syntaxError()
            }
            return try namedConstraint(name)
        case .primary, .unique, .foreign, .check:
            return try namedConstraint(nil)
        default:
            return nil
        }
    }

    private mutating func namedConstraint(_ name: String?) throws(ParseError) -> TableElement {
        if accept(.primary) {
            try expect(.key)
            if isName, !at(.type) { _ = try self.name() }
            return .index(try index(.primary, constraint: name, named: "PRIMARY"))
        }
        if accept(.unique) {
            if !accept(.key) { _ = accept(.index) }
            var unique = try index(.unique, constraint: name, named: nil)
            if unique.name == nil { unique.name = name }
            return .index(unique)
        }
        if accept(.foreign) {
            try expect(.key)
            let indexName = isName ? try self.name() : nil
            let columns = try foreignKeyColumns()
            var key = try references(name: name, columns: columns)
            key.indexName = indexName
            return .foreignKey(key)
        }
        return .check(try check(name: name))
    }

    private mutating func foreignKeyColumns() throws(ParseError) -> [String] {
        try indexParts().map { part throws(ParseError) in
            guard case .column(let name, _) = part.key else { throw syntaxError() }
            return name
        }
    }
}
