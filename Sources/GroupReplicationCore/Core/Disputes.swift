import GroupCommunicationCore
import Primitives

/// Transactions that fit the data of some members and not of others, and who is right: whoever is most. Part of the agreed state:
/// equal on all members at the same position.
///
/// The members that were ONLINE at the first refusal are asked. If more than half of them refuse, the transaction is one that came of
/// damaged data: nobody applies it, and who has is damaged. Otherwise those who refuse are. Members that leave meanwhile keep their
/// weight, so that a survivor that is alone never turns an acknowledged transaction down.
package struct Disputes: Sendable {
    /// What came of one.
    package struct Verdict: Sendable, Equatable {
        package var position: LogPosition
        /// The transaction is an empty one, on all members.
        package var isRefused: Bool
        /// Those whose data do not fit it.
        package var refusers: [UUID]
    }

    private struct Question: Sendable {
        var position: LogPosition
        var asked: [UUID]
        var refusers: [UUID]
    }

    /// More questions than this at a time are not asked: who refuses leaves.
    private static let maximumQuestions = 16
    /// Refused transactions that are remembered, for members that come to them late, or again after a restart.
    private static let maximumRemembered = 256

    private var questions: [Question] = []
    private var refused: [LogPosition] = []

    var isEmpty: Bool { questions.isEmpty }

    /// A member's data do not fit the transaction at `position`. Returns the verdict where it was spoken long ago.
    mutating func refuse(_ position: LogPosition, by member: UUID, online: [MemberRecord]) -> Verdict? {
        if refused.contains(position) { return Verdict(position: position, isRefused: true, refusers: [member]) }
        guard online.contains(where: { $0.uuid == member }) else { return nil }
        if let index = questions.firstIndex(where: { $0.position == position }) {
            if !questions[index].refusers.contains(member) { questions[index].refusers.append(member) }
            return nil
        }
        guard questions.count < Disputes.maximumQuestions else {
            return Verdict(position: position, isRefused: false, refusers: [member])
        }
        questions.append(Question(position: position, asked: online.map(\.uuid), refusers: [member]))
        return nil
    }

    /// The questions that are decided by what is known now.
    mutating func settle(online: [MemberRecord]) -> [Verdict] {
        guard !questions.isEmpty else { return [] }
        var verdicts: [Verdict] = []
        questions.removeAll { question in
            guard let isRefused = Disputes.decide(question, online) else { return false }
            verdicts.append(
                Verdict(position: question.position, isRefused: isRefused, refusers: question.refusers))
            return true
        }
        for verdict in verdicts where verdict.isRefused { refused.append(verdict.position) }
        if refused.count > Disputes.maximumRemembered { refused.removeFirst(refused.count - Disputes.maximumRemembered) }
        return verdicts
    }

    /// Nil while too few have spoken: by a refusal, or by having applied it.
    private static func decide(_ question: Question, _ online: [MemberRecord]) -> Bool? {
        if 2 * question.refusers.count > question.asked.count { return true }
        let present = online.filter { question.asked.contains($0.uuid) }
        let silent = present.filter { !question.refusers.contains($0.uuid) && $0.applied < question.position }
        let possible = question.refusers.count + silent.count
        return 2 * possible > question.asked.count ? nil : false
    }
}

extension Disputes {
    package func encode(into writer: inout ByteWriter) {
        writer.write(UInt32(questions.count))
        for question in questions {
            writer.write(question.position.rawValue)
            for members in [question.asked, question.refusers] {
                writer.write(UInt32(members.count))
                for member in members { writer.write(member) }
            }
        }
        writer.write(UInt32(refused.count))
        for position in refused { writer.write(position.rawValue) }
    }

    package init(decoding reader: inout ByteReader) throws(MalformedBytes) {
        for _ in 0..<(try reader.readCount(size: 16)) {
            var question = Question(position: LogPosition(rawValue: try reader.readUInt64()), asked: [], refusers: [])
            for _ in 0..<(try reader.readCount(size: 16)) { question.asked.append(try reader.readUUID()) }
            for _ in 0..<(try reader.readCount(size: 16)) { question.refusers.append(try reader.readUUID()) }
            questions.append(question)
        }
        for _ in 0..<(try reader.readCount(size: 8)) { refused.append(LogPosition(rawValue: try reader.readUInt64())) }
    }
}

extension GroupCore {
    /// A member refuses what is at `disputed`, since its data do not fit.
    package mutating func dispute(_ disputed: LogPosition, by member: MemberIdentity, at position: LogPosition) -> [Effect] {
        self.position = position
        guard table.members.contains(where: { $0.identity == member }) else { return [] }
        if let verdict = disputes.refuse(disputed, by: member.serverUUID, online: table.online) {
            return [.disputeSettled(verdict)]
        }
        return [.disputed(disputed)] + settleDisputes()
    }

    mutating func settleDisputes() -> [Effect] {
        disputes.isEmpty ? [] : disputes.settle(online: table.online).map { .disputeSettled($0) }
    }
}
