import Platform
import Testing

@testable import BinaryLog

private let a = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
private let b = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"

@Suite struct GTIDSetTests {
    @Test(arguments: [
        ("", ""),
        (" \n", ""),
        (",, ,", ""),
        ("\(a):1", "\(a):1"),
        (" \(a) : 1 - 5 : 7 ,\n \(b):3", "\(a):1-5:7,\n\(b):3"),
        ("\(b):1,\(a):9,\(b):2-3", "\(a):9,\n\(b):1-3"),
        ("\(a):5:3:4:1-2", "\(a):1-5"),
        ("\(a):7-3", ""),
        ("\(a.uppercased()):1", "\(a):1"),
        ("\(a):1-9223372036854775806", "\(a):1-9223372036854775806"),
    ])
    func textIsParsedAndPrintedAsMySQLDoes(text: String, printed: String) throws {
        let set = try #require(GTIDSet(text))
        #expect(set.description == printed)
    }

    @Test(arguments: [
        "x", "\(a)", "\(a):", "\(a):0", "\(a):1-", "\(a):1 2", "\(a):9223372036854775807", "\(a):tag:1",
        "\(a):1;\(b):1",
        "\(a):-1",
    ])
    func malformedTextIsRefused(text: String) {
        // A uuid alone is what MySQL takes as a set without numbers.
        #expect((GTIDSet(text) == nil) == (text != a), "\(text)")
    }

    @Test func theBinaryFormIsReadBackAndHasTheDocumentedBytes() throws {
        let set = try #require(GTIDSet("\(a):1-5:7"))
        var expected: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]
        expected += [
            0x3e, 0x11, 0xfa, 0x47, 0x71, 0xca, 0x11, 0xe1, 0x9e, 0x33, 0xc8, 0x0a, 0xa9, 0x42, 0x95,
            0x62,
        ]
        for number in [2, 1, 6, 7, 8] as [UInt8] { expected += [number, 0, 0, 0, 0, 0, 0, 0] }
        #expect(set.encoded == expected)
        #expect(set.encodedSize == expected.count)
        #expect(try GTIDSet(encoded: expected[...]) == set)
    }

    @Test func announcedCountsAreBoundedByTheBytes() {
        for length in 0..<64 {
            let bytes = [UInt8](repeating: 0x7F, count: length)
            #expect(throws: MalformedBytes.self) { try GTIDSet(encoded: bytes[...]) }
        }
        #expect(throws: MalformedBytes.self) {
            try GTIDSet(encoded: [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0][...])
        }
    }

    @Test func operationsAgreeWithPlainSetsOfNumbers() throws {
        var generator = SeededGenerator(seed: 42)
        let source = try #require(UUID(a))
        for _ in 0..<300 {
            let left = Set(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                    Int64.random(in: 1...20, using: &generator)
                })
            let right = Set(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                    Int64.random(in: 1...20, using: &generator)
                })
            func set(_ numbers: Set<Int64>) -> GTIDSet {
                GTIDSet(numbers.map { GTID(source: source, number: $0) })
            }
            #expect(set(left).union(set(right)) == set(left.union(right)))
            #expect(set(left).subtracting(set(right)) == set(left.subtracting(right)))
            #expect(set(left).intersection(set(right)) == set(left.intersection(right)))
            #expect(set(left).isSubset(of: set(right)) == left.isSubset(of: right))
            #expect(set(left).count == UInt64(left.count))
            for number in 1...20 as ClosedRange<Int64> {
                #expect(set(left).contains(GTID(source: source, number: number)) == left.contains(number))
            }
            let free = set(left).freeIntervals(of: source)
            #expect(
                Set(free.filter { $0.first <= 20 }.flatMap { Array($0.first...min(20, $0.last)) })
                    == Set(1...20).subtracting(left))
        }
    }

    @Test func aMillionRunsBackwardsAreReadInTime() throws {
        var writer = ByteWriter()
        writer.write(UInt64(1))
        writer.write(zeros: 16)
        let count: UInt64 = 200_000
        writer.write(count)
        for run in (0..<count).reversed() {
            writer.write(run * 2 + 1)
            writer.write(run * 2 + 2)
        }
        #expect(try GTIDSet(encoded: writer.bytes[...]).intervalCount == Int(count))
    }

    @Test func aGTIDIsParsedStrictly() {
        #expect(GTID(" \(a):7 ")?.description == "\(a):7")
        for text in ["", a, "\(a):0", "\(a):1-2", "\(a):9223372036854775807"] {
            #expect(GTID(text) == nil)
        }
    }
}

/// Repeatable random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
