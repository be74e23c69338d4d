import Glibc
import Platform

/// The one thread that receives the process's signals; all others have them blocked.
public final class SignalThread: Sendable {
    /// What a signal asks for.
    public enum Request: Sendable {
        /// SIGTERM, SIGINT, SIGQUIT: stop cleanly.
        case stop
        /// SIGHUP: reopen logs, flush.
        case reload
    }

    private static let signals = [SIGTERM, SIGINT, SIGQUIT, SIGHUP]

    /// Blocks the signals in the calling thread and in all that it starts: call it first thing in `main`.
    public static func block() {
        var set = sigset_t()
        sigemptyset(&set)
        for number in signals { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Starts the thread; `handler` runs on it for each signal, and must not block for long.
    public static func start(_ handler: @escaping @Sendable (Request) -> Void) -> Thread? {
        Thread.start(name: "signal") {
            var set = sigset_t()
            sigemptyset(&set)
            for number in signals { sigaddset(&set, number) }
            while true {
                var number: Int32 = 0
                guard sigwait(&set, &number) == 0 else { continue }
                handler(number == SIGHUP ? .reload : .stop)
            }
        }
    }
}
