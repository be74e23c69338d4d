import MySQLTypes

/// The part of JSON Schema (draft 4) that JSON_SCHEMA_VALID() checks most.
package enum JSONSchema {
    package static func isValid(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        func keyword(_ name: String) -> JSONValue? { schema.member(Array(name.utf8)) }
        if case .string(let type)? = keyword("type"), !has(value, String(decoding: type, as: UTF8.self)) {
            return false
        }
        if case .array(let types)? = keyword("type"),
            !types.contains(where: {
                if case .string(let type) = $0 { has(value, String(decoding: type, as: UTF8.self)) } else { false }
            })
        {
            return false
        }
        if case .array(let allowed)? = keyword("enum"), !allowed.contains(value) { return false }
        if let number = value.number {
            if let least = keyword("minimum")?.number, number < least { return false }
            if let greatest = keyword("maximum")?.number, number > greatest { return false }
            if let factor = keyword("multipleOf")?.number, factor > 0, (number / factor).rounded() != number / factor {
                return false
            }
        }
        if case .string(let bytes) = value {
            let count = bytes.withUnsafeBufferPointer { UTF8Scanner.count($0) }
            if let least = keyword("minLength")?.number, Double(count) < least { return false }
            if let greatest = keyword("maxLength")?.number, Double(count) > greatest { return false }
        }
        if case .array(let elements) = value {
            if let least = keyword("minItems")?.number, Double(elements.count) < least { return false }
            if let greatest = keyword("maxItems")?.number, Double(elements.count) > greatest { return false }
            if let items = keyword("items"), !elements.allSatisfy({ isValid($0, items) }) { return false }
        }
        if case .object(let members) = value {
            if case .array(let required)? = keyword("required") {
                for case .string(let key) in required where value.member(key) == nil { return false }
            }
            if let properties = keyword("properties") {
                for member in members {
                    if let rule = properties.member(member.key), !isValid(member.value, rule) { return false }
                }
                if case .bool(false)? = keyword("additionalProperties"),
                    members.contains(where: { properties.member($0.key) == nil })
                {
                    return false
                }
            }
        }
        if case .array(let rules)? = keyword("allOf"), !rules.allSatisfy({ isValid(value, $0) }) { return false }
        if case .array(let rules)? = keyword("anyOf"), !rules.contains(where: { isValid(value, $0) }) { return false }
        if case .array(let rules)? = keyword("oneOf"), rules.filter({ isValid(value, $0) }).count != 1 { return false }
        if let rule = keyword("not"), isValid(value, rule) { return false }
        return true
    }

    private static func has(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"),
            (.integer, "integer"), (.unsigned, "integer"), (.integer, "number"), (.unsigned, "number"),
            (.double, "number"), (.decimal, "number"):
            true
        default: false
        }
    }
}
