/// How often and how long a member tries to get into its group, and waits on its way out. The manual's numbers; a
/// simulation or a test shortens them.
package struct MembershipTimes: Sendable {
    /// From the beginning of one attempt of `group_replication_autorejoin_tries` to that of the next. Meanwhile the group is
    /// asked again as long as nobody answers, so that a member whose network heals need not wait for the next attempt.
    package var rejoinPeriod: Duration = .seconds(300)
    /// How long the last attempt lasts.
    package var lastAttemptLength: Duration = .seconds(60)
    /// Between two questions within an attempt.
    package var rejoinPause: Duration = .seconds(2)
    /// How long one question, from the first connection to being in the view, may take.
    package var enterTimeout: Duration = .seconds(90)
    /// How long START GROUP_REPLICATION waits for the members of the group log's last configuration.
    package var resumePatience: Duration = .seconds(5)
    /// A new incarnation is refused while its older one is listed: asked again this often, this far apart.
    package var incarnationRetries = 10
    package var incarnationPause: Duration = .seconds(5)
    /// At the boot of a whole group, while no member answers yet.
    package var answerPause: Duration = .milliseconds(200)
    /// How long a member that leaves in order waits for the view without it.
    package var leaveTimeout: Duration = .seconds(10)

    package init() {}
}
