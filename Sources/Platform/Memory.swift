import CPlatform

/// The process's memory.
public enum Memory {
    /// Has freed blocks of 4 MiB and more go back to the system. By default glibc raises its bound (128 KiB) to the size of what was
    /// freed, up to 32 MiB, and what a large transaction took then stays with the process. Once, at its start.
    public static func giveBackLargeBlocks() {
        _ = grouplite_map_blocks_from(4 << 20)
    }

    /// Threads share `count` heaps instead of having up to eight a processor, each of which keeps what it once needed. Before
    /// the first thread starts.
    public static func limitHeaps(to count: Int32) { _ = grouplite_limit_heaps(count) }

    /// Gives memory that was freed back to the system. Takes milliseconds.
    public static func trim() { _ = grouplite_trim_heaps() }
}
