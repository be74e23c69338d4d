import ArgumentParser
import Glibc
import Platform
import Simulation

/// Runs groups in a simulated world, thousands of them, and says which seed broke a rule.
@main struct SimulatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulator",
        abstract: "Deterministic simulation of group communication: every run follows from its seed.")

    @Option(help: "How many seeds to run.")
    var seeds = 1000
    @Option(help: "The first seed.")
    var start: UInt64 = 1
    @Option(help: "Run only this seed.")
    var seed: UInt64?
    @Option(help: "Seconds of simulated time with faults.")
    var seconds = 12
    @Option(help: "Plant a mistake that the checkers must find (--list-bugs names them).")
    var bug: String?
    @Flag(help: "Plant each mistake in turn and tell which seed finds it.")
    var allBugs = false
    @Flag(help: "Name the mistakes that can be planted.")
    var listBugs = false
    @Flag(help: "Measure the processor time that the cores take for a message.")
    var measure = false
    @Flag(help: "Go on after a seed that failed, and tell of all.")
    var keepGoing = false
    @Flag(help: "Tell what happens.")
    var verbose = false

    func run() throws {
        if listBugs {
            for name in SimulationOptions.bugNames { say(name) }
            return
        }
        if measure {
            measureCores()
            return
        }
        if allBugs {
            try findAllBugs()
            return
        }
        let range = seed.map { $0...$0 } ?? start...(start + UInt64(max(1, seeds)) - 1)
        var deliveries = 0
        var views = 0
        var failed = 0
        for seed in range {
            let result = Simulator.run(try options(seed, bug: bug))
            for line in result.trace { say(line) }
            deliveries += result.deliveries
            views += result.views
            if let failure = result.failure {
                say("seed \(seed): \(failure)")
                let planted = bug.map { " --bug \($0)" } ?? ""
                say("replay: simulator --seed \(seed) --seconds \(seconds)\(planted) --verbose")
                failed += 1
                if !keepGoing { throw ExitCode.failure }
            }
            if (seed - range.lowerBound + 1) % 1000 == 0 { say("\(seed - range.lowerBound + 1) seeds passed") }
        }
        say("\(range.count - failed) of \(range.count) seeds passed: \(deliveries) deliveries, \(views) views")
        if failed > 0 { throw ExitCode.failure }
    }

    private func measureCores() {
        say("members leaders clients bytes  ns/message messages/slot")
        for (members, everyMember) in [(1, true), (3, false), (3, true), (5, false)] {
            for outstanding in [1, 8, 32] {
                let result = Measurement.run(
                    members: members, everyMember: everyMember, outstanding: outstanding, messages: 100_000, bytes: 300,
                    clock: MonotonicTime.now)
                say(
                    "\(members)       \(everyMember ? "all" : "one")     \(outstanding)       300   "
                        + "\(Int(result.nanosecondsPerMessage))       \(result.messagesPerSlot)")
            }
        }
    }

    private func say(_ line: String) {
        puts(line)
        fflush(nil)
    }

    private func options(_ seed: UInt64, bug: String?) throws -> SimulationOptions {
        var options = SimulationOptions(seed: seed)
        options.seconds = seconds
        options.isVerbose = verbose
        if let bug, !options.plant(bugNamed: bug) { throw ValidationError("no mistake is named \(bug)") }
        return options
    }

    private func findAllBugs() throws {
        var missed = 0
        for name in SimulationOptions.bugNames {
            var found: SimulationResult?
            for seed in start..<start + UInt64(max(1, seeds)) {
                let result = Simulator.run(try options(seed, bug: name))
                guard result.failure != nil else { continue }
                // A seed that fails without the mistake too is no proof of anything.
                if Simulator.run(try options(seed, bug: nil)).failure == nil {
                    found = result
                    break
                }
            }
            if let found {
                say("\(name): seed \(found.seed): \(found.failure ?? "")")
            } else {
                say("\(name): not found in \(seeds) seeds")
                missed += 1
            }
        }
        if missed > 0 { throw ExitCode.failure }
    }
}
