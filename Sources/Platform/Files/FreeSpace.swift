import Glibc

/// What a file system has left, and when that is worth a warning. A value: told what is left, it says what changed.
public struct FreeSpace: Sendable {
    public struct Amount: Equatable, Sendable {
        /// Bytes that this process may still use.
        public var free: UInt64
        public var total: UInt64

        public init(free: UInt64, total: UInt64) {
            (self.free, self.total) = (free, total)
        }

        /// Of the file system that holds `path`; nil when the system does not tell.
        public init?(of path: String) {
            var status = statvfs()
            guard statvfs(path, &status) == 0 else { return nil }
            let block = UInt64(status.f_frsize)
            free = block.multipliedReportingOverflow(by: UInt64(status.f_bavail)).partialValue
            total = block.multipliedReportingOverflow(by: UInt64(status.f_blocks)).partialValue
        }

        /// Less than this is little: a twentieth, but 64 MiB where that is not a quarter, and never more than 1 GiB.
        public var bound: UInt64 {
            min(1 << 30, max(total / 20, min(64 << 20, total / 4)))
        }
    }

    public enum Change: Equatable, Sendable {
        case becameLow, recovered
    }

    public private(set) var isLow = false

    public init() {}

    /// Nil: as it was. A file system that moves about the bound is not told of each time.
    public mutating func observe(_ amount: Amount) -> Change? {
        if !isLow && amount.free < amount.bound {
            isLow = true
            return .becameLow
        }
        if isLow && amount.free >= amount.bound + amount.bound / 4 {
            isLow = false
            return .recovered
        }
        return nil
    }

    /// Looks at the file system of `path` and tells the error log what changed: one system call.
    public mutating func look(at path: String) {
        guard let amount = Amount(of: path), let change = observe(amount) else { return }
        let words = "\(amount.free >> 20) MiB of \(amount.total >> 20) MiB are free"
        switch change {
        case .becameLow:
            ErrorLog.shared.log(
                .warning,
                "The file system of '\(path)' is nearly full: \(words). When it is full, whatever writes waits for space.")
        case .recovered:
            ErrorLog.shared.log(.system, "The file system of '\(path)' has space again: \(words).")
        }
    }
}
