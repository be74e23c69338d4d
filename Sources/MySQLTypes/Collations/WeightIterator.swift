/// Walks UTF-8 and yields the weights of one level, ignorable ones left out.
struct WeightIterator {
    private var next: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>
    private let level: Int
    private var element = 0
    private var elementEnd = 0
    private var second: UInt16 = 0
    /// Jamos of a Hangul syllable that are still to come.
    private var jamo: UInt32 = 0
    private var lastJamo: UInt32 = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0, level: Int) {
        self.level = level
        if let base = bytes.baseAddress {
            next = base + start
            end = base + bytes.count
        } else {
            next = UTF8Scanner.emptyBytes
            end = next
        }
    }

    /// 0 at the end.
    mutating func nextWeight(_ order: UnicodeOrder) -> UInt16 {
        while true {
            if second != 0 {
                defer { second = 0 }
                return second
            }
            while element < elementEnd {
                let weight = order.weight(order.elements[element], level)
                element += 1
                if weight != 0 { return weight }
            }
            var entry: UInt32
            var codePoint = jamo
            if codePoint != 0 {
                jamo = lastJamo
                lastJamo = 0
                entry = order.entry(codePoint)
            } else {
                guard next < end else { return 0 }
                codePoint = UTF8Scanner.next(&next, end)
                entry = order.contracted(order.entry(codePoint), codePoint, &next, end)
            }
            if entry == UnicodeOrder.unknown {
                if order.root == .version900, let (first, middle, last) = UnicodeOrder.jamos(codePoint) {
                    jamo = middle
                    lastJamo = last ?? 0
                    entry = order.entry(first)
                } else if level == 0 {
                    let (first, other) = order.implicit(codePoint)
                    second = other
                    return first
                } else {
                    let levels = order.implicitLevels
                    let weight = level == 1 ? levels.secondary : (level == 2 ? levels.tertiary : levels.quaternary)
                    if weight != 0 { return weight }
                    continue
                }
            }
            element = Int(entry >> 6)
            elementEnd = element + Int(entry & 0x1F)
        }
    }
}
