import Glibc
import Synchronization

/// Stops a debug build when what belongs to one thread at a time is used by two at once. Nothing in a release build.
///
/// An owner holds one and calls ``enter()`` where others come in and ``leave(_:)`` when they go; a thread that is inside
/// already may come in again.
public struct ThreadBound: ~Copyable, Sendable {
    #if DEBUG
        /// The thread that is inside; 0: none.
        private let inside = Atomic<UInt>(0)
    #endif

    public init() {}

    /// Whether this was the outermost entry, for ``leave(_:)``.
    @inline(__always)
    public borrowing func enter() -> Bool {
        #if DEBUG
            let this = UInt(pthread_self())
            let (isFree, owner) = inside.compareExchange(expected: 0, desired: this, ordering: .acquiringAndReleasing)
            precondition(isFree || owner == this, "used by two threads at once")
            return isFree
        #else
            return false
        #endif
    }

    @inline(__always)
    public borrowing func leave(_ isOutermost: Bool) {
        #if DEBUG
            if isOutermost { inside.store(0, ordering: .releasing) }
        #endif
    }
}
