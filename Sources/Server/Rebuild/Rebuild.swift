import Accounts
import BinaryLog
import Glibc
import GroupReplication
import Network
import Platform
import SQLEngine
import Storage
import SystemCatalog

/// Making a damaged member's data anew from its group (`group_replication_rebuild_damaged_member`): its files are put aside, it
/// starts with empty ones, joins, and gets everything from its peers' binary logs. No client is answered before it is ONLINE.
///
/// Nothing is put aside before a member of the group answers, and nothing is ever deleted.
struct Rebuild {
    /// What holds data: files, by the beginnings of their names. Identity, keys, settings and the like stay.
    private static let dataNames = ["grouplite.db", "binlog.", "group_log", "group_replication.state"]
    /// How long a member of the group is waited for.
    static let patience = Duration.seconds(300)

    let directory: DataDirectory
    let variables: GlobalVariables
    let isPluginInstalled: Bool

    /// Whether this server may make itself anew at all.
    var isPossible: Bool {
        isPluginInstalled && variables.isOn("group_replication_rebuild_damaged_member")
            && UUID(variables.text("group_replication_group_name")) != nil && !peers.isEmpty
    }

    /// The seeds but this server itself.
    private var peers: [(host: String, port: UInt16)] {
        let own = variables.text("group_replication_local_address")
        return variables.text("group_replication_group_seeds").split(separator: ",").compactMap { seed in
            let text = seed.filter { $0 != " " }
            return text == own ? nil : SocketAddress.parse(text)
        }
    }

    /// What is to be done before the data are opened: nil when they are to be used as they are. `isWanted`: looked at while waiting.
    func prepare(databaseFile: String, isWanted: () -> Bool) throws -> RebuildRecord? {
        if var record = try RebuildRecord.load(directory.path) {
            if !record.isMoved { try putAside(&record) }
            return record
        }
        let note = DamageNote(directory: directory.path)
        guard let reason = note.read() else { return nil }
        guard isPossible else {
            ErrorLog.shared.log(
                .warning, subsystem: "Repl",
                "This server takes part in no group, since its data are known to be wrong. \(reason) It is not made anew by itself: "
                    + "group_replication_rebuild_damaged_member is OFF, or no group is configured. Remove '\(note.path)' when the data are "
                    + "right again.")
            return nil
        }
        guard awaitPeer(isWanted) else {
            ErrorLog.shared.log(
                .error, subsystem: "Repl",
                "This server's data are known to be wrong, and no other member of its group answered, from which they could be made "
                    + "anew. \(reason)")
            return nil
        }
        var record = try readOld(reason: reason, databaseFile: databaseFile)
        try record.save(directory.path)
        try putAside(&record)
        note.remove()
        return record
    }

    private func awaitPeer(_ isWanted: () -> Bool) -> Bool {
        let deadline = MonotonicTime.now() + Self.patience
        var isSaid = false
        repeat {
            for peer in peers {
                if let socket = try? Socket.connect(host: peer.host, port: peer.port, deadline: .now() + .seconds(1)) {
                    socket.close()
                    return true
                }
            }
            if !isSaid {
                isSaid = true
                ErrorLog.shared.log(
                    .system, subsystem: "Repl",
                    "This server's data are damaged and are to be made anew: waiting for another member of the group.")
            }
            Thread.sleep(.milliseconds(500))
        } while isWanted() && MonotonicTime.now() < deadline
        return false
    }

    /// What goes over from the damaged store. One that does not even tell its accounts cannot be made anew without somebody's help.
    private func readOld(reason: String, databaseFile: String) throws -> RebuildRecord {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func pad(_ value: Int32, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let date = "\(pad(parts.tm_year + 1900, 4))-\(pad(parts.tm_mon + 1, 2))-\(pad(parts.tm_mday, 2))"
        let aside = "damaged-\(date)T\(pad(parts.tm_hour, 2))\(pad(parts.tm_min, 2))\(pad(parts.tm_sec, 2))Z"
        guard access(directory.resolve(databaseFile), F_OK) == 0 else {
            throw OptionError("The data are damaged and cannot be made anew: '\(databaseFile)' is missing, and with it the accounts")
        }
        do {
            let (stored, accounts) = try CarriedAccounts.read(path: directory.resolve(databaseFile))
            let gtids = stored.gtidExecuted.isEmpty ? GTIDSet() : try GTIDSet(encoded: stored.gtidExecuted[...])
            return RebuildRecord(aside: aside, reason: reason, executed: gtids, accounts: accounts)
        } catch {
            throw OptionError(
                "The data are damaged and cannot be made anew by itself, since the accounts of this server cannot be read (\(error)): "
                    + "start with an empty data directory, or restore this one")
        }
    }

    private func putAside(_ record: inout RebuildRecord) throws {
        let target = directory.resolve(record.aside)
        if FileAccess.makeDirectory(target) != 0 && errno != EEXIST {
            throw OptionError("Cannot create '\(target)': \(String(cString: strerror(errno)))")
        }
        var moved: [String] = []
        for name in names() where Self.dataNames.contains(where: name.hasPrefix) {
            guard rename(directory.resolve(name), target + "/" + name) == 0 else {
                throw OptionError("Cannot move '\(name)' to '\(target)': \(String(cString: strerror(errno)))")
            }
            moved.append(name)
        }
        guard RebuildRecord.synchronize(target), RebuildRecord.synchronize(directory.path) else {
            throw OptionError("Cannot synchronise '\(target)': \(String(cString: strerror(errno)))")
        }
        record.isMoved = true
        try record.save(directory.path)
        ErrorLog.shared.log(
            .warning, subsystem: "Repl",
            "This server's data are made anew from its group. \(record.reason) The damaged files are kept in '\(target)'; what was "
                + "changed with SET SQL_LOG_BIN = 0, but for accounts, is in them alone.")
    }

    private func names() -> [String] {
        guard let entries = opendir(directory.path) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.sorted()
    }

    // MARK: Damage found at a start

    /// Whether a start that failed with `error` failed for damage in files that the group can replace.
    func isDamage(_ error: any Error, uuid: UUID?) -> Bool {
        guard let uuid, DamageNote.isOfMember(directory: directory.path, uuid: uuid) else { return false }
        if let error = error as? StorageError { return error.isDamage }
        if let error = error as? BinaryLogError, case .malformed = error { return true }
        return DamageNote.stateIsDamaged(directory: directory.path, uuid: uuid)
    }
}
