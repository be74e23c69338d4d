import Accounts
import MySQLParser
import MySQLProtocol
import Platform
import SQLBinder
import SQLDefinitions
import SQLExpressions
import Storage

/// Account statements: authorised, checked and prepared here, then ordered as statements and executed by every member's
/// applier.
extension Session {
    func runAccountStatement(_ statement: MySQLParser.Statement, into writer: ResultWriter) throws {
        try checkLocks(statement)
        try commitImplicitly()
        storage.refreshDictionary()
        let dictionary = storage.dictionary
        var executor = AccountStatementExecutor(
            catalog: server.accounts(of: dictionary), currentAccount: account, currentSchema: currentDatabase
        ) { [context, settings = definitionSettings] schema, table in
            DefinitionPlanner(dictionary: dictionary, settings: settings, context: context, text: []) { _ in .null }
                .columnNames(schema, table)
        }
        executor.settings = server.accountStatementSettings
        executor.timestamp = UInt64(clamping: context.statementStartMicroseconds)
        var preparation = AccountStatementPreparation(executor: executor, effective: privileges, rules: passwordRules)
        let prepared = try preparation.prepared(statement)
        let rewritten = AccountStatementPrinter(currentAccount: account).text(of: prepared)
        let text = rewritten.map { Array($0.utf8) } ?? statementText
        let final =
            rewritten == nil
            ? prepared
            : try StatementParsing.statement(text, from: 0, mode: AccountStatementPrinter.mode, allowsMultiple: false)
                .statement
        try executor.execute(final)
        for note in executor.notes {
            diagnostics.add(
                ExpressionWarning(level: note.isWarning ? .warning : .note, code: note.code.rawValue, message: note.message))
        }
        for warning in preparation.warnings {
            diagnostics.add(ExpressionWarning(level: .warning, code: warning.code, message: warning.message))
        }
        try order(
            definitionMessage(
                text, writes: [SchemaObject.hash(kind: AccountStore.kind, name: "")], reads: [], statement: final,
                accounts: executor.settings, isRewritten: rewritten != nil))
        storage.refreshDictionary()
        if mustChangePassword { mustChangePassword = hasOldPassword }
        guard !preparation.generated.isEmpty else { return ok(writer) }
        answer(
            writer,
            [
                AnswerColumn("user"), AnswerColumn("host"), AnswerColumn("generated password"),
                AnswerColumn("auth_factor", isInt: true),
            ],
            preparation.generated.map {
                [
                    .text($0.account.user), .text($0.account.host), .text(String(decoding: $0.password, as: UTF8.self)),
                    .number(1),
                ]
            })
    }

    /// What this session's new passwords must satisfy.
    private var passwordRules: AccountStatementPreparation.Rules {
        let globals = server.globals
        var rules = AccountStatementPreparation.Rules()
        rules.policy = AuthenticationPolicy(globals.text("authentication_policy")) ?? .default
        rules.sha2Rounds = Int(clamping: globals.number("caching_sha2_password_digest_rounds"))
        rules.generatedLength = Int(clamping: variables["generated_random_password_length"].number)
        rules.requiresCurrent = globals.isOn("password_require_current")
        if let validation = PasswordValidation(server) {
            let users = [userName, account.user]
            rules.validate = { (password, _) throws(SQLError) in
                guard validation.allows(password, users: users) else { throw SQLError(.notValidPassword) }
            }
        }
        return rules
    }
}

extension ServerContext {
    /// The global variables that account statements depend on.
    var accountStatementSettings: AccountStatementSettings {
        var settings = AccountStatementSettings()
        settings.partialRevokes = globals.isOn("partial_revokes")
        settings.passwordHistory = UInt32(clamping: globals.number("password_history"))
        settings.passwordReuseIntervalDays = UInt32(clamping: globals.number("password_reuse_interval"))
        settings.mandatoryRoles = MandatoryRoles.parse(globals.text("mandatory_roles")) ?? []
        return settings
    }

    /// The roles that an account may activate, mandatory ones among them.
    func grantedRoles(of account: Account, in catalog: AccountCatalog) -> [AuthorizationID] {
        var executor = AccountStatementExecutor(
            catalog: catalog, currentAccount: account.name, currentSchema: nil, columnsOfTable: { _, _ in nil })
        executor.settings = accountStatementSettings
        return executor.grantedRoles(of: account)
    }

    /// Checks of variables that concern accounts; called once, while the server starts.
    public func registerAccountVariables() {
        functionHooks.passwordStrength = { [weak self] password, context in
            guard let self, let validation = PasswordValidation(self) else { return 0 }
            let users = [context.user, context.currentUser].map { name in
                String(name.prefix(upTo: name.lastIndex(of: "@") ?? name.endIndex))
            }
            return validation.strength(password, users: users)
        }
        globals.onCheck("mandatory_roles") { [weak self] value throws(SQLError) in
            guard let roles = MandatoryRoles.parse(value.text) else {
                throw SQLError(.wrongValueForVar, "mandatory_roles", value.text)
            }
            guard let self else { return }
            let catalog = self.accounts(of: self.database.dictionary)
            for role in roles where catalog[role]?.dynamicPrivileges["SYSTEM_USER"] != nil {
                throw SQLError(.daAuthIdWithSystemUserPrivInMandatoryRoles, role.user, role.host, "SYSTEM_USER")
            }
        }
        globals.onCheck("partial_revokes") { [weak self] value throws(SQLError) in
            guard let self, !value.isOn else { return }
            let catalog = self.accounts(of: self.database.dictionary)
            guard catalog.accounts.values.allSatisfy(\.restrictions.isEmpty) else { throw SQLError(.partialRevokesExist) }
        }
        registerComponentVariables()
        globals.onCheck("authentication_policy") { value throws(SQLError) in
            guard AuthenticationPolicy(value.text) != nil else {
                throw SQLError(.wrongValueForVar, "authentication_policy", value.text)
            }
        }
    }
}
