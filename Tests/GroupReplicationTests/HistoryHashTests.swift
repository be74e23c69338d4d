import BinaryLog
import GroupCommunication
import Platform
import Testing

@testable import GroupReplication
@testable import GroupReplicationCore

@Suite struct HistoryHashTests {
    private let source = UUID(high: 1, low: 2)

    private func body(_ text: String, at position: UInt32 = 0, serverID: UInt32 = 1) -> [UInt8] {
        var bytes = TestBody.encode(text)
        for index in 0..<4 {
            bytes[5 + index] = UInt8(truncatingIfNeeded: serverID >> UInt32(8 * index))
            bytes[13 + index] = UInt8(truncatingIfNeeded: position >> UInt32(8 * index))
        }
        return bytes
    }

    @Test func whatABinaryLogAddsToAnEventDoesNotCount() {
        let content = HistoryHash.content(of: body("a=1")[...])
        #expect(content == HistoryHash.content(of: body("a=1", at: 7777, serverID: 3)[...]))
        #expect(content != HistoryHash.content(of: body("a=2")[...]))
        #expect(content != HistoryHash.content(of: (body("a=1") + body("a=1"))[...]))
        #expect(HistoryHash.content(of: []) == 0)
        var numbered = QueryEvent(query: Array("CREATE TABLE t (a INT)".utf8))
        var plain = ByteWriter()
        plain.write(numbered, timestamp: 1, serverID: 1)
        numbered.statusVariables.ddlXID = 99
        var other = ByteWriter()
        other.write(numbered, timestamp: 2, serverID: 1)
        #expect(HistoryHash.content(of: plain.bytes[...]) == HistoryHash.content(of: other.bytes[...]))
        numbered.query = Array("CREATE TABLE u (a INT)".utf8)
        var third = ByteWriter()
        third.write(numbered, timestamp: 1, serverID: 1)
        #expect(HistoryHash.content(of: plain.bytes[...]) != HistoryHash.content(of: third.bytes[...]))
    }

    @Test func bytesThatAreNoEventsAreHashedWithoutATrap() {
        for count in 0..<60 {
            for filler in [0, 1, 0xFF] as [UInt8] {
                _ = HistoryHash.content(of: [UInt8](repeating: filler, count: count)[...])
            }
        }
    }

    @Test func theOrderDoesNotCountAndEachTransactionDoes() {
        let terms = (1...5 as ClosedRange<Int64>).map { (GTID(source: source, number: $0), UInt64($0) * 77) }
        func sum(_ terms: some Sequence<(GTID, UInt64)>) -> HistoryHash {
            var hash = HistoryHash()
            for (gtid, content) in terms { hash.add(gtid, content: content) }
            return hash
        }
        #expect(sum(terms) == sum(terms.reversed()))
        for index in terms.indices {
            var changed = terms
            changed[index].1 ^= 1
            #expect(sum(changed) != sum(terms))
            changed.remove(at: index)
            #expect(sum(changed) != sum(terms))
        }
    }

    private func member(_ number: UInt64) -> MemberIdentity {
        MemberIdentity(serverUUID: UUID(high: 1, low: number), incarnation: 1)
    }

    private let view = LogPosition(rawValue: 20)

    @Test func aJoinerIsSettledByTheWordOfOneThatHasTheSame() {
        let (one, before) = (member(1), LogPosition(rawValue: 10))
        let others: Set = [one, member(2)]
        var histories = HistoryComparison()
        #expect(histories.isSettled)
        histories.begin(joinedAt: view)
        histories.heard(one, view: before, hash: 1)
        histories.applied(before, hash: 1)
        #expect(histories.judge(isOnline: false, others: others) == .alike)
        #expect(!histories.isSettled)
        histories.heard(one, view: view, hash: 5)
        histories.applied(view, hash: 5)
        #expect(histories.judge(isOnline: false, others: others) == .alike)
        #expect(histories.isSettled)
    }

    /// `hashes`: what the ONLINE members say at the view, nil where one has not spoken yet; this member's is 5.
    @Test(arguments: [
        ([5], false, "alike"), ([6], false, "wrong"), ([6, nil], false, "differs"), ([6, 6], false, "wrong"), ([6, 5], false, "wrong"),
        ([6, 5, 5], false, "differs"), ([6, 5, nil], false, "differs"), ([6, 7, 5], false, "wrong"), ([nil, nil], false, "alike"),
        ([6], true, "differs"), ([6, 6], true, "wrong"), ([6, 5], true, "differs"), ([6, 7], true, "differs"),
        ([6, 6, 5], true, "differs"), ([6, 6, 6], true, "wrong"), ([6, 6, 6, 5], true, "wrong"),
    ] as [([UInt64?], Bool, String)])
    func theMajorityIsRight(hashes: [UInt64?], isOnline: Bool, wanted: String) {
        var histories = HistoryComparison()
        histories.begin(joinedAt: isOnline ? nil : view)
        histories.applied(view, hash: 5)
        for (index, hash) in hashes.enumerated() {
            if let hash { histories.heard(member(UInt64(index) + 1), view: view, hash: hash) }
        }
        let verdict = histories.judge(isOnline: isOnline, others: Set((1...hashes.count).map { member(UInt64($0)) }))
        switch verdict {
        case .alike: #expect(wanted == "alike")
        case .differs: #expect(wanted == "differs")
        case .isWrong: #expect(wanted == "wrong")
        }
        #expect(histories.isSettled == (isOnline || hashes.count { $0 == 5 } > hashes.count { $0 != nil && $0 != 5 }))
        // Who is no ONLINE member any more does not count.
        #expect(histories.judge(isOnline: isOnline, others: [member(99)]) == .alike)
    }
}
