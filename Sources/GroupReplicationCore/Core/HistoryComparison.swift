import GroupCommunicationCore

/// What this member and the others say of their transactions' contents right behind a view (``HistoryHash``), as far as the
/// last views go. A joiner counts only when it has the history that ONLINE members have; of several the majority is right.
package struct HistoryComparison: Sendable {
    package struct Word: Hashable, Sendable {
        package var view: LogPosition
        package var hash: UInt64
    }

    /// Where two members' transactions are not the same.
    package struct Difference: Hashable, Sendable {
        package var member: MemberIdentity
        package var view: LogPosition
    }

    /// What the words come to.
    package enum Verdict: Equatable, Sendable {
        /// Nobody is known to have another history.
        case alike
        /// Another one has; it cannot be told who is wrong, or it is the other one.
        case differs(Difference)
        /// This member is the one that is wrong.
        case isWrong(Difference)
    }

    package init() {}

    /// Of the last view that this member has applied.
    package private(set) var own: Word?
    private var told: [MemberIdentity: Word] = [:]
    /// The view with which this member joined; nil for one that came back as an ONLINE member.
    package private(set) var joinedAt: LogPosition?
    /// The last view at which others had the same, and more than had another history.
    package private(set) var sharedAt = LogPosition.zero

    /// A membership begins; `joinedAt`: by joining, with that view.
    package mutating func begin(joinedAt: LogPosition?) {
        self = HistoryComparison()
        self.joinedAt = joinedAt
    }

    /// This member has applied a view.
    package mutating func applied(_ view: LogPosition, hash: UInt64) {
        own = Word(view: view, hash: hash)
    }

    /// An ONLINE member tells of the last view that it has applied. Returns whether that is news.
    @discardableResult
    package mutating func heard(_ member: MemberIdentity, view: LogPosition, hash: UInt64) -> Bool {
        let word = Word(view: view, hash: hash)
        guard told[member] != word else { return false }
        told[member] = word
        return true
    }

    /// Compares this member's word with those of `others`, the other ONLINE members.
    package mutating func judge(isOnline: Bool, others: Set<MemberIdentity>) -> Verdict {
        guard let own else { return .alike }
        let words = told.filter { others.contains($0.key) && $0.value.view == own.view }
        let same = words.count { $0.value.hash == own.hash }
        let other = words.filter { $0.value.hash != own.hash }
        if same > other.count { sharedAt = max(sharedAt, own.view) }
        guard let first = other.keys.min(by: { $0.serverUUID < $1.serverUUID }) else { return .alike }
        let difference = Difference(member: first, view: own.view)
        let camp = Dictionary(grouping: other.values, by: \.hash).values.map(\.count).max() ?? 0
        // A joiner's own word does not count, and where nobody has a majority it is not let in.
        let isWrong =
            isOnline
            ? 2 * camp > others.count + 1 : 2 * camp > others.count || (words.count == others.count && other.count >= same)
        return isWrong ? .isWrong(difference) : .differs(difference)
    }

    /// Whether this member need not wait for anybody's word.
    package var isSettled: Bool {
        guard let joinedAt else { return true }
        return sharedAt >= joinedAt
    }
}
