import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// What an account needs for DDL on tables and views: errors 1142, 1143 and 1227, before anything is said of what exists.
/// What is about databases, ``StatementTraits`` says.
extension Session {
    func checkDefinitionPrivileges(_ statement: MySQLParser.Statement) throws(SQLError) {
        switch statement {
        case .createTable(let create):
            try demand(create.query == nil ? .create : [.create, .insert], on: create.name)
            try checkSources(of: create)
            for element in create.elements {
                switch element {
                case .column(let column): if let key = column.references { try demandReferences(key, from: create.name) }
                case .foreignKey(let key): try demandReferences(key, from: create.name)
                case .index, .check: break
                }
            }
        case .alterTable(let alter):
            var renamed: ObjectName?
            for case .renameTable(let name) in alter.actions { renamed = name }
            try demand(renamed == nil ? .alter : [.alter, .drop], on: alter.name)
            if let renamed { try demand([.create, .insert], on: renamed) }
            for case .addForeignKey(let key) in alter.actions { try demandReferences(key, from: alter.name) }
        case .createIndex(let create): try demand(.index, on: create.table)
        case .dropIndex(let drop): try demand(.index, on: drop.table)
        case .dropTable(let drop): for name in drop.names { try demand(.drop, on: name) }
        case .truncateTable(let name): try demand(.drop, on: name)
        case .renameTable(let renames):
            for rename in renames {
                try demand([.alter, .drop], on: rename.from)
                try demand([.create, .insert], on: rename.to)
            }
        case .createView(let create): try checkView(create)
        case .dropView(let names, _):
            for name in names { try demand(.drop, on: name) }
            for name in names { try demandSystemUser(ofViewNamed: name) }
        default: break
        }
    }

    func demand(_ needed: Privileges, on name: ObjectName) throws(SQLError) {
        guard let database = name.schema ?? currentDatabase else { throw SQLError(.noDbError) }
        try refuseSystemTable(database, name.name, needed.names.joined(separator: ", "))
        try demand(needed, schema: database, table: name.name)
    }

    /// A foreign key tells which keys its parent has, and holds the parent's rows.
    private func demandReferences(_ key: ForeignKeySyntax, from child: ObjectName) throws(SQLError) {
        guard let database = key.referencedTable.schema ?? child.schema ?? currentDatabase else {
            throw SQLError(.noDbError)
        }
        let (parent, mine) = (key.referencedTable.name, privileges)
        if mine.privileges(onTable: parent, in: database).contains(.references) { return }
        throw denied(.references, table: "\(database).\(parent)")
    }

    /// What CREATE TABLE ... LIKE and ... SELECT read.
    func checkSources(of create: CreateTableStatement) throws(SQLError) {
        if let like = create.like {
            guard let database = like.schema ?? currentDatabase else { throw SQLError(.noDbError) }
            if storage.temporaryTable(database, like.name) == nil {
                try demandPart(.select, schema: database, table: like.name)
            }
        }
        if let query = create.query {
            let binder = Binder(environment: self, builder: builder)
            let warnings = context.warnings
            defer { context.warnings = warnings }
            _ = try binding(binder.required) { () throws(SQLError) in try binder.bindQuery(query, parent: nil) }
            try checkPrivileges(binder.required)
        }
    }

    // MARK: Views

    /// Views of accounts with SYSTEM_USER are taken away by such accounts only.
    private func demandSystemUser(ofViewNamed name: ObjectName) throws(SQLError) {
        guard let schema = name.schema ?? currentDatabase, let view = storage.dictionary.view(schema, name.name) else { return }
        let catalog = server.accounts(of: storage.dictionary)
        let definer = AuthorizationID(definer: view.definer)
        guard let found = catalog[definer] else { return }
        let theirs = EffectivePrivileges(catalog: catalog, account: definer, activeRoles: found.defaultRoles)
        guard !theirs.hasDynamic("SYSTEM_USER") || privileges.hasDynamic("SYSTEM_USER") else {
            throw SQLError(.specificAccessDeniedError, "SYSTEM_USER")
        }
    }

    private func checkView(_ create: CreateViewStatement) throws(SQLError) {
        try demand(.createView, on: create.name)
        if create.orReplace || create.isAlter { try demand(.drop, on: create.name) }
        let binder = Binder(environment: self, builder: builder)
        binder.makesView = true
        binder.fromAccess = .view
        let warnings = context.warnings
        defer { context.warnings = warnings }
        do throws(SQLError) {
            _ = try binder.bindQuery(create.query, parent: nil)
        } catch {
            // What is wrong with the query otherwise, the planner says, for all members alike.
            try checkUnbound(binder.required, error)
        }
        try checkPrivileges(binder.required)
        if let table = binder.tables.values.first(where: \.isTemporary) {
            throw SQLError(.viewSelectTmptable, table.name)
        }
        try checkDefiner(of: create)
    }

    /// Who makes a view that reads as another account may do as that account: errors 1227, and the note 1449 for an account
    /// that does not exist.
    private func checkDefiner(of create: CreateViewStatement) throws(SQLError) {
        let definer: AuthorizationID
        if let given = create.definer {
            if given.isCurrentUser { return }
            definer = AuthorizationID(user: given.user, host: (given.host ?? "%").lowercasedASCII)
        } else if create.isAlter, let schema = create.name.schema ?? currentDatabase,
            let view = storage.dictionary.view(schema, create.name.name)
        {
            definer = AuthorizationID(definer: view.definer)
        } else {
            return
        }
        guard definer != account else { return }
        guard privileges.hasDynamic("SET_ANY_DEFINER") else {
            throw SQLError(.specificAccessDeniedError, "SUPER or SET_ANY_DEFINER")
        }
        let catalog = server.accounts(of: storage.dictionary)
        guard let found = catalog[definer] else {
            guard privileges.hasDynamic("ALLOW_NONEXISTENT_DEFINER") else {
                throw SQLError(.specificAccessDeniedError, "SUPER or ALLOW_NONEXISTENT_DEFINER")
            }
            diagnostics.note(SQLError(.noSuchUser, definer.user, definer.host))
            return
        }
        let definers = EffectivePrivileges(catalog: catalog, account: definer, activeRoles: found.defaultRoles)
        guard !definers.hasDynamic("SYSTEM_USER") || privileges.hasDynamic("SYSTEM_USER") else {
            throw SQLError(.specificAccessDeniedError, "SYSTEM_USER")
        }
    }
}
