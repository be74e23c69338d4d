import GroupCommunication

/// What this member and the others say of their transactions' contents right behind a view (``HistoryHash``), as far as the
/// last views go: a joiner counts only when it has the history that an ONLINE member has.
struct HistoryComparison: Sendable {
    struct Word: Hashable, Sendable {
        var view: LogPosition
        var hash: UInt64
    }

    /// Of the last view that this member has applied.
    private(set) var own: Word?
    private var told: [MemberIdentity: Word] = [:]
    /// The view with which this member joined; nil for one that came back with its own log.
    private(set) var joinedAt: LogPosition?
    /// The last view at which another one had the same.
    private(set) var sharedAt = LogPosition.zero
    /// Somebody whose history is another one.
    private(set) var differsFrom: (member: MemberIdentity, view: LogPosition)?

    /// A membership begins; `joinedAt`: by joining, with that view.
    mutating func begin(joinedAt: LogPosition?) {
        self = HistoryComparison()
        self.joinedAt = joinedAt
    }

    /// This member has applied a view.
    mutating func applied(_ view: LogPosition, hash: UInt64) {
        own = Word(view: view, hash: hash)
        for (member, word) in told { compare(member, word) }
    }

    /// An ONLINE member tells of the last view that it has applied.
    mutating func heard(_ member: MemberIdentity, view: LogPosition, hash: UInt64) {
        told[member] = Word(view: view, hash: hash)
        compare(member, Word(view: view, hash: hash))
    }

    private mutating func compare(_ member: MemberIdentity, _ word: Word) {
        guard let own, own.view == word.view else { return }
        if own.hash == word.hash { sharedAt = max(sharedAt, word.view) } else { differsFrom = (member, word.view) }
    }

    /// Whether this member need not wait for anybody's word.
    var isSettled: Bool {
        guard let joinedAt else { return true }
        return sharedAt >= joinedAt
    }
}
