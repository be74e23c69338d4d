/// The characters of a character set that is not Unicode's: code to code point and back, as MySQL maps them.
///
/// A code is a single byte, two bytes, or, of EUC's 0x8F and two more, the two with the first one's high bit cleared. The
/// tables are in the binary, so that every member maps the same way whatever its machine has installed; they are unpacked
/// when the set is first used.
final class CodeTable: Sendable {
    static let unmapped: UInt16 = 0xFFFF

    /// By code.
    let codePoints: [UInt16]
    /// Where a page of 256 code points begins in `codes`, in pages; `unmapped` for none.
    private let pageStarts: [UInt16]
    private let codes: [UInt16]

    /// `texts`: runs of code, count, code points. `base`: a set of which this one's texts tell the differences alone.
    /// `preferred`: code points that are written otherwise than by their lowest code.
    init(codes count: Int, base: CodeTable? = nil, _ texts: [StaticString], preferred: StaticString = "") {
        var codePoints = base?.codePoints ?? [UInt16](repeating: Self.unmapped, count: count)
        if base == nil && count > 256 {
            for code in 0..<128 { codePoints[code] = UInt16(code) }
        }
        for text in texts {
            var reader = PackedReader(text)
            reader.forEachInRuns(3) { code, value in
                if code < count { codePoints[code] = UInt16(exactly: value) ?? Self.unmapped }
            }
        }
        var pageStarts = [UInt16](repeating: Self.unmapped, count: 256)
        var codes: [UInt16] = []
        func write(_ codePoint: UInt16, _ code: UInt16, replaces: Bool) {
            let page = Int(codePoint >> 8)
            if pageStarts[page] == Self.unmapped {
                pageStarts[page] = UInt16(codes.count >> 8)
                codes.append(contentsOf: repeatElement(Self.unmapped, count: 256))
            }
            let place = Int(pageStarts[page]) << 8 | Int(codePoint & 255)
            if replaces || codes[place] == Self.unmapped { codes[place] = code }
        }
        for (code, codePoint) in codePoints.enumerated() where codePoint != Self.unmapped {
            write(codePoint, UInt16(code), replaces: false)
        }
        var reader = PackedReader(preferred)
        while let codePoint = reader.next(3), let code = reader.next(3) {
            write(UInt16(truncatingIfNeeded: codePoint), UInt16(truncatingIfNeeded: code), replaces: true)
        }
        self.codePoints = codePoints
        self.pageStarts = pageStarts
        self.codes = codes
    }

    /// The code of a character; nil where the set lacks it.
    @inline(__always)
    func code(of codePoint: UInt32) -> UInt16? {
        guard codePoint < 0x10000 else { return nil }
        let page = pageStarts[Int(codePoint >> 8)]
        guard page != Self.unmapped else { return nil }
        let code = codes[Int(page) << 8 | Int(codePoint & 255)]
        return code == Self.unmapped ? nil : code
    }

    /// The character of a code; nil where none is mapped.
    @inline(__always)
    func codePoint(of code: Int) -> UInt32? {
        guard code < codePoints.count, codePoints[code] != Self.unmapped else { return nil }
        return UInt32(codePoints[code])
    }
}
