import Glibc

// The program `fuzzer TARGET [libFuzzer's arguments]`, built by `make fuzz` with libFuzzer; not part of `swift test`.

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

nonisolated(unsafe) private var chosen: FuzzTarget?

/// libFuzzer's entry.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    chosen?.run(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

@main
struct Fuzzer {
    static func main() {
        let arguments = CommandLine.arguments
        if arguments.count >= 2, let target = FuzzTarget.named(arguments[1]) {
            chosen = target
            // `fuzzer TARGET --write-seeds DIRECTORY`
            if arguments.count == 4 && arguments[2] == "--write-seeds" {
                for (number, seed) in target.seeds().enumerated() {
                    Corpus.write(seed, to: "\(arguments[3])/seed-\(number)")
                }
                return
            }
            var kept = CommandLine.argc - 1
            var vector = CommandLine.unsafeArgv + 1
            exit(runDriver(&kept, &vector) { LLVMFuzzerTestOneInput($0, $1) })
        }
        for target in FuzzTarget.all { puts("\(target.name) \(target.maximumLength)") }
    }
}
