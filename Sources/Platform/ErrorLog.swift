import CPlatform
import Glibc

/// The server's error log, in the form of MySQL 8's: time, thread, level, code, subsystem, text.
///
/// Lines go to standard error unless a file was opened. Safe on any thread; a line is one `write`.
///
/// Safe: what changes is guarded by `lock`.
public final class ErrorLog: @unchecked Sendable {
    public enum Level: String, Sendable {
        case system = "System"
        case error = "ERROR"
        case warning = "Warning"
        case note = "Note"
    }

    /// A line that was written, for `performance_schema.error_log`.
    public struct Entry: Sendable {
        /// Microseconds since 1970; no two lines have the same.
        public var logged: Int64
        public var thread: UInt64
        public var level: Level
        public var code: Int
        public var subsystem: String
        public var message: String
    }

    public static let shared = ErrorLog()
    /// Lines that are kept, the newest; each cut to ``keptBytes``.
    private static let keptLines = 1000
    private static let keptBytes = 8192

    private let lock = Lock()
    private var descriptor: Int32 = 2
    private var notesShown = true
    /// What a full disk did not take, written before the next line: that the disk is full would else be told to nobody.
    private var pending: [UInt8] = []
    private var lostLines = 0
    private static let maximumPendingBytes = 64 << 10
    private var kept: [Entry] = []
    /// Where the oldest of ``kept`` is once it is full.
    private var oldest = 0
    private var lastLogged: Int64 = 0

    /// The lines of this run that are still kept, oldest first.
    public var entries: [Entry] {
        lock.withLock { Array(kept[oldest...] + kept[..<oldest]) }
    }

    /// With the lock held.
    private func keep(_ entry: Entry) {
        var entry = entry
        entry.logged = max(entry.logged, lastLogged + 1)
        lastLogged = entry.logged
        if kept.count < Self.keptLines {
            kept.append(entry)
        } else {
            kept[oldest] = entry
            oldest = (oldest + 1) % kept.count
        }
    }

    /// Appends to the file at `path` from now on. Returns the `errno` of a failure, 0 on success.
    public func open(path: String) -> Int32 {
        let file = FileAccess.open(path, O_WRONLY | O_APPEND, .data)
        if file < 0 { return errno }
        lock.withLock {
            if descriptor > 2 { close(descriptor) }
            descriptor = file
        }
        return 0
    }

    /// Lines go to standard error again.
    public func useStandardError() {
        lock.withLock {
            if descriptor > 2 { close(descriptor) }
            descriptor = 2
        }
    }

    /// `log_error_verbosity`: 1 errors, 2 and warnings, 3 and notes. Notes below 3 are dropped.
    public func setVerbosity(_ verbosity: Int) {
        lock.withLock { notesShown = verbosity >= 3 }
    }

    /// Writes one line. `code` is the number of MySQL's message, e.g. 11492 for MY-011492; 0 where MySQL has none.
    public func log(_ level: Level, code: Int = 0, subsystem: String = "Server", _ message: String) {
        if level == .note && !lock.withLock({ notesShown }) { return }
        let microseconds = WallClock.microseconds()
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date =
            "\(pad(Int(parts.tm_year) + 1900, 4))-\(pad(Int(parts.tm_mon) + 1, 2))-\(pad(Int(parts.tm_mday), 2))"
        let time = "\(pad(Int(parts.tm_hour), 2)):\(pad(Int(parts.tm_min), 2)):\(pad(Int(parts.tm_sec), 2))"
        let line =
            "\(date)T\(time).\(pad(Int(microseconds % 1_000_000), 6))Z \(grouplite_thread_id()) [\(level.rawValue)] "
            + "[MY-\(pad(code, 6))] [\(subsystem)] \(message)\n"
        let bytes = Array(line.utf8)
        let entry = Entry(
            logged: microseconds, thread: UInt64(grouplite_thread_id()), level: level, code: code, subsystem: subsystem,
            message: message.utf8.count > Self.keptBytes ? String(decoding: message.utf8.prefix(Self.keptBytes), as: UTF8.self) : message)
        lock.withLock {
            keep(entry)
            put(bytes)
        }
    }

    /// With the lock held.
    private func put(_ line: [UInt8]) {
        var rest = line[...]
        if !pending.isEmpty {
            if pending.count + line.count > ErrorLog.maximumPendingBytes {
                lostLines += 1
            } else {
                pending += line
            }
            rest = pending[...]
            pending = []
        }
        var code: Int32 = 0
        while !rest.isEmpty && code == 0 {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { code = errno }
        }
        if code == ENOSPC || code == EDQUOT || code == EAGAIN {
            pending = Array(rest)
        } else if lostLines > 0 {
            let text = Array("(\(lostLines) lines found no space on the disk)\n".utf8)
            lostLines = 0
            _ = write(descriptor, text, text.count)
        }
    }

    private func pad(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
