import Accounts
import MySQLProtocol

/// The privileges that setting a variable takes, as MySQL asks for them; which variable takes which, the table says.
extension SystemVariable {
    /// What setting a variable takes beyond what its scope does; the raw value is its letter in the table.
    package enum Restriction: Character, Sendable {
        /// Of a session: an administrator of variables.
        case administrator = "A"
        /// The same, for whom SUPER does not stand in.
        case administratorNotSuper = "V"
        /// What an applier sets besides administrators.
        case applier = "R"
        /// Encryption, in both scopes, where its value changes.
        case encryption = "e"
        /// `innodb_tmpdir`, in both scopes; of a session where its value changes.
        case file = "f"
        /// The global value takes one more.
        case group = "g"
        case connections = "c"
        case binaryLogEncryption = "b"
        case roles = "o"
        case higherVersions = "h"
        case superOnly = "u"
        /// Turned off again: an administrator of variables.
        case rowFormat = "w"
    }

    /// Error 1227 for what a session may not set for itself. `isChange`: the value is another than now.
    package func checkSession(_ mine: EffectivePrivileges, isChange: Bool) throws(SQLError) {
        let isAdministrator = mine.holds("SYSTEM_VARIABLES_ADMIN") || mine.holds("SESSION_VARIABLES_ADMIN")
        let isSuper = mine.global.contains(.super)
        switch restriction {
        case .administrator where !isAdministrator && !isSuper:
            throw SQLError(.specificAccessDeniedError, "SUPER, SYSTEM_VARIABLES_ADMIN or SESSION_VARIABLES_ADMIN")
        case .administratorNotSuper where !isAdministrator:
            throw SQLError(.specificAccessDeniedError, "SYSTEM_VARIABLES_ADMIN or SESSION_VARIABLES_ADMIN")
        case .applier where !isAdministrator && !isSuper && !mine.holds("REPLICATION_APPLIER"):
            throw SQLError(
                .specificAccessDeniedError, "SUPER, SYSTEM_VARIABLES_ADMIN, SESSION_VARIABLES_ADMIN or REPLICATION_APPLIER")
        case .rowFormat where isChange && !isAdministrator && !isSuper:
            throw SQLError(.specificAccessDeniedError, "SUPER or SYSTEM_VARIABLES_ADMIN or SESSION_VARIABLES_ADMIN")
        case .encryption where isChange: try checkEncryption(mine)
        case .file where isChange: try checkFile(mine)
        default: break
        }
    }

    /// Errors 1227 for SET GLOBAL and SET PERSIST.
    package func checkGlobal(_ mine: EffectivePrivileges) throws(SQLError) {
        let isSuper = mine.global.contains(.super)
        guard isSuper || mine.holds("SYSTEM_VARIABLES_ADMIN") else {
            throw SQLError(.specificAccessDeniedError, "SUPER or SYSTEM_VARIABLES_ADMIN")
        }
        switch restriction {
        case .encryption: try checkEncryption(mine)
        case .file: try checkFile(mine)
        case .group where !isSuper && !mine.holds("GROUP_REPLICATION_ADMIN"):
            throw SQLError(.specificAccessDeniedError, "SUPER or GROUP_REPLICATION_ADMIN")
        case .connections where !isSuper && !mine.holds("CONNECTION_ADMIN"):
            throw SQLError(.specificAccessDeniedError, "SYSTEM_VARIABLES_ADMIN plus CONNECTION_ADMIN or SUPER")
        case .binaryLogEncryption where !isSuper && !mine.holds("BINLOG_ENCRYPTION_ADMIN"):
            throw SQLError(.specificAccessDeniedError, "SUPER or BINLOG_ENCRYPTION_ADMIN")
        case .roles where !mine.holds("ROLE_ADMIN"):
            throw SQLError(
                .specificAccessDeniedError, "SYSTEM_VARIABLES_ADMIN or SUPER privileges, as well as the ROLE_ADMIN")
        case .higherVersions where !isSuper && !mine.holds("REPLICATION_SLAVE_ADMIN"):
            throw SQLError(
                .specificAccessDeniedError, "SYSTEM_VARIABLES_ADMIN plus REPLICATION_SLAVE_ADMIN, or SUPER")
        case .superOnly where !isSuper: throw SQLError(.specificAccessDeniedError, "SUPER")
        default: break
        }
    }

    /// Error 1238 for what SET PERSIST and SET PERSIST_ONLY cannot keep.
    package func checkPersistable() throws(SQLError) {
        guard !isPersistable else { return }
        throw SQLError(.incorrectGlobalLocalVar, name, isDynamic ? "non persistent" : "non persistent read only")
    }

    /// Errors 1238 and 3630 for SET PERSIST_ONLY.
    package func checkPersistOnly(_ mine: EffectivePrivileges) throws(SQLError) {
        if !isDynamic { try checkPersistable() }
        guard mine.holds("SYSTEM_VARIABLES_ADMIN"), mine.holds("PERSIST_RO_VARIABLES_ADMIN") else {
            throw SQLError(
                .persistOnlyAccessDeniedError, "SYSTEM_VARIABLES_ADMIN and PERSIST_RO_VARIABLES_ADMIN")
        }
        try checkPersistable()
    }

    private func checkEncryption(_ mine: EffectivePrivileges) throws(SQLError) {
        if mine.global.contains(.super) { return }
        guard mine.holds("SYSTEM_VARIABLES_ADMIN"), mine.holds("TABLE_ENCRYPTION_ADMIN") else {
            throw SQLError(.specificAccessDeniedError, "SUPER or SYSTEM_VARIABLES_ADMIN and TABLE_ENCRYPTION_ADMIN")
        }
    }

    private func checkFile(_ mine: EffectivePrivileges) throws(SQLError) {
        guard mine.global.contains(.file) else { throw SQLError(.specificAccessDeniedError, "FILE") }
    }
}
