import Glibc
import Platform

/// The account that SQLite's allocations on the calling thread count for: a connection is used by one thread at a time, and
/// SQLite's allocator and file system are not told for which connection they work.
enum ThreadAccount {
    /// The thread holds a reference, which goes with it.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { account in
            if let account { Unmanaged<MemoryAccount>.fromOpaque(account).release() }
        }
        return key
    }()

    /// Made before the first allocation.
    static func prepare() { _ = key }

    static func set(_ account: MemoryAccount?) {
        let old = pthread_getspecific(key)
        guard let account else {
            if let old {
                pthread_setspecific(key, nil)
                Unmanaged<MemoryAccount>.fromOpaque(old).release()
            }
            return
        }
        let new = Unmanaged.passUnretained(account)
        guard old != new.toOpaque() else { return }
        pthread_setspecific(key, new.retain().toOpaque())
        if let old { Unmanaged<MemoryAccount>.fromOpaque(old).release() }
    }

    @inline(__always)
    static var current: Unmanaged<MemoryAccount>? {
        pthread_getspecific(key).map { Unmanaged<MemoryAccount>.fromOpaque($0) }
    }
}
