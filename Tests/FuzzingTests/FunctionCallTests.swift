import Glibc
import Platform
import Testing

/// Every function and operator with values from the ends of all types, in turn, as text and with binary parameters.
/// `GROUPLITE_FUNCTION_CALLS_SECONDS=n` goes on for so long, from another seed each time; what was found is then in
/// `/tmp/grouplite-function-calls`, and the call that ended the process, if one did, in `/tmp/grouplite-fuzz-calls-long`.
@Suite(.serialized)
struct FunctionCallTests {
    @Test func everyCallIsAnswered() throws {
        let server = try #require(FuzzServer.shared)
        let asked = getenv("GROUPLITE_FUNCTION_CALLS_SECONDS").flatMap { Int64(String(cString: $0)) }
        let start = MonotonicTime.now()
        let end = start + .seconds(asked ?? 12)
        var random = Generator(state: asked == nil ? 0x5EED : UInt64(bitPattern: WallClock.microseconds()))
        let note = LastInput(target: asked == nil ? "calls" : "calls-long")
        let report = asked.flatMap { _ in fopen("/tmp/grouplite-function-calls", "a") }
        var problems: [String: String] = [:]
        var (count, rounds) = (0, 0)
        while rounds == 0 || MonotonicTime.now() < end {
            for form in CallForm.all {
                // The first rounds of the short run end where the time does: each form was tried by then.
                if rounds > 0, MonotonicTime.now() >= end { break }
                for isBinary in [false, true] {
                    let call = FunctionCall(form, isBinary: isBinary, count: random.next(256)) { random.next($0) }
                    note.keep(Array(call.description.utf8))
                    let began = MonotonicTime.now()
                    var problem = server.run(call)
                    count += 1
                    if MonotonicTime.now() - began > .seconds(10) { problem = "takes \(MonotonicTime.now() - began)" }
                    if let problem, problems["\(form.name) \(problem)"] == nil {
                        problems["\(form.name) \(problem)"] = call.description
                        if let report {
                            fputs("\(problem): \(call.description.prefix(2000))\n", report)
                            fflush(report)
                        }
                    }
                }
            }
            rounds += 1
            if let report, rounds % 50 == 0 {
                fputs("\(count) calls, \(rounds) rounds, \(MonotonicTime.now() - start)\n", report)
                fflush(report)
            }
        }
        if let report { fclose(report) }
        note.remove()
        for (problem, call) in problems.sorted(by: { $0.key < $1.key }) { Issue.record("\(problem): \(call.prefix(2000))") }
    }
}

/// Numbers that a seed repeats.
private struct Generator {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: state >> 33) % max(bound, 1)
    }
}
