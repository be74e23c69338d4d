extension Collation {
    private typealias Bytes = UnsafeBufferPointer<UInt8>

    static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var count = bytes.count
        while count > 0 && bytes[count - 1] == 0x20 { count -= 1 }
        return UnsafeBufferPointer(start: bytes.baseAddress, count: count)
    }

    /// Negative, zero or positive.
    public func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        switch rule {
        case .bytes: padsSpace ? Self.comparePadded(left, right) : Self.compareBytes(left, right)
        case .root(let levels): compare(left, right, UnicodeOrder.version900, levels)
        case .unicode(let order, let levels): compare(left, right, order(), levels)
        case .characters(let order):
            {
                let order = order()
                return compareByCharacter(left, right) { order.rank($0) }
            }()
        case .gb18030:
            {
                let order = GB18030Order.shared
                return compareByCharacter(left, right) { order.rank($0) }
            }()
        case .asciiCaseless: compareByCharacter(left, right, Self.asciiCaseless)
        case .keyed(let key):
            {
                let left = key(characterSet.encode(Self.trimmed(left)).bytes)
                let right = key(characterSet.encode(Self.trimmed(right)).bytes)
                return left.withUnsafeBufferPointer { left in
                    right.withUnsafeBufferPointer { Self.comparePadded(left, $0) }
                }
            }()
        }
    }

    @inline(__always)
    static func asciiCaseless(_ codePoint: UInt32) -> UInt32 {
        codePoint >= 0x61 && codePoint <= 0x7A ? codePoint - 32 : codePoint
    }

    private static func compareBytes(_ left: Bytes, _ right: Bytes) -> Int {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
        return left.count - right.count
    }

    private static func comparePadded(_ left: Bytes, _ right: Bytes) -> Int {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
        let (rest, sign) = left.count > right.count ? (left, 1) : (right, -1)
        var index = common
        while index < rest.count {
            if rest[index] != 0x20 { return rest[index] < 0x20 ? -sign : sign }
            index += 1
        }
        return 0
    }

    @inline(__always)
    private func compare(_ left: Bytes, _ right: Bytes, _ order: UnicodeOrder, _ levels: Int) -> Int {
        let first = comparePrimary(left, right, order)
        if first != 0 || levels == 1 { return first }
        for level in 1..<levels {
            var a = WeightIterator(left, level: level)
            var b = WeightIterator(right, level: level)
            while true {
                let x = a.nextWeight(order)
                let y = b.nextWeight(order)
                if x != y { return x < y ? -1 : 1 }
                if x == 0 { break }
            }
        }
        return 0
    }

    private func comparePrimary(_ left: Bytes, _ right: Bytes, _ order: UnicodeOrder) -> Int {
        let left = padsSpace ? Self.trimmed(left) : left
        let right = padsSpace ? Self.trimmed(right) : right
        let common = min(left.count, right.count)
        // ASCII, character by character.
        let place: Int = order.ascii.withUnsafeBufferPointer { ascii in
            var index = 0
            while index < common {
                let a = left[index]
                let b = right[index]
                if a | b >= 0x80 { break }
                if a != b || ascii[Int(a)] == 0 {
                    let x = ascii[Int(a)]
                    if x == 0 || x != ascii[Int(b)] { break }
                }
                index += 1
            }
            return index
        }
        if place == left.count && place == right.count { return 0 }
        var a = WeightIterator(left, from: place, level: 0)
        var b = WeightIterator(right, from: place, level: 0)
        let space = order.ascii[32]
        while true {
            var x = a.nextWeight(order)
            var y = b.nextWeight(order)
            if x == 0 && y == 0 { return 0 }
            if padsSpace {
                if x == 0 { x = space }
                if y == 0 { y = space }
            }
            if x != y { return x < y ? -1 : 1 }
        }
    }

    @inline(__always)
    private func compareByCharacter(_ left: Bytes, _ right: Bytes, _ rank: (UInt32) -> UInt32) -> Int {
        var a = left.baseAddress ?? UTF8Scanner.emptyBytes
        let aEnd = a + left.count
        var b = right.baseAddress ?? UTF8Scanner.emptyBytes
        let bEnd = b + right.count
        while a < aEnd && b < bEnd {
            let x = UTF8Scanner.next(&a, aEnd)
            let y = UTF8Scanner.next(&b, bEnd)
            if x == y { continue }
            let (p, q) = (rank(x), rank(y))
            if p != q { return p < q ? -1 : 1 }
        }
        if !padsSpace { return a < aEnd ? 1 : (b < bEnd ? -1 : 0) }
        let space = rank(0x20)
        while a < aEnd {
            let x = rank(UTF8Scanner.next(&a, aEnd))
            if x != space { return x < space ? -1 : 1 }
        }
        while b < bEnd {
            let y = rank(UTF8Scanner.next(&b, bEnd))
            if y != space { return y < space ? 1 : -1 }
        }
        return 0
    }

    /// Whether two characters count as one and the same: LIKE and searching inside strings compare so.
    public func areEqual(_ a: UInt32, _ b: UInt32) -> Bool {
        if a == b { return true }
        switch rule {
        case .bytes: return false
        case .root(let levels): return Self.areEqual(a, b, UnicodeOrder.version900, levels)
        case .unicode(let order, let levels): return Self.areEqual(a, b, order(), levels)
        case .characters(let order):
            if isBinary { return false }
            let order = order()
            return order.weight(a) == order.weight(b)
        case .gb18030: return GB18030Order.shared.rank(a) == GB18030Order.shared.rank(b)
        case .asciiCaseless: return Self.asciiCaseless(a) == Self.asciiCaseless(b)
        case .keyed(let key): return key(bytes(of: a)) == key(bytes(of: b))
        }
    }

    private func bytes(of codePoint: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        return characterSet.encoding.append(codePoint, to: &bytes) ? bytes : [UInt8(ascii: "?")]
    }

    private static func areEqual(_ a: UInt32, _ b: UInt32, _ order: UnicodeOrder, _ levels: Int) -> Bool {
        var (left, right): ([UInt8], [UInt8]) = ([], [])
        UTF8Scanner.append(a, to: &left)
        UTF8Scanner.append(b, to: &right)
        return left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                for level in 0..<levels {
                    var a = WeightIterator(left, level: level)
                    var b = WeightIterator(right, level: level)
                    while true {
                        let x = a.nextWeight(order)
                        if x != b.nextWeight(order) { return false }
                        if x == 0 { break }
                    }
                }
                return true
            }
        }
    }
}
