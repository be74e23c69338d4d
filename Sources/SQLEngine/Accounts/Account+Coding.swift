import Platform

/// An account as the bytes that the dictionary stores. Dictionaries are written in sorted order: equal accounts give
/// equal bytes on every member.
extension Account {
    /// 2 added the time of the password.
    private static let formatVersion: UInt8 = 2

    var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(Account.formatVersion)
        writer.write(text: name.user)
        writer.write(text: name.host)
        writer.write(text: plugin)
        writer.write(lengthEncoded: authenticationString)
        writer.write(UInt8(isLocked ? 1 : 0) | UInt8(isPasswordExpired ? 2 : 0) | UInt8(passwordLifetime == nil ? 0 : 4))
        writer.write(passwordLifetime ?? 0)
        writer.write(passwordChanged)
        writer.write(text: tlsRequirement.rawValue)
        writer.write(maximumUserConnections)
        writer.write(text: attribute ?? "")
        writer.write(privileges.rawValue)
        writer.write(lengthEncoded: UInt64(dynamicPrivileges.count))
        for (name, withGrantOption) in dynamicPrivileges.sorted(by: { $0.key < $1.key }) {
            writer.write(text: name)
            writer.write(UInt8(withGrantOption ? 1 : 0))
        }
        writer.write(lengthEncoded: UInt64(databaseGrants.count))
        for (schema, privileges) in databaseGrants.sorted(by: { $0.key < $1.key }) {
            writer.write(text: schema)
            writer.write(privileges.rawValue)
        }
        writer.write(lengthEncoded: UInt64(tableGrants.count))
        for (key, grant) in tableGrants.sorted(by: { $0.key < $1.key }) {
            writer.write(text: key.schema)
            writer.write(text: key.table)
            writer.write(grant.privileges.rawValue)
            writer.write(lengthEncoded: UInt64(grant.columns.count))
            for (column, privileges) in grant.columns.sorted(by: { $0.key < $1.key }) {
                writer.write(text: column)
                writer.write(privileges.rawValue)
            }
        }
        writer.write(lengthEncoded: UInt64(roles.count))
        for (role, withAdminOption) in roles.sorted(by: { $0.key < $1.key }) {
            writer.write(text: role.user)
            writer.write(text: role.host)
            writer.write(UInt8(withAdminOption ? 1 : 0))
        }
        writer.write(lengthEncoded: UInt64(defaultRoles.count))
        for role in defaultRoles {
            writer.write(text: role.user)
            writer.write(text: role.host)
        }
        return writer.bytes
    }

    init(encoded bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        let version = try reader.readUInt8()
        guard version >= 1, version <= Account.formatVersion else {
            throw MalformedBytes("an account written by a newer version")
        }
        self.init(name: AuthorizationID(user: try reader.readText(), host: try reader.readText()))
        plugin = try reader.readText()
        authenticationString = Array(try reader.readLengthEncodedBytes())
        let flags = try reader.readUInt8()
        isLocked = flags & 1 != 0
        isPasswordExpired = flags & 2 != 0
        let lifetime = try reader.readUInt32()
        passwordLifetime = flags & 4 != 0 ? lifetime : nil
        if version >= 2 { passwordChanged = try reader.readUInt64() }
        tlsRequirement = TLSRequirement(rawValue: try reader.readText()) ?? .none
        maximumUserConnections = try reader.readUInt32()
        let attribute = try reader.readText()
        self.attribute = attribute.isEmpty ? nil : attribute
        privileges = Privileges(rawValue: try reader.readUInt64())
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            let name = try reader.readText()
            dynamicPrivileges[name] = try reader.readUInt8() != 0
        }
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            let schema = try reader.readText()
            databaseGrants[schema] = Privileges(rawValue: try reader.readUInt64())
        }
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            let key = TableKey(schema: try reader.readText(), table: try reader.readText())
            var grant = TableGrant(privileges: Privileges(rawValue: try reader.readUInt64()))
            for _ in 0..<(try reader.readLengthEncodedInteger()) {
                let column = try reader.readText()
                grant.columns[column] = Privileges(rawValue: try reader.readUInt64())
            }
            tableGrants[key] = grant
        }
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            let role = AuthorizationID(user: try reader.readText(), host: try reader.readText())
            roles[role] = try reader.readUInt8() != 0
        }
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            defaultRoles.append(AuthorizationID(user: try reader.readText(), host: try reader.readText()))
        }
    }
}

extension ByteWriter {
    fileprivate mutating func write(text: String) {
        write(lengthEncoded: UInt64(text.utf8.count))
        write(utf8: text)
    }
}

extension ByteReader {
    fileprivate mutating func readText() throws(MalformedBytes) -> String {
        String(decoding: try readLengthEncodedBytes(), as: UTF8.self)
    }
}
