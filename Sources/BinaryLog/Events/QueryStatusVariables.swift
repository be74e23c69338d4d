import Platform

/// A Query event's status variables: the session's settings that the statement depends on. Nil ones are not written.
public struct QueryStatusVariables: Hashable, Sendable {
    /// Bits of ``flags2``.
    public enum Flags2 {
        public static let autoIsNull: UInt32 = 1 << 14
        public static let noForeignKeyChecks: UInt32 = 1 << 26
        public static let relaxedUniqueChecks: UInt32 = 1 << 27
        public static let notAutocommit: UInt32 = 1 << 19
    }

    /// The account that a statement with DEFINER = CURRENT_USER runs for.
    public struct Invoker: Hashable, Sendable {
        public var user: [UInt8]
        public var host: [UInt8]

        public init(user: [UInt8], host: [UInt8]) {
            self.user = user
            self.host = host
        }
    }

    /// character_set_client, collation_connection, collation_server, by number.
    public struct Charsets: Hashable, Sendable {
        public var client: UInt16
        public var connection: UInt16
        public var server: UInt16

        /// utf8mb4 with the server's default collation. The client's charset is named by utf8mb4_general_ci (45), which means
        /// the same there and which MariaDB's mariadb-binlog knows too.
        public static let utf8mb4 = Charsets(client: 45, connection: 255, server: 255)

        public init(client: UInt16, connection: UInt16, server: UInt16) {
            self.client = client
            self.connection = connection
            self.server = server
        }
    }

    public var flags2: UInt32?
    public var sqlMode: UInt64?
    /// auto_increment_increment and auto_increment_offset.
    public var autoIncrement: (increment: UInt16, offset: UInt16)?
    public var catalog: [UInt8]?
    public var charsets: Charsets?
    public var timeZone: [UInt8]?
    public var localeOfTimeNames: UInt16?
    public var databaseCollation: UInt16?
    /// Bits of the tables that a multi-table UPDATE changes.
    public var tablesForUpdate: UInt64?
    public var invoker: Invoker?
    /// Databases that the statement changes; `[]` with ``updatesTooManyDatabases`` when there are more than 16.
    public var updatedDatabases: [[UInt8]]?
    public var updatesTooManyDatabases = false
    /// Fraction of the statement's start, microseconds.
    public var microseconds: UInt32?
    public var explicitDefaultsForTimestamp: Bool?
    /// The DDL's transaction number: SHOW BINLOG EVENTS prints it behind the statement.
    public var ddlXID: UInt64?
    public var defaultCollationForUTF8MB4: UInt16?
    public var requiresPrimaryKey: UInt8?
    public var defaultTableEncryption: UInt8?
    /// Settings for which MySQL has no code: a variable of GroupLite's own, behind all others. MySQL's readers leave what
    /// follows a code that they do not know.
    public var furtherSettings: [UInt8]?
    /// Ours, behind all of MySQL's: what an account statement depends on. MySQL stops at a code that it does not know.
    public var accountSettings: [UInt8]?

    private static let accountSettingsCode: UInt8 = 200

    private static let furtherSettingsCode: UInt8 = 240
    private static let tooManyDatabases: UInt8 = 254
    private static let maximumDatabases = 16

    public init() {}

    public static func == (left: Self, right: Self) -> Bool {
        var first = ByteWriter()
        var second = ByteWriter()
        left.encode(into: &first)
        right.encode(into: &second)
        return first.bytes == second.bytes
    }

    public func hash(into hasher: inout Hasher) {
        var writer = ByteWriter()
        encode(into: &writer)
        hasher.combine(writer.bytes)
    }

    /// Writes the variables that are set, in the order in which MySQL writes them.
    public func encode(into writer: inout ByteWriter) {
        if let flags2 {
            writer.write(UInt8(0))
            writer.write(flags2)
        }
        if let sqlMode {
            writer.write(UInt8(1))
            writer.write(sqlMode)
        }
        if let catalog {
            writer.write(UInt8(6))
            write(short: catalog, into: &writer)
        }
        if let autoIncrement {
            writer.write(UInt8(3))
            writer.write(autoIncrement.increment)
            writer.write(autoIncrement.offset)
        }
        if let charsets {
            writer.write(UInt8(4))
            writer.write(charsets.client)
            writer.write(charsets.connection)
            writer.write(charsets.server)
        }
        if let timeZone {
            writer.write(UInt8(5))
            write(short: timeZone, into: &writer)
        }
        if let localeOfTimeNames {
            writer.write(UInt8(7))
            writer.write(localeOfTimeNames)
        }
        if let databaseCollation {
            writer.write(UInt8(8))
            writer.write(databaseCollation)
        }
        if let tablesForUpdate {
            writer.write(UInt8(9))
            writer.write(tablesForUpdate)
        }
        if let invoker {
            writer.write(UInt8(11))
            write(short: invoker.user, into: &writer)
            write(short: invoker.host, into: &writer)
        }
        if updatesTooManyDatabases {
            writer.write(UInt8(12))
            writer.write(QueryStatusVariables.tooManyDatabases)
        } else if let updatedDatabases {
            writer.write(UInt8(12))
            if updatedDatabases.count > QueryStatusVariables.maximumDatabases {
                writer.write(QueryStatusVariables.tooManyDatabases)
            } else {
                writer.write(UInt8(updatedDatabases.count))
                for name in updatedDatabases {
                    writer.write(name)
                    writer.write(UInt8(0))
                }
            }
        }
        if let microseconds {
            writer.write(UInt8(13))
            writer.write(UInt64(microseconds), width: 3)
        }
        if let explicitDefaultsForTimestamp {
            writer.write(UInt8(16))
            writer.write(UInt8(explicitDefaultsForTimestamp ? 1 : 0))
        }
        if let ddlXID {
            writer.write(UInt8(17))
            writer.write(ddlXID)
        }
        if let defaultCollationForUTF8MB4 {
            writer.write(UInt8(18))
            writer.write(defaultCollationForUTF8MB4)
        }
        if let requiresPrimaryKey {
            writer.write(UInt8(19))
            writer.write(requiresPrimaryKey)
        }
        if let defaultTableEncryption {
            writer.write(UInt8(20))
            writer.write(defaultTableEncryption)
        }
        if let accountSettings {
            writer.write(QueryStatusVariables.accountSettingsCode)
            writer.write(UInt16(truncatingIfNeeded: accountSettings.count))
            writer.write(accountSettings.prefix(Int(UInt16(truncatingIfNeeded: accountSettings.count))))
        }
        if let furtherSettings {
            writer.write(QueryStatusVariables.furtherSettingsCode)
            write(short: furtherSettings, into: &writer)
        }
    }

    private func write(short text: [UInt8], into writer: inout ByteWriter) {
        let kept = text.prefix(255)
        writer.write(UInt8(kept.count))
        writer.write(kept)
    }

    /// Reads to the end of `reader`. A code that is not known ends it, as in MySQL, since its length is not known either.
    public init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        while !reader.isAtEnd {
            switch try reader.readUInt8() {
            case 0: flags2 = try reader.readUInt32()
            case 1: sqlMode = try reader.readUInt64()
            case 2:  // catalog as MySQL 5.0.0 wrote it, with a NUL
                catalog = Array(try reader.readBytes(Int(try reader.readUInt8())))
                try reader.skip(1)
            case 3: autoIncrement = (try reader.readUInt16(), try reader.readUInt16())
            case 4:
                charsets = Charsets(
                    client: try reader.readUInt16(), connection: try reader.readUInt16(),
                    server: try reader.readUInt16())
            case 5: timeZone = Array(try reader.readBytes(Int(try reader.readUInt8())))
            case 6: catalog = Array(try reader.readBytes(Int(try reader.readUInt8())))
            case 7: localeOfTimeNames = try reader.readUInt16()
            case 8: databaseCollation = try reader.readUInt16()
            case 9: tablesForUpdate = try reader.readUInt64()
            case 10: try reader.skip(4)
            case 11:
                invoker = Invoker(
                    user: Array(try reader.readBytes(Int(try reader.readUInt8()))),
                    host: Array(try reader.readBytes(Int(try reader.readUInt8()))))
            case 12:
                let count = try reader.readUInt8()
                if count == QueryStatusVariables.tooManyDatabases {
                    updatesTooManyDatabases = true
                } else {
                    var names: [[UInt8]] = []
                    for _ in 0..<count { names.append(Array(try reader.readNulTerminated())) }
                    updatedDatabases = names
                }
            case 13: microseconds = UInt32(try reader.readUInt(width: 3))
            case 16: explicitDefaultsForTimestamp = try reader.readUInt8() != 0
            case 17: ddlXID = try reader.readUInt64()
            case 18: defaultCollationForUTF8MB4 = try reader.readUInt16()
            case 19: requiresPrimaryKey = try reader.readUInt8()
            case 20: defaultTableEncryption = try reader.readUInt8()
            case QueryStatusVariables.accountSettingsCode:
                accountSettings = Array(try reader.readBytes(Int(try reader.readUInt16())))
            case QueryStatusVariables.furtherSettingsCode:
                furtherSettings = Array(try reader.readBytes(Int(try reader.readUInt8())))
            default: return
            }
        }
    }
}
