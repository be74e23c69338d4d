import BinaryLog
import MySQLTypes
import Platform
import SQLExpressions

/// How the settings travel with an ordered DDL: as the status variables that MySQL's Query event has for them, and the
/// others in one of GroupLite's own at the event's end, which MySQL's tools skip.
extension BindingSettings {
    /// What MySQL's Query event knows, with the session's other bits left to the caller.
    ///
    /// `moment`: seconds since 1970. SYSTEM is another time zone on another member, so that the zone that it is here goes.
    package func statusVariables(at moment: Int) -> QueryStatusVariables {
        var variables = QueryStatusVariables()
        variables.flags2 = foreignKeyChecks ? 0 : QueryStatusVariables.Flags2.noForeignKeyChecks
        variables.sqlMode = sqlMode.rawValue
        variables.catalog = Array("std".utf8)
        // The text is UTF-8 whatever the client's was. utf8mb4 by its number that other tools know too, see
        // ``QueryStatusVariables/Charsets/utf8mb4``.
        let client = clientCharset == .utf8mb3 ? clientCharset.defaultCollation.rawValue : QueryStatusVariables.Charsets.utf8mb4.client
        variables.charsets = QueryStatusVariables.Charsets(
            client: client, connection: connectionCollation.rawValue, server: serverCollation.rawValue)
        variables.timeZone = Array(TimeZone.portableName(timeZone, at: moment).utf8)
        if let number = TimeLocale.number(of: timeLocale), number > 0 { variables.localeOfTimeNames = number }
        variables.explicitDefaultsForTimestamp = explicitDefaultsForTimestamp
        if defaultCollationForUTF8MB4 != .utf8mb4_0900_ai_ci {
            variables.defaultCollationForUTF8MB4 = defaultCollationForUTF8MB4.rawValue
        }
        variables.requiresPrimaryKey = requiresPrimaryKey ? 1 : 0
        var writer = ByteWriter()
        writer.write(resultCollation.rawValue)
        for number in [divPrecisionIncrement, groupConcatMaxLength, maxAllowedPacket, defaultWeekFormat, cteMaxRecursionDepth] {
            writer.write(lengthEncoded: UInt64(clamping: number))
        }
        writer.write(lengthEncoded: Array(blockEncryptionMode.utf8))
        // Which bytes the texts behind introducers had at the client's.
        writer.write(clientCharset.defaultCollation.rawValue)
        variables.furtherSettings = writer.bytes
        return variables
    }

    /// The settings that a Query event brought; what an event of another server lacks is as MySQL's defaults.
    package init(_ event: QueryEvent) throws(MalformedBytes) {
        self.init()
        let variables = event.statusVariables
        database = event.database.isEmpty ? nil : String(decoding: event.database, as: UTF8.self)
        foreignKeyChecks = (variables.flags2 ?? 0) & QueryStatusVariables.Flags2.noForeignKeyChecks == 0
        if let mode = variables.sqlMode { sqlMode = SQLMode(rawValue: mode) }
        if let charsets = variables.charsets {
            clientCharset = Collation(CollationID(rawValue: charsets.client))?.characterSet ?? .utf8mb4
            connectionCollation = CollationID(rawValue: charsets.connection)
            serverCollation = CollationID(rawValue: charsets.server)
        }
        if let zone = variables.timeZone { timeZone = String(decoding: zone, as: UTF8.self) }
        if let number = variables.localeOfTimeNames { timeLocale = TimeLocale.name(of: number) ?? timeLocale }
        if let isExplicit = variables.explicitDefaultsForTimestamp { explicitDefaultsForTimestamp = isExplicit }
        if let collation = variables.defaultCollationForUTF8MB4 {
            defaultCollationForUTF8MB4 = CollationID(rawValue: collation)
        }
        if let requires = variables.requiresPrimaryKey { requiresPrimaryKey = requires != 0 }
        guard let further = variables.furtherSettings else { return }
        var reader = ByteReader(further[...])
        resultCollation = CollationID(rawValue: try reader.readUInt16())
        divPrecisionIncrement = min(30, Int(clamping: try reader.readLengthEncodedInteger()))
        groupConcatMaxLength = Int(clamping: try reader.readLengthEncodedInteger())
        maxAllowedPacket = Int(clamping: try reader.readLengthEncodedInteger())
        defaultWeekFormat = min(7, Int(clamping: try reader.readLengthEncodedInteger()))
        cteMaxRecursionDepth = Int(clamping: try reader.readLengthEncodedInteger())
        blockEncryptionMode = String(decoding: try reader.readLengthEncodedBytes(), as: UTF8.self)
        if !reader.isAtEnd { clientCharset = CollationID(rawValue: try reader.readUInt16()).characterSet }
    }
}
