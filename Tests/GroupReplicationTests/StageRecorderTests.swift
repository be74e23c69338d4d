import Platform
import Synchronization
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

@Suite struct StageRecorderTests {
    /// A clock that the test moves.
    private final class TestClock: Sendable {
        let nanoseconds = Atomic<UInt64>(5_000)

        func advance(_ by: UInt64) { nanoseconds.add(by, ordering: .relaxed) }
        var now: MonotonicTime { MonotonicTime(nanoseconds: nanoseconds.load(ordering: .relaxed)) }
    }

    private static let name = "stage/group_rpl/Undergoing auto-rejoin procedure"

    private func stage(_ completed: UInt64, name: String = StageRecorderTests.name) -> StageStatus {
        StageStatus(name: name, workCompleted: completed, workEstimated: 3)
    }

    @Test func progressKeepsTheStageAndItsBeginning() {
        let clock = TestClock()
        let recorder = StageRecorder(clock: { clock.now })
        clock.advance(10)
        recorder.show(stage(1), on: .autoRejoin)
        clock.advance(10)
        recorder.show(stage(2), on: .autoRejoin)
        let snapshot = recorder.snapshot()
        #expect(snapshot.current.count == 1)
        #expect(snapshot.current.first?.stage.workCompleted == 2)
        #expect(snapshot.current.first?.start == 10_000)
        #expect(snapshot.now == 20_000)
        #expect(snapshot.historyLong.isEmpty)
        #expect(snapshot.summaries.first { $0.name == StageRecorderTests.name }?.count == 1)
    }

    @Test func anEndedStageIsInHistoryAndSummary() {
        let clock = TestClock()
        let recorder = StageRecorder(clock: { clock.now })
        for length in [UInt64(10), 30] {
            recorder.show(stage(1), on: .autoRejoin)
            clock.advance(length)
            recorder.show(nil, on: .autoRejoin)
        }
        let snapshot = recorder.snapshot()
        #expect(snapshot.current.isEmpty)
        #expect(snapshot.history.map(\.id) == [1, 2])
        #expect(snapshot.historyLong.last?.end == 40_000)
        let summary = snapshot.summaries.first { $0.name == StageRecorderTests.name }
        #expect(summary?.count == 2)
        #expect(summary?.total == 40_000)
        #expect(summary?.minimum == 10_000)
        #expect(summary?.maximum == 30_000)
        #expect(summary?.average == 20_000)
    }

    @Test func anotherStageEndsTheFormerOneOfItsTrackOnly() {
        let recorder = StageRecorder()
        recorder.show(stage(0), on: .autoRejoin)
        recorder.show(stage(0, name: "stage/group_rpl/first"), on: .groupAction)
        recorder.show(stage(0, name: "stage/group_rpl/second"), on: .groupAction)
        let snapshot = recorder.snapshot()
        #expect(snapshot.current.map(\.stage.name) == ["stage/group_rpl/second", StageRecorderTests.name])
        #expect(snapshot.historyLong.map(\.stage.name) == ["stage/group_rpl/first"])
    }

    @Test func historiesAreBounded() {
        let recorder = StageRecorder(historySize: 2, longHistorySize: 3)
        for _ in 0..<10 {
            recorder.show(stage(0), on: .autoRejoin)
            recorder.show(nil, on: .autoRejoin)
        }
        let snapshot = recorder.snapshot()
        #expect(snapshot.history.map(\.id) == [9, 10])
        #expect(snapshot.historyLong.map(\.id) == [8, 9, 10])
    }
}
