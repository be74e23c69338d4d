import Consensus
import Primitives

/// What a member that stands still for a forced configuration knows.
package struct ForceReport: Hashable, Sendable {
    var epoch: UInt64
    var delivered: Slot
    /// It still hears a member that would be left out.
    var hearsOthers: Bool
    var slots: [PaxosEngine.OpenSlot]
}

/// A configuration that this member is forcing.
struct ForceAttempt: Sendable {
    var epoch: UInt64
    var members: [Member]
    var reports: [(identity: MemberIdentity, report: ForceReport)] = []
    var askAgainAt: MonotonicTime
    var deadline: MonotonicTime
    /// Whether somebody waits to hear what came of it.
    var isAsked = true
    /// What it came to, once all have reported, and with which record that is on this member's disk. From then on there is
    /// no way back.
    var outcome: (first: Slot, values: [[UInt8]], token: UInt64)?
}

/// A promise to another member that forces a configuration.
struct ForcePromise: Sendable {
    var epoch: UInt64
    var peer: Int
    var members: [MemberIdentity]
    var token: UInt64
    var until: MonotonicTime
}

extension ByteWriter {
    package mutating func write(_ report: ForceReport) {
        write(report.epoch)
        write(report.delivered)
        write(UInt8(report.hearsOthers ? 1 : 0))
        write(UInt16(report.slots.count))
        for slot in report.slots {
            write(slot.slot)
            write(slot.ballot ?? .max)
            write(block: slot.value)
        }
    }
}

extension ByteReader {
    package mutating func readForceReport() throws(MalformedBytes) -> ForceReport {
        var report = ForceReport(
            epoch: try readEpoch(), delivered: try readSlot(), hearsOthers: try readUInt8() != 0, slots: [])
        for _ in 0..<(try readUInt16()) {
            let slot = try readSlot()
            let ballot = try readUInt64()
            report.slots.append(
                PaxosEngine.OpenSlot(slot: slot, ballot: ballot == .max ? nil : ballot, value: try readBlock()))
        }
        return report
    }
}
