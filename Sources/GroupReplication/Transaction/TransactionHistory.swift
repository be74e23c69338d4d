import BinaryLog

/// The hash of all transactions that a store holds, kept by the store beside their GTIDs: equal sets have equal hashes, or
/// mean different things.
public struct TransactionHistory: Hashable, Sendable {
    private var hash: HistoryHash

    public init(value: UInt64 = 0) {
        hash = HistoryHash(value: value)
    }

    public var value: UInt64 { hash.value }

    /// A transaction with what became of it.
    public mutating func add(_ transaction: CertifiedTransaction, _ outcome: TransactionOutcome) {
        guard let gtid = transaction.gtid else { return }
        if case .applied = outcome {
            hash.add(gtid, content: transaction.contentHash)
        } else {
            hash.add(gtid, content: 0)
        }
    }

    /// A GTID without a transaction: a change of the view.
    public mutating func add(_ gtid: GTID) {
        hash.add(gtid, content: 0)
    }
}
