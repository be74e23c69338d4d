import Primitives

/// Throttles commits when a member cannot keep up (`group_replication_flow_control_mode = QUOTA`). A pure core: told of
/// each member's statistics as they arrive and stepped once a period; it answers how many commits this member may admit
/// until the next step. It slows down, it never stops anybody for good.
///
/// Bytes count, not only transactions: a large transaction counts as several (``weight(ofBytes:)``), in the applier's queue,
/// in what was applied and in what is admitted. Transactions of up to 4 KiB count as in MySQL.
package struct FlowControl: Sendable {
    /// A member's statistics, with the changes since its last ones.
    private struct MemberSample: Sendable {
        var certifierQueue: Int64 = 0
        var applierQueue: Int64 = 0
        var certified: Int64 = 0
        var applied: Int64 = 0
        var local: Int64 = 0
        var certifiedDelta: Int64 = 0
        var appliedDelta: Int64 = 0
        var localDelta: Int64 = 0
        var isRecovering = false
        var step: UInt64 = 0
    }

    /// Statistics older than this many steps do not count.
    private static let samplesLastSteps: UInt64 = 10
    /// A queue counts for so many steps after it was told of: a report that comes late must not set everybody free.
    private static let queuesLastSteps: UInt64 = 3
    private static let quotaLimit = Int64(Int32.max)

    /// A transaction of up to this many bytes counts as one.
    private static let bytesPerUnit = 4096

    /// What a transaction of that size counts.
    package static func weight(ofBytes bytes: Int) -> Int64 {
        Int64(max(1, (bytes + bytesPerUnit - 1) / bytesPerUnit))
    }

    /// What a queue counts of which only the sums are known: not more than the sum of its transactions' weights.
    package static func weight(ofQueue transactions: Int64, bytes: Int64) -> Int64 {
        max(transactions, bytes / Int64(bytesPerUnit))
    }

    package var configuration: FlowControlConfiguration
    private var samples: [UUID: MemberSample] = [:]
    private var step: UInt64 = 0
    private var used: Int64 = 0
    /// Commits allowed until the next step; 0 = no limit.
    private(set) var quota: Int64 = 0
    /// Steps in which commits were limited, for monitoring.
    private(set) var throttledSteps: UInt64 = 0

    package init(configuration: FlowControlConfiguration) {
        self.configuration = configuration
    }

    /// A member's periodic statistics were delivered. `applierQueue` and `applied` in units of weight.
    package mutating func receive(
        from member: UUID, certifierQueue: Int64, applierQueue: Int64, certified: Int64, applied: Int64, local: Int64,
        isRecovering: Bool
    ) {
        var sample = samples[member] ?? MemberSample()
        let isFirst = samples[member] == nil
        sample.certifiedDelta = isFirst ? 0 : max(0, certified - sample.certified)
        sample.appliedDelta = isFirst ? 0 : max(0, applied - sample.applied)
        sample.localDelta = isFirst ? 0 : max(0, local - sample.local)
        sample.certifierQueue = certifierQueue
        sample.applierQueue = applierQueue
        sample.certified = certified
        sample.applied = applied
        sample.local = local
        sample.isRecovering = isRecovering
        sample.step = step
        samples[member] = sample
    }

    package mutating func forget(_ member: UUID) {
        samples[member] = nil
    }

    private func isOverCertifier(_ sample: MemberSample) -> Bool {
        configuration.certifierThreshold > 0 && sample.certifierQueue > configuration.certifierThreshold
    }

    private func isOverApplier(_ sample: MemberSample) -> Bool {
        configuration.applierThreshold > 0 && sample.applierQueue > configuration.applierThreshold
    }

    /// Counts a commit about to be sent. False when it is over the quota and should wait for the next step.
    package mutating func admit(weight: Int64 = 1) -> Bool {
        used += weight
        return quota == 0 || used <= quota
    }

    /// Ends a period.
    package mutating func endPeriod() {
        let extra = quota > 0 ? max(0, used - quota) : 0
        used = 0
        step += 1
        samples = samples.filter { step - $0.value.step <= FlowControl.samplesLastSteps }
        guard configuration.isEnabled else {
            quota = 0
            return
        }
        let isHeld = samples.values.contains {
            step - $0.step <= FlowControl.queuesLastSteps && (isOverCertifier($0) || isOverApplier($0))
        }
        if isHeld {
            quota = max(1, cap(restrictedQuota()) - extra)
            throttledSteps += 1
        } else if quota > 0 {
            quota = cap(releasedQuota())
        } else {
            quota = configuration.maximumQuota
        }
    }

    private func cap(_ value: Int64) -> Int64 {
        guard configuration.maximumQuota > 0 else { return value }
        return value == 0 ? configuration.maximumQuota : min(value, configuration.maximumQuota)
    }

    /// Half as much again each step, until the quota is beyond what matters: then no limit.
    private func releasedQuota() -> Int64 {
        let release = configuration.releasePercent
        guard release > 0, quota < FlowControl.quotaLimit * 2 / 3 else { return 0 }
        return max(quota * (100 + release) / 100, quota + 1)
    }

    private func restrictedQuota() -> Int64 {
        var minimumCertified = Int64.max
        var minimumApplied = Int64.max
        var safe = Int64.max
        var writers: Int64 = 0
        var laggingOnline = 0
        for sample in samples.values {
            if isOverCertifier(sample) && sample.certifiedDelta > 0 {
                minimumCertified = min(minimumCertified, sample.certifiedDelta)
            }
            if isOverApplier(sample) {
                // Who applies nothing at all has no capacity (MySQL leaves it out: without a hold percentage nothing slows down).
                if sample.appliedDelta > 0 || !sample.isRecovering {
                    minimumApplied = min(minimumApplied, sample.appliedDelta)
                }
                if !sample.isRecovering { laggingOnline += 1 }
            } else if isOverCertifier(sample) && !sample.isRecovering {
                laggingOnline += 1
            }
            if sample.certifiedDelta > 0 { safe = min(safe, sample.certifiedDelta) }
            if sample.appliedDelta > 0 { safe = min(safe, sample.appliedDelta) }
            if sample.localDelta > 0 { writers += 1 }
        }
        writers = max(1, writers)
        var capacity = min(minimumCertified, minimumApplied)
        let thresholds = [configuration.certifierThreshold, configuration.applierThreshold].filter { $0 > 0 }
        var floor = max(1, (thresholds.min() ?? 0) * 5 / 100)
        if laggingOnline == 0 && configuration.minimumRecoveryQuota > 0 {
            floor = configuration.minimumRecoveryQuota
        } else if configuration.minimumQuota > 0 {
            floor = configuration.minimumQuota
        }
        capacity = max(min(capacity, safe), floor)
        // Nothing moved anywhere: the floor. More than the limit is no limit, whatever the members say of themselves.
        capacity = capacity == .max ? floor : min(capacity, FlowControl.quotaLimit)
        var result = capacity / 100 * (100 - configuration.holdPercent)
            + capacity % 100 * (100 - configuration.holdPercent) / 100
        if writers > 1 {
            if configuration.memberQuotaPercent > 0 {
                result = result * configuration.memberQuotaPercent / 100
            } else {
                result /= writers
            }
        }
        return max(1, result)
    }
}
