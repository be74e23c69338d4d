import CPlatform
import Glibc

/// A plain operating-system thread. Everything that waits (sockets, SQLite, fsync, locks, the group's verdict) waits on
/// one of these, never on Swift's cooperative pool.
///
/// Safe: the handle is written before `start` hands the object out; `joined` is guarded by `lock`.
public final class Thread: @unchecked Sendable {
    private var handle = pthread_t()
    private let lock = Lock()
    private var joined = false

    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread named `name` (its first 15 bytes are seen in `top`) that runs `body`. Returns nil when the system
    /// has no thread left. Signals are delivered to the main thread only: shells block them before they start threads.
    public static func start(
        name: String, stackSize: Int = 1 << 20, _ body: @escaping @Sendable () -> Void
    ) -> Thread? {
        let thread = Thread()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        let argument = Unmanaged.passRetained(Start(name: name, body: body))
        let status = pthread_create(
            &thread.handle, &attributes,
            { pointer in
                guard let pointer else { return nil }
                let start = Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
                _ = grouplite_set_thread_name(String(start.name.prefix(15)))
                start.body()
                return nil
            }, argument.toOpaque())
        if status != 0 {
            argument.release()
            thread.joined = true
            return nil
        }
        return thread
    }

    private init() {}

    /// Waits until the thread has ended. Later calls return at once.
    public func join() {
        let mine = lock.withLock {
            defer { joined = true }
            return !joined
        }
        if mine {
            pthread_join(handle, nil)
        }
    }

    deinit {
        if !joined {
            pthread_detach(handle)
        }
    }

    /// Lets the calling thread run only where others leave time (0 to 19): work that nobody waits for yet.
    public static func setNice(_ nice: Int32) {
        _ = grouplite_set_thread_nice(nice)
    }

    /// Blocks the calling thread. For back-off only: a condition that can be awaited is awaited.
    public static func sleep(_ duration: Duration) {
        var time = timespec(
            tv_sec: Int(duration.inNanoseconds / 1_000_000_000), tv_nsec: Int(duration.inNanoseconds % 1_000_000_000))
        var left = timespec()
        while nanosleep(&time, &left) != 0 && errno == EINTR {
            time = left
        }
    }
}
