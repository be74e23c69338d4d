import Platform

/// Warnings that strangers can cause: at most a few each second, and the same text once in a while. Garbage on the port must
/// not fill the disk, nor may a server that tries again and again.
///
/// Safe: everything that changes is guarded by `lock`.
final class LinkWarnings: @unchecked Sendable {
    static let shared = LinkWarnings()
    private static let perSecond = 5
    private static let repetition: Duration = .seconds(30)
    private static let rememberedTexts = 64
    private let lock = Lock()
    private var second: UInt64 = 0
    private var count = 0
    private var loggedAt: [String: MonotonicTime] = [:]

    func log(_ text: String) {
        let now = MonotonicTime.now()
        let isShown = lock.withLock {
            if let last = loggedAt[text], now - last < LinkWarnings.repetition { return false }
            if now.nanoseconds / 1_000_000_000 != second { (second, count) = (now.nanoseconds / 1_000_000_000, 0) }
            count += 1
            guard count <= LinkWarnings.perSecond else { return false }
            if loggedAt.count >= LinkWarnings.rememberedTexts { loggedAt = [:] }
            loggedAt[text] = now
            return true
        }
        guard isShown else { return }
        ErrorLog.shared.log(
            .warning, code: 11735, subsystem: "Repl", "Plugin group_replication reported: '[GCS] \(text)'")
    }
}
