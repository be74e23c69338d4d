/// A place of the group's log, an independent Paxos instance. Slots are numbered from 1 and delivered in ascending
/// order by every member; the owner of slot `s` is leader `s mod n` of the configuration in force there.
public typealias Slot = UInt64
