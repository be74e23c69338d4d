import MySQLTypes
import Storage

extension TableDefinition {
    /// The table under another name. Constraints whose names were made of the table's get new ones (`t_chk_1`, `t_ibfk_1`).
    package func renamed(to name: String, in schema: String) -> TableDefinition {
        var renamed = self
        renamed.schema = schema
        renamed.name = name
        for place in checks.indices {
            renamed.checks[place].name = Self.follow(checks[place].name, from: self.name, to: name, "_chk_")
        }
        for place in foreignKeys.indices {
            renamed.foreignKeys[place].name = Self.follow(foreignKeys[place].name, from: self.name, to: name, "_ibfk_")
        }
        return renamed
    }

    private static func follow(_ constraint: String, from old: String, to new: String, _ infix: String) -> String {
        let prefix = Array((old + infix).utf8)
        let bytes = Array(constraint.utf8)
        guard bytes.starts(with: prefix), bytes.count > prefix.count,
            bytes[prefix.count...].allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return constraint }
        return new + infix + String(decoding: bytes[prefix.count...], as: UTF8.self)
    }
}
