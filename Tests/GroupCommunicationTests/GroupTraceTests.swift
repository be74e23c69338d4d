import Platform
import Testing

@testable import GroupCommunication
@testable import GroupCommunicationCore

/// GCS_DEBUG_TRACE: made when there is something to write, bounded, and without effect on the group when it cannot be written.
@Suite struct GroupTraceTests {
    private func contents(_ path: String) throws -> String? {
        try File.contents(of: path, maximumBytes: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func theLevelsAreMySQLs() {
        #expect(GroupTrace.Options("GCS_DEBUG_NONE").isEmpty)
        #expect(GroupTrace.Options("gcs_debug_basic, XCOM_DEBUG_BASIC") == [.groupBasic, .paxosBasic])
        #expect(GroupTrace.Options("GCS_DEBUG_TRACE") == [.groupBasic, .groupTrace])
        #expect(GroupTrace.Options("GCS_DEBUG_ALL").rawValue == 15)
        #expect(NodeAction.majorityLost.line(.groupBasic) == "majority lost")
        #expect(NodeAction.majorityLost.line([.paxosBasic, .paxosTrace]) == nil)
        #expect(NodeEvent.submit([1, 2]).line(.groupTrace) == "submit 2 bytes")
        #expect(NodeEvent.tick.line(GroupTrace.Options("GCS_DEBUG_ALL")) == nil)
    }

    @Test func theFileIsMadeByItsFirstLineAndBounded() throws {
        let directory = TemporaryDirectory()
        let trace = GroupTrace(directory: directory.path, maximumBytes: 1000)
        let path = directory.path + "/GCS_DEBUG_TRACE"
        trace.set("GCS_DEBUG_ALL")
        trace.write([])
        #expect(try contents(path) == nil)
        trace.write(["one", "two"])
        #expect(try contents(path)?.split(separator: "\n").map { $0.split(separator: " ").last } == ["one", "two"])
        for number in 0..<200 { trace.write(["line \(number)"]) }
        let (now, before) = (try contents(path) ?? "", try contents(path + ".1") ?? "")
        #expect(now.utf8.count <= 1000 && before.utf8.count <= 1000 && now.hasSuffix("line 199\n"))
    }

    @Test func aFileThatCannotBeWrittenIsGivenUp() throws {
        let directory = TemporaryDirectory()
        let faults = FileFaults(directory: directory.path)
        defer { faults.remove() }
        faults.setBytesLeft(0)
        let trace = GroupTrace(directory: directory.path)
        trace.write(["one"])
        faults.setBytesLeft(nil)
        trace.write(["two"])
        #expect(try contents(directory.path + "/GCS_DEBUG_TRACE")?.isEmpty == true)
        trace.set("GCS_DEBUG_BASIC")
        trace.write(["three"])
        #expect(try contents(directory.path + "/GCS_DEBUG_TRACE")?.hasSuffix("three\n") == true)
    }
}
