/// A change of the session's state that OK packets report to clients which asked for it (CLIENT_SESSION_TRACK).
public enum SessionStateChange: Hashable, Sendable {
    case systemVariable(name: String, value: String)
    case schema(String)
    /// `session_track_state_change`: that something else changed.
    case state(Bool)
    /// `session_track_gtids`: the GTIDs of the transaction just committed, or `gtid_executed`.
    case gtids(String)
    /// The statements that would restore the transaction's characteristics.
    case transactionCharacteristics(String)
    /// Eight characters, e.g. `T_______`: what the transaction did so far.
    case transactionState(String)
}
