import Platform

/// An account as the bytes that the dictionary stores. Dictionaries are written in sorted order: equal accounts give
/// equal bytes on every member.
extension Account {
    private static let formatVersion: UInt8 = 3

    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(Account.formatVersion)
        writer.write(text: name.user)
        writer.write(text: name.host)
        writer.write(text: plugin)
        writer.write(lengthEncoded: authenticationString)
        writer.write(lengthEncoded: secondaryAuthenticationString)
        writer.write(lengthEncoded: UInt64(pastPasswords.count))
        for password in pastPasswords {
            writer.write(text: password.plugin)
            writer.write(lengthEncoded: password.authenticationString)
            writer.write(password.changed)
        }
        writer.write(UInt8(isLocked ? 1 : 0) | UInt8(isPasswordExpired ? 2 : 0))
        writer.write(passwordChanged)
        passwordRules.encode(into: &writer)
        writer.write(forgivenLogins)
        tlsRequirement.encode(into: &writer)
        for limit in [limits.queriesPerHour, limits.updatesPerHour, limits.connectionsPerHour, limits.userConnections] {
            writer.write(limit)
        }
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
        writer.write(lengthEncoded: UInt64(restrictions.count))
        for (schema, privileges) in restrictions.sorted(by: { $0.key < $1.key }) {
            writer.write(text: schema)
            writer.write(privileges.rawValue)
        }
        writer.write(lengthEncoded: UInt64(proxied.count))
        for (account, withGrantOption) in proxied.sorted(by: { $0.key < $1.key }) {
            writer.write(text: account.user)
            writer.write(text: account.host)
            writer.write(UInt8(withGrantOption ? 1 : 0))
        }
        return writer.bytes
    }

    package init(encoded bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        guard try reader.readUInt8() == Account.formatVersion else {
            throw MalformedBytes("an account written by another version")
        }
        self.init(name: AuthorizationID(user: try reader.readText(), host: try reader.readText()))
        plugin = try reader.readText()
        authenticationString = Array(try reader.readLengthEncodedBytes())
        secondaryAuthenticationString = Array(try reader.readLengthEncodedBytes())
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            pastPasswords.append(
                PastPassword(
                    plugin: try reader.readText(), authenticationString: Array(try reader.readLengthEncodedBytes()),
                    changed: try reader.readUInt64()))
        }
        let flags = try reader.readUInt8()
        isLocked = flags & 1 != 0
        isPasswordExpired = flags & 2 != 0
        passwordChanged = try reader.readUInt64()
        passwordRules = try PasswordRules(decoding: &reader)
        forgivenLogins = try reader.readUInt64()
        tlsRequirement = try TLSRequirement(decoding: &reader)
        limits.queriesPerHour = try reader.readUInt32()
        limits.updatesPerHour = try reader.readUInt32()
        limits.connectionsPerHour = try reader.readUInt32()
        limits.userConnections = try reader.readUInt32()
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
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            let schema = try reader.readText()
            restrictions[schema] = Privileges(rawValue: try reader.readUInt64())
        }
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            let account = AuthorizationID(user: try reader.readText(), host: try reader.readText())
            proxied[account] = try reader.readUInt8() != 0
        }
    }
}

extension PasswordRules {
    private static let isUnbounded: UInt8 = 32

    fileprivate func encode(into writer: inout ByteWriter) {
        let given = UInt8(lifetimeDays == nil ? 0 : 1) | UInt8(history == nil ? 0 : 2)
            | UInt8(reuseIntervalDays == nil ? 0 : 4) | UInt8(requiresCurrent == nil ? 0 : 8)
            | UInt8(requiresCurrent == true ? 16 : 0) | (lockTime == .unbounded ? Self.isUnbounded : 0)
        writer.write(given)
        writer.write(lifetimeDays ?? 0)
        writer.write(history ?? 0)
        writer.write(reuseIntervalDays ?? 0)
        writer.write(failedLoginAttempts)
        if case .days(let days) = lockTime { writer.write(days) } else { writer.write(UInt32(0)) }
    }

    fileprivate init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        let given = try reader.readUInt8()
        let (lifetime, history, interval) = (try reader.readUInt32(), try reader.readUInt32(), try reader.readUInt32())
        lifetimeDays = given & 1 != 0 ? lifetime : nil
        self.history = given & 2 != 0 ? history : nil
        reuseIntervalDays = given & 4 != 0 ? interval : nil
        requiresCurrent = given & 8 != 0 ? given & 16 != 0 : nil
        failedLoginAttempts = try reader.readUInt32()
        let days = try reader.readUInt32()
        lockTime = given & Self.isUnbounded != 0 ? .unbounded : .days(days)
    }
}

extension TLSRequirement {
    fileprivate func encode(into writer: inout ByteWriter) {
        switch self {
        case .none: writer.write(UInt8(0))
        case .ssl: writer.write(UInt8(1))
        case .x509: writer.write(UInt8(2))
        case .specified(let subject, let issuer, let cipher):
            writer.write(UInt8(3))
            writer.write(text: subject)
            writer.write(text: issuer)
            writer.write(text: cipher)
        }
    }

    fileprivate init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        switch try reader.readUInt8() {
        case 0: self = .none
        case 1: self = .ssl
        case 2: self = .x509
        case 3:
            self = .specified(
                subject: try reader.readText(), issuer: try reader.readText(), cipher: try reader.readText())
        default: throw MalformedBytes("an account's TLS requirement")
        }
    }
}

/// As a Query event carries them.
extension AccountStatementSettings {
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt8(partialRevokes ? 1 : 0))
        writer.write(passwordHistory)
        writer.write(passwordReuseIntervalDays)
        writer.write(lengthEncoded: UInt64(mandatoryRoles.count))
        for role in mandatoryRoles {
            writer.write(text: role.user)
            writer.write(text: role.host)
        }
        return writer.bytes
    }

    package init(encoded bytes: [UInt8]) throws(MalformedBytes) {
        var reader = ByteReader(bytes)
        self.init()
        partialRevokes = try reader.readUInt8() != 0
        passwordHistory = try reader.readUInt32()
        passwordReuseIntervalDays = try reader.readUInt32()
        for _ in 0..<(try reader.readLengthEncodedInteger()) {
            mandatoryRoles.append(AuthorizationID(user: try reader.readText(), host: try reader.readText()))
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
