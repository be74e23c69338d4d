/// An order in which each character has one weight.
final class CharacterOrder: Sendable {
    private enum Source: Sendable {
        /// By code point; `missing` where a page is not there, the code point itself where that is nil.
        case pages(starts: [UInt16], weights: [UInt16], missing: UInt16?)
        /// The bytes of the set's code, single bytes by their own weights.
        case codes(CodeTable, singles: [UInt16])
        /// By code in a table.
        case table(CodeTable, [UInt16])
    }

    /// Bytes of a weight in sort keys; 0 where as many as it needs.
    let width: Int
    private let source: Source

    /// A set of single bytes: `weights` has 2 characters for each.
    init(_ set: CodeTable, weights text: StaticString) {
        var reader = PackedReader(text)
        var byByte: [UInt16] = []
        while let weight = reader.next(2) { byByte.append(UInt16(weight)) }
        let missing = byByte.count == 256 ? byByte[Int(UInt8(ascii: "?"))] : 0
        var pages = PageBuilder()
        for (byte, codePoint) in set.codePoints.enumerated() where codePoint != CodeTable.unmapped && byte < byByte.count {
            if set.code(of: UInt32(codePoint)) == UInt16(byte) { pages.set(codePoint, byByte[byte], missing: missing) }
        }
        source = .pages(starts: pages.starts, weights: pages.weights, missing: missing)
        width = 1
    }

    /// By the bytes of the code, as the `_bin` collations of sets that are not Unicode's.
    init(codesOf set: CodeTable, singles text: StaticString? = nil) {
        var singles = (0..<256).map { UInt16($0) }
        if let text {
            var reader = PackedReader(text)
            for index in singles.indices { singles[index] = UInt16(truncatingIfNeeded: reader.next(2) ?? index) }
        }
        source = .codes(set, singles: singles)
        width = 0
    }

    /// By a table of codes: runs of code, count, and weights of 3 characters.
    init(_ set: CodeTable, codeWeights text: StaticString, singles: StaticString) {
        var weights = (0..<65536).map { UInt16($0) }
        var reader = PackedReader(singles)
        for index in 0..<256 { weights[index] = UInt16(truncatingIfNeeded: reader.next(2) ?? index) }
        reader = PackedReader(text)
        reader.forEachInRuns(3) { code, weight in
            if code < weights.count { weights[code] = UInt16(truncatingIfNeeded: weight) }
        }
        source = .table(set, weights)
        width = 0
    }

    /// Unicode's caseless orders: what differs from the code point, later texts before earlier ones.
    init(_ texts: [StaticString]) {
        var pages = PageBuilder()
        for text in texts {
            var reader = PackedReader(text)
            reader.forEachInRuns(3) { codePoint, weight in
                pages.set(UInt16(truncatingIfNeeded: codePoint), UInt16(truncatingIfNeeded: weight), missing: nil)
            }
        }
        source = .pages(starts: pages.starts, weights: pages.weights, missing: nil)
        width = 2
    }

    func weight(_ codePoint: UInt32) -> UInt32 {
        switch source {
        case .pages(let starts, let weights, let missing):
            guard codePoint < 0x10000 else { return UInt32(missing ?? 0xFFFD) }
            let start = starts[Int(codePoint >> 8)]
            if start == .max { return missing.map { UInt32($0) } ?? codePoint }
            return UInt32(weights[Int(start) << 8 | Int(codePoint & 255)])
        case .codes(let set, let singles):
            guard let code = set.code(of: codePoint) else { return UInt32(UInt8(ascii: "?")) }
            return code < 256 ? UInt32(singles[Int(code)]) : MultiByteForm.number(code)
        case .table(let set, let weights):
            guard let code = set.code(of: codePoint) else { return UInt32(UInt8(ascii: "?")) }
            return UInt32(weights[Int(code)])
        }
    }

    /// A number that compares as the weights' bytes do.
    @inline(__always)
    func rank(_ codePoint: UInt32) -> UInt32 {
        let weight = weight(codePoint)
        return width == 0 && weight != 0 ? weight << UInt32(weight.leadingZeroBitCount & ~7) : weight
    }

    func append(_ codePoint: UInt32, to key: inout [UInt8]) {
        let weight = weight(codePoint)
        let bytes = width > 0 ? width : max(1, (39 - weight.leadingZeroBitCount) / 8)
        for shift in (0..<bytes).reversed() { key.append(UInt8(truncatingIfNeeded: weight >> UInt32(8 * shift))) }
    }

    private struct PageBuilder {
        var starts = [UInt16](repeating: .max, count: 256)
        var weights: [UInt16] = []

        mutating func set(_ codePoint: UInt16, _ weight: UInt16, missing: UInt16?) {
            let page = Int(codePoint >> 8)
            if starts[page] == .max {
                starts[page] = UInt16(weights.count >> 8)
                for low in 0..<256 { weights.append(missing ?? UInt16(page << 8 | low)) }
            }
            weights[Int(starts[page]) << 8 | Int(codePoint & 255)] = weight
        }
    }

    static let general = CharacterOrder([generalText])
    static let generalMySQL500 = CharacterOrder([generalText, general500Text])
    static let tolower = CharacterOrder([tolowerText])
}
