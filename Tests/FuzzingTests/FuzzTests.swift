import Glibc
import Platform
import Testing

/// Every decoder of outside bytes: the corpus, its own seeds, and a second of mutations each. An input that ends the process
/// is left in `/tmp/grouplite-fuzz-TARGET`; put it into `Corpus/TARGET` with the fix.
@Suite(.serialized)
struct FuzzTests {
    /// An input may take this long in a debug build on a loaded machine.
    static let longest = Duration.seconds(10)

    @Test(arguments: FuzzTarget.all.map(\.name))
    func everyInputIsSurvived(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let seeds = target.seeds().map { Array($0.prefix(target.maximumLength)) }
        let recorded = Corpus.inputs(of: target)
        let note = LastInput(target: name)
        for input in recorded.map(\.bytes) + seeds + [[]] { run(input, target, note) }
        var mutator = Mutator(seed: 0x5EED)
        let inputs = seeds + recorded.map(\.bytes) + [[0], Array(0...255)]
        let end = MonotonicTime.now() + .milliseconds(200)
        var count = 0
        while count < 2000 && MonotonicTime.now() < end {
            run(mutator.mutation(of: inputs, maximumLength: target.maximumLength), target, note)
            count += 1
        }
        note.remove()
    }

    private func run(_ input: [UInt8], _ target: FuzzTarget, _ note: LastInput) {
        note.keep(input)
        let start = MonotonicTime.now()
        target.run(input)
        let took = MonotonicTime.now() - start
        #expect(took < Self.longest, "\(target.name) took \(took) for \(input)")
    }
}

/// The input that is being run, in a mapped file: it outlives a crash, and costs no system call.
struct LastInput {
    private static let size = 1 << 20
    private let path: String
    private let memory: UnsafeMutableRawPointer?

    init(target: String) {
        path = "/tmp/grouplite-fuzz-\(target)"
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        var memory: UnsafeMutableRawPointer?
        if file >= 0, ftruncate(file, off_t(Self.size)) == 0 {
            memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
            if memory == MAP_FAILED { memory = nil }
        }
        if file >= 0 { close(file) }
        self.memory = memory
    }

    /// Length in 8 bytes, then the input.
    func keep(_ input: [UInt8]) {
        guard let memory, input.count + 8 <= Self.size else { return }
        memory.storeBytes(of: input.count, as: Int.self)
        input.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { (memory + 8).copyMemory(from: base, byteCount: bytes.count) }
        }
    }

    func remove() {
        if let memory { munmap(memory, Self.size) }
        unlink(path)
    }
}
