/// What a ``ResultWriter`` asks of the session whose answers it encodes. On the session's thread.
public protocol AnsweringSession: AnyObject {
    /// As OK and EOF packets tell it.
    var status: ServerStatus { get }
    /// `resultset_metadata`: false where a client that can do without column definitions wants none.
    var sendsMetadata: Bool { get }
    /// What changed since the last OK packet and the client asked to hear (`session_track_...`); nil for nothing. An empty list
    /// says that something was touched and is as before.
    func takeStateChanges() -> [SessionStateChange]?
}
