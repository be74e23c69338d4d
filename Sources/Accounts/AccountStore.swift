import MySQLProtocol
import Platform
import Storage
import Synchronization

/// Accounts as the dictionary keeps them: one object of kind `account` for each, under `user@host`.
package enum AccountStore {
    package static let kind = "account"

    /// A change of the dictionary's objects.
    package enum Change {
        case put(name: String, body: [UInt8])
        case remove(name: String)
    }

    /// The accounts in a dictionary. An account that does not decode was written by a newer version: it is left out, so
    /// that nobody logs in with half of its rules.
    package static func catalog(from dictionary: DataDictionary) -> AccountCatalog {
        var accounts: [Account] = []
        for object in dictionary.objects(kind) {
            do {
                accounts.append(try Account(encoded: object.body))
            } catch {
                ErrorLog.shared.log(.error, "The account \(object.name) cannot be read and is not used: \(error)")
            }
        }
        return AccountCatalog(accounts: accounts)
    }

    /// What leads from one catalog to another, in the order of names.
    package static func changes(from old: AccountCatalog, to new: AccountCatalog) -> [Change] {
        var changes: [Change] = []
        for name in old.accounts.keys.sorted() where new[name] == nil {
            changes.append(.remove(name: key(name)))
        }
        for name in new.accounts.keys.sorted() {
            guard let body = new[name]?.encoded, body != old[name]?.encoded else { continue }
            changes.append(.put(name: key(name), body: body))
        }
        return changes
    }

    private static func key(_ name: AuthorizationID) -> String {
        name.user + "@" + name.host
    }
}

/// The accounts of the present dictionary, decoded once per dictionary version. Any thread.
public final class AccountCatalogCache: Sendable {
    private let lock = Lock()
    // Safe: guarded by `lock`.
    private nonisolated(unsafe) var version: UInt64 = .max
    private nonisolated(unsafe) var catalog = AccountCatalog()

    public init() {}

    public func catalog(of dictionary: DataDictionary) -> AccountCatalog {
        lock.withLock {
            if version != dictionary.version {
                catalog = AccountStore.catalog(from: dictionary)
                version = dictionary.version
            }
            return catalog
        }
    }
}
