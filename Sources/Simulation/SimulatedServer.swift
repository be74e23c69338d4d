import Consensus
import GroupCommunicationCore
import Primitives

/// A server: its disk, its upper layer's durable state, and its process while one runs.
struct SimulatedServer {
    /// The two halves of a connection that this server's process keeps to another.
    struct Link {
        var isWanted = false
        var isUp = false
        /// Counts the changes, so that old news are dropped.
        var generation: UInt64 = 0
        /// Changes whenever the connection breaks: what was under way on the old one is lost.
        var connection: UInt64 = 0
        /// No frame overtakes another on a connection.
        var lastArrival: UInt64 = 0
    }

    let number: Int
    /// Another one once the whole data directory was lost.
    var uuid: UUID
    var address: String { "s\(number)" }

    var disk = SimulatedDisk()
    /// A copy of its files that was put aside while it stood still.
    var backup: Backup?
    /// How far the upper layer's own state is safely on disk.
    var durable = LogPosition.zero
    /// How far the upper layer has come.
    var applied = LogPosition.zero
    /// Whether this server ever got into the group, or is on its way.
    var isWantedUp = false
    /// It left or was expelled: it comes back by joining.
    var mustJoin = false
    var isLeaving = false

    var node: GroupNode?
    /// Counts the processes: what was meant for an earlier one is dropped.
    var process = 0
    var isPaused = false
    var inbox: [NodeEvent] = []
    var isTurnScheduled = false
    var tickAt: UInt64 = .max
    var links: [Link]
    var judge: (any DeliveryJudge)?
    var hasView = false
    /// Distributed recovery is over.
    var canWrite = false
    var pending: [UInt64] = []
    var syncDoneAt: UInt64 = 0
    /// What its table shows.
    var unreachable: [MemberIdentity] = []
    var hasMajority = true
    /// When something last happened to this server that could make the others give it up.
    var troubledAt: UInt64 = 0
    var view: View?
    /// Why its processes ended, and what they logged as warnings and errors.
    var endings: [String] = []
    var warnings: [String] = []
    var forceAnswers: [String?] = []
    /// What it heard when it asked whether there is a group.
    var standings: [Standing] = []

    /// A copy of a server's files.
    struct Backup {
        var disk: SimulatedDisk
        var identity: MemberIdentity
        var life: UInt32
        var durable: LogPosition
    }

    init(number: Int, servers: Int) {
        self.number = number
        uuid = UUID(high: 0x5E4E_0000_0000_4000, low: 0x8000_0000_0000_0000 | UInt64(number))
        links = Array(repeating: Link(), count: servers)
    }
}
