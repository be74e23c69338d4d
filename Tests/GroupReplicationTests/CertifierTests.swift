import GroupCommunication
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

@Suite struct CertifierTests {
    private func position(_ value: UInt64) -> LogPosition { LogPosition(rawValue: value) }

    @Test func aNewerWriterThanTheSnapshotIsAConflict() {
        var certifier = Certifier(floor: .zero)
        #expect(certifier.certify(position: position(1), snapshot: .zero, writeSet: [7, 8], readSet: []) == .positive)
        #expect(certifier.certify(position: position(2), snapshot: .zero, writeSet: [8], readSet: []) == .conflict)
        #expect(certifier.certify(position: position(3), snapshot: position(1), writeSet: [8], readSet: []) == .positive)
        #expect(certifier.certify(position: position(4), snapshot: .zero, writeSet: [9], readSet: []) == .positive)
    }

    @Test func whatATransactionReliesOnIsCheckedButNotWritten() {
        var certifier = Certifier(floor: .zero)
        #expect(certifier.certify(position: position(1), snapshot: .zero, writeSet: [1], readSet: [100]) == .positive)
        // Two that rely on the same object do not meet.
        #expect(certifier.certify(position: position(2), snapshot: .zero, writeSet: [2], readSet: [100]) == .positive)
        // A statement that writes the object does.
        #expect(certifier.certify(position: position(3), snapshot: position(2), writeSet: [100], readSet: []) == .positive)
        #expect(certifier.certify(position: position(4), snapshot: position(2), writeSet: [3], readSet: [100]) == .conflict)
    }

    @Test func aSnapshotBelowTheFloorFailsWhateverItWrote() {
        var certifier = Certifier(floor: .zero)
        certifier.raiseFloor(to: position(10))
        #expect(certifier.certify(position: position(11), snapshot: position(9), writeSet: [1], readSet: []) == .belowFloor)
        #expect(certifier.certify(position: position(12), snapshot: position(10), writeSet: [1], readSet: []) == .positive)
        certifier.raiseFloor(to: position(5))
        #expect(certifier.floor == position(10))
    }

    @Test func whatIsStillKnownProvesThatOnlyTheFloorWasTheProblem() {
        var certifier = Certifier(floor: .zero)
        _ = certifier.certify(position: position(5), snapshot: .zero, writeSet: [1], readSet: [])
        certifier.restart(at: position(10))
        #expect(certifier.certify(position: position(11), snapshot: position(5), writeSet: [1], readSet: []) == .belowFloor)
        #expect(certifier.recheck(snapshot: position(5), writeSet: [1], readSet: []))
        #expect(!certifier.recheck(snapshot: position(4), writeSet: [1], readSet: []))
        #expect(certifier.newerWriter(of: 1, than: position(4)) == position(5))
        #expect(certifier.newerWriter(of: 1, than: position(5)) == nil)
    }

    @Test func forgettingIsIncrementalAndKeepsWhatASnapshotMayAsk() {
        var certifier = Certifier(floor: .zero)
        for value in 1...10_000 as ClosedRange<UInt64> {
            _ = certifier.certify(
                position: position(value), snapshot: position(value - 1), writeSet: [value &* 0x9E37_79B9_7F4A_7C15],
                readSet: [])
        }
        #expect(certifier.itemCount == 10_000)
        certifier.raiseFloor(to: position(9_000))
        certifier.allowForgetting(upTo: position(6_000))
        while certifier.isSweeping { certifier.sweep(places: 1_000) }
        #expect(certifier.itemCount == 4_000)
        #expect(certifier.newerWriter(of: 7_000 &* 0x9E37_79B9_7F4A_7C15, than: position(6_500)) == position(7_000))
        // Too old to tell: the answer is the safe one.
        #expect(certifier.newerWriter(of: 42, than: position(100)) == position(6_000))
        // The verdict of members that forgot more is the same.
        #expect(certifier.certify(position: position(10_001), snapshot: position(8_999), writeSet: [5], readSet: []) == .belowFloor)
    }

    @Test func aLaggingMemberCannotMakeItGrowWithoutLimit() {
        var certifier = Certifier(floor: .zero, maximumItems: 200_000)
        for value in 1...500_000 as ClosedRange<UInt64> {
            _ = certifier.certify(
                position: position(value), snapshot: position(value - 1), writeSet: [value &* 0x9E37_79B9_7F4A_7C15],
                readSet: [])
            if value % 10_000 == 0 { certifier.allowForgetting(upTo: .zero) }
        }
        while certifier.isSweeping { certifier.sweep(places: 10_000) }
        #expect(certifier.floor >= position(200_000))
        certifier.allowForgetting(upTo: .zero)
        while certifier.isSweeping { certifier.sweep(places: 10_000) }
        #expect(certifier.itemCount <= 400_000)
    }

    @Test func aRestartedMemberJudgesAsBefore() throws {
        var generator = SeededGenerator(seed: 4)
        var original = Certifier(floor: .zero)
        for value in 1...2_000 as ClosedRange<UInt64> {
            let set = (0..<3).map { _ in UInt64.random(in: 0..<500, using: &generator) }
            _ = original.certify(
                position: position(value), snapshot: position(value - min(value, .random(in: 1...5, using: &generator))),
                writeSet: set, readSet: [])
            if value % 100 == 0 { original.raiseFloor(to: position(value - 50)) }
        }
        var writer = ByteWriter()
        original.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        var copy = try Certifier(decoding: &reader)
        #expect(reader.isAtEnd)
        for value in 2_001...4_000 as ClosedRange<UInt64> {
            let set = (0..<3).map { _ in UInt64.random(in: 0..<500, using: &generator) }
            let snapshot = position(value - .random(in: 1...120, using: &generator))
            let left = original.certify(position: position(value), snapshot: snapshot, writeSet: set, readSet: [])
            let right = copy.certify(position: position(value), snapshot: snapshot, writeSet: set, readSet: [])
            #expect(left == right)
            if value % 100 == 0 {
                original.raiseFloor(to: position(value - 50))
                copy.raiseFloor(to: position(value - 50))
                // What is forgotten locally never changes a verdict.
                copy.allowForgetting(upTo: position(value - 60))
            }
        }
    }
}

@Suite struct WriteSetTableTests {
    @Test func behavesAsADictionaryUnderInsertionAndSweeping() {
        for seed in 0..<20 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var table = WriteSetTable()
            var model: [UInt64: UInt64] = [:]
            var hand = 0
            for step in 1...3_000 as ClosedRange<UInt64> {
                // Few different homes, so that runs are long and wrap around.
                let key = UInt64.random(in: 1...400, using: &generator) << 40
                table.set(key, position: step)
                model[key] = step
                if step % 7 == 0 {
                    let limit = step > 500 ? step - 500 : 0
                    hand = table.sweep(from: min(hand, table.capacity - 1), limit: 16, dropping: limit) ?? 0
                }
            }
            for hand in stride(from: 0, to: table.capacity, by: 1) {
                _ = table.sweep(from: hand, limit: 1, dropping: 2_500)
            }
            var count = 0
            for (key, step) in model where step > 2_500 {
                #expect(table.position(of: key) == step)
                count += 1
            }
            #expect(table.count >= count)
            table.forEach { key, step in #expect(model[key] == step) }
        }
    }

    @Test func aHashOfZeroIsStored() {
        var table = WriteSetTable()
        #expect(table.position(of: 0) == 0)
        table.set(0, position: 5)
        #expect(table.position(of: 0) == 5)
    }
}

/// A small deterministic generator: a failing seed replays.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &+ 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
