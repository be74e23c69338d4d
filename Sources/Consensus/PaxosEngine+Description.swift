extension PaxosEngine {
    /// Where the engine stands, for traces and logs.
    public var summary: String {
        var text = "delivered \(delivered), window \(windowEnd), seen \(highestSeen), rush \(rushThrough)"
        text += ", own \(nextOwn), reserved \(reservedThrough), floor \(ballotZeroFloor), replayed \(replayedThrough)"
        text += ", peers \(peers.dropFirst().map { "\($0.delivered)\($0.isSuspect ? "?" : "")" })"
        for slot in delivered + 1..<delivered + 8 {
            let entry = ring[Self.ringIndex(slot)]
            guard entry.slot == slot else { continue }
            text += "; \(slot): promised \(entry.promised.counter), accepted "
            text += entry.accepted == .none ? "-" : "\(entry.accepted.counter)"
            text += ", \(entry.phase), round \(entry.ballot.counter), "
            text += "promises \(entry.promises), acceptances \(entry.acceptances)\(entry.isDecided ? ", decided" : "")"
        }
        return text
    }
}
