import Platform
import Synchronization

/// `group_replication_communication_debug_options`: what group communication does, line by line, in the file GCS_DEBUG_TRACE of
/// the data directory. The file is made by its first line, and put aside as GCS_DEBUG_TRACE.1 when it has grown to ``maximumBytes``,
/// so that the two of them are bounded. With GCS_DEBUG_NONE a turn of the node asks once whether it is traced, and that is all.
///
/// Safe: the options are atomic, the rest is guarded by `lock`.
public final class GroupTrace: @unchecked Sendable {
    /// Which levels are on, by MySQL's names.
    struct Options: OptionSet, Sendable {
        let rawValue: UInt8

        /// Views, joins, members that leave or cannot be heard: GCS_DEBUG_BASIC.
        static let groupBasic = Options(rawValue: 1)
        /// Each message of the order: GCS_DEBUG_TRACE.
        static let groupTrace = Options(rawValue: 2)
        /// Configurations, links, the group log's ends: XCOM_DEBUG_BASIC.
        static let paxosBasic = Options(rawValue: 4)
        /// Each frame and each sync of the group log: XCOM_DEBUG_TRACE.
        static let paxosTrace = Options(rawValue: 8)

        private static let names: [(String, Options)] = [
            ("GCS_DEBUG_BASIC", .groupBasic), ("GCS_DEBUG_TRACE", [.groupBasic, .groupTrace]), ("XCOM_DEBUG_BASIC", .paxosBasic),
            ("XCOM_DEBUG_TRACE", [.paxosBasic, .paxosTrace]),
            ("GCS_DEBUG_ALL", [.groupBasic, .groupTrace, .paxosBasic, .paxosTrace]),
        ]

        init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Of a list whose names were checked when it was set.
        init(_ text: String) {
            self = []
            for entry in text.split(separator: ",") {
                let given = entry.filter { $0 != " " }.uppercased()
                for (name, options) in Options.names where given == name { formUnion(options) }
            }
        }
    }

    static let fileName = "GCS_DEBUG_TRACE"
    static let maximumBytes: UInt64 = 64 << 20

    private let path: String
    private let maximumBytes: UInt64
    private let options = Atomic<UInt8>(0)
    private let lock = Lock()
    // Guarded by `lock`.
    private var file: File?
    private var size: UInt64 = 0
    private var hasFailed = false

    /// `directory`: the data directory.
    public convenience init(directory: String) {
        self.init(directory: directory, maximumBytes: GroupTrace.maximumBytes)
    }

    init(directory: String, maximumBytes: UInt64) {
        path = directory + "/" + GroupTrace.fileName
        self.maximumBytes = maximumBytes
    }

    /// Takes the variable's value over, at once.
    public func set(_ text: String) {
        let new = Options(text).rawValue
        if options.exchange(new, ordering: .relaxed) != new {
            ErrorLog.shared.log(
                .note, code: 11716, subsystem: "Repl", "Plugin group_replication reported: 'Current debug options are: '\(text)'.'")
        }
        lock.withLock {
            hasFailed = false
            // Whoever moved the file away gets a new one.
            file = nil
        }
    }

    var enabled: Options { Options(rawValue: options.load(ordering: .relaxed)) }

    /// Writes the lines of one turn. A file that cannot be written is given up with one line in the error log: the group goes on.
    func write(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        let prefix = "\(WallClock.microseconds()) [GCS] "
        let bytes = lines.flatMap { Array((prefix + $0 + "\n").utf8) }
        lock.withLock {
            guard !hasFailed else { return }
            do throws(FileError) {
                try append(bytes)
            } catch {
                hasFailed = true
                file = nil
                ErrorLog.shared.log(
                    .warning, code: 11735, subsystem: "Repl",
                    "Plugin group_replication reported: '[GCS] \(GroupTrace.fileName) cannot be written: \(error)'")
            }
        }
    }

    private func append(_ bytes: [UInt8]) throws(FileError) {
        if file != nil, size + UInt64(bytes.count) > maximumBytes {
            file = nil
            try File.rename(path, to: path + ".1")
        }
        let target: File
        if let file {
            target = file
        } else {
            target = try File(path, .updatingOrMaking(.data))
            file = target
            size = try target.size()
        }
        try target.write(bytes, at: size)
        size += UInt64(bytes.count)
    }
}
