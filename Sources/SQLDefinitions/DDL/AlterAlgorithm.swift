import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// ALGORITHM= and LOCK= of ALTER TABLE, CREATE INDEX and DROP INDEX: answered as InnoDB answers them, since that is what tools
/// go by that try INSTANT first. What really happens is never slower.
package enum AlterAlgorithm {
    /// How InnoDB could do a change.
    package struct Support {
        package enum Level: Comparable {
            case instant, inPlace, copy
        }

        package var level = Level.instant
        /// Why not INSTANT; nil: error 1845 has no reason.
        package var instantReason: String?
        package var inPlaceReason: String?
        /// COPY where the server decided so before it asked InnoDB.
        package var isCopyOfServer = false
        /// In place, but changes have to wait: why.
        package var lockReason: String?
        /// Nothing but a new name.
        package var isRename = false

        package mutating func add(_ other: Support) {
            isRename = false
            lockReason = lockReason ?? other.lockReason
            guard other.level >= level, other.level > .instant else { return }
            if other.level > level || instantReason == nil { instantReason = other.instantReason }
            if other.level > level || inPlaceReason == nil { inPlaceReason = other.inPlaceReason }
            isCopyOfServer = isCopyOfServer || other.isCopyOfServer
            level = other.level
        }

        package static let instant = Support()
        package static let inPlace = Support(level: .inPlace)
        package static let copy = Support(level: .copy)
        package static let copyOfServer = Support(level: .copy, isCopyOfServer: true)
        package static let typeChange = Support(
            level: .copy, instantReason: "Need to rebuild the table to change column type",
            inPlaceReason: "Cannot change column type INPLACE")
        package static let withoutKey = Support(
            level: .copy, instantReason: noKey, inPlaceReason: noKey)
        private static let noKey = "Dropping a primary key is not allowed without also adding a new primary key"

        package static func locking(_ reason: String) -> Support {
            Support(level: .inPlace, instantReason: reason, lockReason: reason)
        }

        package init(
            level: Level = Level.instant, instantReason: String? = nil, inPlaceReason: String? = nil,
            isCopyOfServer: Bool = false, lockReason: String? = nil, isRename: Bool = false
        ) {
            self.level = level
            self.instantReason = instantReason
            self.inPlaceReason = inPlaceReason
            self.isCopyOfServer = isCopyOfServer
            self.lockReason = lockReason
            self.isRename = isRename
        }
    }

    /// What the statement asks for.
    package struct Request {
        private enum Algorithm: String {
            case instant, inplace, copy
        }

        private enum Lock: String {
            case none, shared, exclusive
        }

        private var algorithm: Algorithm?
        private var lock: Lock?

        package mutating func read(_ action: AlterTableAction) throws(SQLError) {
            switch action {
            case .algorithm(let name):
                algorithm = Algorithm(rawValue: name.lowercasedASCII)
                guard algorithm != nil || name.lowercasedASCII == "default" else {
                    throw SQLError(.unknownAlterAlgorithm, name)
                }
            case .lock(let name):
                lock = Lock(rawValue: name.lowercasedASCII)
                guard lock != nil || name.lowercasedASCII == "default" else { throw SQLError(.unknownAlterLock, name) }
            default: break
            }
        }

        package func check() throws(SQLError) {
            if algorithm == .instant, lock != nil {
                throw SQLError(.wrongUsage, "ALGORITHM=INSTANT", "LOCK=NONE/SHARED/EXCLUSIVE")
            }
        }

        /// Errors 1845 and 1846.
        package func check(_ support: Support) throws(SQLError) {
            func refuse(_ what: String, _ reason: String?, _ instead: String) throws(SQLError) {
                if let reason { throw SQLError(.alterOperationNotSupportedReason, what, reason, instead) }
                throw SQLError(.alterOperationNotSupported, what, instead)
            }
            switch algorithm {
            case .instant? where support.level > .instant:
                try refuse(
                    "ALGORITHM=INSTANT", support.instantReason,
                    support.isCopyOfServer ? "ALGORITHM=COPY" : "ALGORITHM=COPY/INPLACE")
            case .inplace? where support.level == .copy:
                try refuse("ALGORITHM=INPLACE", support.inPlaceReason, "ALGORITHM=COPY")
            case .copy? where lock == Lock.none: try refuse("LOCK=NONE", Self.copyLocks, "LOCK=SHARED")
            default: break
            }
            if support.isRename, lock == Lock.none || lock == .shared {
                try refuse("LOCK=NONE/SHARED", nil, "LOCK=EXCLUSIVE")
            }
            guard lock == Lock.none else { return }
            if support.level == .copy {
                try refuse("LOCK=NONE", support.isCopyOfServer ? Self.copyLocks : support.inPlaceReason, "LOCK=SHARED")
            }
            if let reason = support.lockReason { try refuse("LOCK=NONE", reason, "LOCK=SHARED") }
        }

        private static let copyLocks = "COPY algorithm requires a lock"
    }

    /// What InnoDB needs for the statement (measured on 9.7).
    package static func support(
        of statement: AlterTableStatement, from old: TableDefinition, to new: TableDefinition,
        _ sources: [AlteredTable.Source], checksForeignKeys: Bool
    ) -> Support {
        var whole = Support.instant
        for (column, source) in zip(new.columns, sources) {
            switch source {
            case .added: whole.add(added(column))
            case .old(let place):
                let before = old.columns[place]
                // The server itself copies where generated columns are to be computed again.
                let isCopied = before.type != column.type && isGeneratedFrom(before.name, old)
                whole.add(isCopied ? .copyOfServer : changed(before, column))
            }
        }
        if isReordered(old, new, sources) { whole.add(.inPlace) }
        let hadKey = old.primaryKey != nil
        if hadKey && new.primaryKey == nil { whole.add(.withoutKey) }
        for index in new.indexes {
            if old.indexes.contains(where: { isSame($0, index, old, new) }) { continue }
            let isFunctional = index.parts.contains { $0.column == nil }
            whole.add(isFunctional ? .locking("ADD COLUMN col...VIRTUAL, ADD INDEX(col)") : .inPlace)
        }
        for index in old.indexes where index.kind != .primary {
            if !new.indexes.contains(where: { isSame(index, $0, old, new) }) { whole.add(.inPlace) }
        }
        for action in statement.actions {
            switch action {
            case .addForeignKey:
                let reason = "Adding foreign keys needs foreign_key_checks=OFF"
                whole.add(
                    checksForeignKeys ? Support(level: .copy, instantReason: nil, inPlaceReason: reason) : .inPlace)
            case .dropForeignKey, .options, .force: whole.add(.inPlace)
            case .addCheck(let check) where check.isEnforced: whole.add(.copyOfServer)
            case .setCheckEnforced(_, true): whole.add(.copyOfServer)
            case .addColumn(let syntax, _), .modifyColumn(let syntax, _), .changeColumn(_, let syntax, _):
                if syntax.checks.contains(where: \.isEnforced) { whole.add(.copyOfServer) }
            case .orderBy: whole.add(.copyOfServer)
            default: break
            }
        }
        whole.isRename = statement.actions.allSatisfy { action in
            switch action {
            case .renameTable, .algorithm, .lock: true
            default: false
            }
        } && statement.actions.contains { if case .renameTable = $0 { true } else { false } }
        return whole
    }

    private static func isGeneratedFrom(_ name: String, _ table: TableDefinition) -> Bool {
        table.columns.contains { column in
            guard let text = column.generated?.expression, let expression = try? StatementParsing.expression(Array(text.utf8))
            else { return false }
            return expression.referencedColumns.contains { Identifier.equal($0, name) }
        }
    }

    private static func added(_ column: ColumnDefinition) -> Support {
        if let generated = column.generated { return generated.isStored ? .copy : .instant }
        if column.isAutoIncrement { return .locking("Adding an auto-increment column requires a lock") }
        if case .expression = column.defaultValue { return .copy }
        return .instant
    }

    private static func changed(_ old: ColumnDefinition, _ new: ColumnDefinition) -> Support {
        var support = Support.instant
        if old.isNullable != new.isNullable { support.add(.inPlace) }
        if old.generated?.expression != new.generated?.expression || old.generated?.isStored != new.generated?.isStored {
            support.add(.copy)
        }
        if old.type == new.type { return support }
        switch (old.type.kind, new.type.kind) {
        case (.varChar, .varChar) where old.type.collation == new.type.collation,
            (.varBinary, .varBinary):
            let width = CollationChoice.maximumBytesPerCharacter(of: new.type.collation)
            let sizes = (old.type.length * width > 255, new.type.length * width > 255)
            support.add(new.type.length >= old.type.length && sizes.0 == sizes.1 ? .inPlace : .typeChange)
        case (.enumeration, .enumeration), (.set, .set):
            let isAppended = StoredForm.keepsValues(old.type, as: new.type)
            support.add(isAppended && bytes(old.type) == bytes(new.type) ? .instant : .typeChange)
        default: support.add(.typeChange)
        }
        return support
    }

    /// Bytes that InnoDB stores of an ENUM or SET.
    private static func bytes(_ type: MySQLType) -> Int {
        if type.kind == .enumeration { return type.members.count > 255 ? 2 : 1 }
        let bytes = (type.members.count + 7) / 8
        return bytes > 4 ? 8 : bytes
    }

    /// Columns that stay are in another order. New ones may stand anywhere.
    private static func isReordered(
        _ old: TableDefinition, _ new: TableDefinition, _ sources: [AlteredTable.Source]
    ) -> Bool {
        var last = -1
        for case .old(let place) in sources {
            if place < last { return true }
            last = place
        }
        return false
    }

    private static func isSame(
        _ left: IndexDefinition, _ right: IndexDefinition, _ old: TableDefinition, _ new: TableDefinition
    ) -> Bool {
        left.name == right.name && left.kind == right.kind && left.isInvisible == right.isInvisible
            && left.comment == right.comment && left.parts.count == right.parts.count
            && zip(left.parts, right.parts).allSatisfy { before, after in
                before.column.map { old.columns[$0].id } == after.column.map { new.columns[$0].id }
                    && before.expression == after.expression && before.prefixLength == after.prefixLength
                    && before.isDescending == after.isDescending
            }
    }
}
