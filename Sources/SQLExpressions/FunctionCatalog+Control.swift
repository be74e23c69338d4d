import MySQLProtocol
import MySQLTypes

extension FunctionCatalog {
    package mutating func addControlFunctions() {
        custom("IF", 3...3, code: []) { builder, x throws(SQLError) in
            var result = try builder.caseExpression(operand: nil, branches: [(when: x[0], then: x[1])], otherwise: x[2])
            result.isNullable = x[1].isNullable || x[2].isNullable
            return result
        }
        custom("IFNULL", 2...2, code: []) { builder, x throws(SQLError) in
            var result = try builder.merged(x, "ifnull")
            result.sql = ExpressionBuilder.call(
                "ifnull", try builder.convert(x[0], to: result.type).sql, try builder.convert(x[1], to: result.type).sql
            )
            result.isNullable = x[0].isNullable && x[1].isNullable
            return result
        }
        custom("COALESCE", 1...Self.many, code: []) { builder, x throws(SQLError) in
            var result = try builder.merged(x, "coalesce")
            var items: [String] = []
            for item in x { items.append(try builder.convert(item, to: result.type).sql) }
            // SQLite's own, so that what comes after the first value is not evaluated; in a tree, for it takes 127 arguments.
            while items.count > 1 {
                items = stride(from: 0, to: items.count, by: ArgumentPack.directArguments).map { start in
                    let part = items[start..<min(start + ArgumentPack.directArguments, items.count)]
                    return part.count == 1 ? part[start] : "coalesce(" + part.joined(separator: ",") + ")"
                }
            }
            result.sql = items[0]
            result.isNullable = x.allSatisfy(\.isNullable)
            return result
        }
        custom("NULLIF", 2...2, code: []) { builder, x throws(SQLError) in
            let equal = try builder.compare(.equal, x[0], x[1], as: "nullif")
            var result = x[0]
            result = try builder.choose([x[0]], ["(CASE WHEN " + equal.sql + " THEN NULL ELSE ", " END)"], as: result)
            result.isNullable = true
            result.isColumn = false
            result.literal = nil
            return result
        }
        custom("ISNULL", 1...1, code: []) { builder, x throws(SQLError) in try builder.isTest(x[0], .null, isNegated: false) }
        custom("ANY_VALUE", 1...1, code: []) { _, x throws(SQLError) in
            var result = x[0]
            result.isColumn = false
            result.isHexadecimal = false
            return result
        }
        custom("NAME_CONST", 2...2, places: [.view], code: []) { _, x throws(SQLError) in
            guard x[1].literal != nil else { throw SQLError(.wrongArguments, "NAME_CONST") }
            var result = x[1]
            result.isNullable = true
            return result
        }
        custom("MOD_OPERATOR", 2...2, code: ["m_imod", "m_dmod", "m_rmod"]) { builder, x throws(SQLError) in try builder.binary(.modulo, x[0], x[1]) }
    }
}
