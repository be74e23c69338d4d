import Consensus
import Primitives

/// What a member says of one run of its process: which run it is, and how far its log reaches. Its peers remember it on disk.
/// One that comes back with less than they remember has forgotten what it promised (an old copy of its files, a lost log),
/// and takes no part as the member that it was.
package struct RunClaim: Hashable, Sendable {
    /// Counts the runs of a member; 0: nothing is known.
    var life: UInt32 = 0
    /// Drawn at the start, so that two runs from one copy differ.
    var run: UInt64 = 0
    /// How far the log reached when the run began.
    var start: Slot = 0
    /// How far it certainly reaches now, whatever crash comes.
    var held: Slot = 0

    static let encodedSize = 28

    var isKnown: Bool { life > 0 }

    func isSameRun(_ other: RunClaim) -> Bool { life == other.life && run == other.run }

    /// Whether a member that says this of itself still has what it told of itself before. A later run counts on, and begins
    /// where an earlier one had certainly come.
    func remembers(_ before: RunClaim) -> Bool {
        if !before.isKnown || isSameRun(before) { return true }
        return life > before.life && start >= before.held
    }
}

/// What this member remembers of another one.
struct PeerClaim: Hashable, Sendable {
    var identity: MemberIdentity
    var claim: RunClaim
    /// With it the run is on this member's disk: only then is it confirmed.
    var token: UInt64 = 0
    /// What is in the log of it, and since when.
    var written: Slot = 0
    var writtenAt = MonotonicTime(nanoseconds: 0)
}

extension ByteWriter {
    package mutating func write(_ claim: RunClaim) {
        write(claim.life)
        write(claim.run)
        write(claim.start)
        write(claim.held)
    }
}

extension ByteReader {
    package mutating func readRunClaim() throws(MalformedBytes) -> RunClaim {
        let life = try readLife()
        let run = try readUInt64()
        let start = try readSlot()
        return RunClaim(life: life, run: run, start: start, held: try readSlot())
    }
}
