import Synchronization

/// Lets the writes of one owner wait while the disk is full, until the owner ends. Any thread.
public final class SpaceWait: Sendable {
    private let disk: DiskSpace
    private let isCancelled = Atomic<Bool>(false)

    /// `disk` keeps account of who waits.
    public init(disk: DiskSpace = .shared) {
        self.disk = disk
    }

    /// Ends all waits, now and later: what waits fails with the disk's error. The owner is ending, and what it could not
    /// write was never acknowledged.
    public func cancel() {
        isCancelled.store(true, ordering: .releasing)
        disk.wake()
    }

    /// Something could not be written. Try again after each ``Episode/pause()`` that returns true, and tell the end.
    public func begin(_ error: FileError) -> Episode {
        Episode(self, disk.begin(error))
    }

    /// One time that the disk was full for one writer.
    public final class Episode: Sendable {
        private let owner: SpaceWait
        private let number: UInt64
        private let hasEnded = Atomic<Bool>(false)

        fileprivate init(_ owner: SpaceWait, _ number: UInt64) {
            (self.owner, self.number) = (owner, number)
        }

        deinit { end(isWritten: false) }

        /// Blocks until it is time for another try. False when the owner ends.
        public func pause() -> Bool {
            owner.disk.pause(number) { owner.isCancelled.load(ordering: .acquiring) }
        }

        /// The write was carried out, or given up.
        public func end(isWritten: Bool) {
            guard !hasEnded.exchange(true, ordering: .relaxed) else { return }
            owner.disk.end(number, isWritten: isWritten)
        }
    }
}
