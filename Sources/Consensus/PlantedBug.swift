/// Mistakes that the simulator plants to prove that its checkers find them. Never set outside of it.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// Acceptors answer before their record is on disk.
    case answerBeforePersist = "answer-before-persist"
    /// A spare acceptor answers before the sync that it puts off.
    case answerBeforeLateSync = "answer-before-late-sync"
    /// A proposer counts its own acceptance, and answers its client, before its record is on disk.
    case countBeforePersist = "count-before-persist"
    /// After a restart an owner proposes again at ballot zero in the block that it had reserved.
    case reuseReservedBlock = "reuse-reserved-block"
    /// One promise is taken for a majority.
    case skipPrepareMajority = "skip-prepare-majority"
    /// The value found by preparing is ignored.
    case ignoreFoundValue = "ignore-found-value"
    /// One acceptance less than a majority decides.
    case smallQuorum = "small-quorum"
    /// A configuration takes force at once instead of an event horizon later.
    case wrongHorizon = "wrong-horizon"
    /// Submissions are delivered as often as they were ordered.
    case dedupeOff = "dedupe-off"
    /// An acceptor takes proposals below its promise.
    case ignorePromise = "ignore-promise"
    /// A learn is applied to whatever value was accepted, without comparing ballots.
    case learnAnyBallot = "learn-any-ballot"
    /// A restarted member forgets what it had promised and accepted in the slots that were open.
    case forgetOpenSlots = "forget-open-slots"
    /// The log is trimmed at what this member alone has released.
    case trimTooEarly = "trim-too-early"
    /// A joiner delivers messages before its first view.
    case deliverBeforeView = "deliver-before-view"
    /// One member's opinion is enough to remove another.
    case oneVoiceExpels = "one-voice-expels"
    /// A restarted member takes part at once, without listening for word of a forced configuration first.
    case skipSettling = "skip-settling"
    /// Who is certainly dead is removed at once, however many die within moments.
    case noPatience = "no-patience"
    /// A restarted member goes on with its old group although it hears of the one that was bootstrapped meanwhile.
    case ignoreOtherGroup = "ignore-other-group"
    /// A member that comes back with less than it had told the others takes part all the same.
    case forgetfulVotes = "forgetful-votes"
    /// A log that lost its end is taken for one with a torn tail.
    case ignoreLogEnd = "ignore-log-end"
    /// While large payloads overlap the log is begun anew in the middle of one.
    case snapshotInLargePayload = "snapshot-in-large-payload"

    /// Random runs cannot find it, since operators do nothing there, or since what it breaks is no rule but a promise: tests
    /// that say what happens do.
    package var isForScripts: Bool { self == .noPatience || self == .ignoreOtherGroup }
}
