extension Collation {
    /// Appends bytes that are equal for equal strings and (without PAD SPACE subtleties) sort as the strings do: hashes of
    /// unique keys, DISTINCT.
    public func appendSortKey(of bytes: UnsafeBufferPointer<UInt8>, to key: inout [UInt8]) {
        let bytes = padsSpace ? Self.trimmed(bytes) : bytes
        guard case .gb18030 = rule else { return appendWeights(of: bytes, to: &key) }
        forEachCharacter(bytes) { codePoint in
            let rank = GB18030Order.shared.rank(codePoint)
            for shift in [24, 16, 8, 0] as [UInt32] { key.append(UInt8(truncatingIfNeeded: rank >> shift)) }
        }
    }

    /// Appends what WEIGHT_STRING() shows.
    public func appendWeights(of bytes: UnsafeBufferPointer<UInt8>, to key: inout [UInt8]) {
        switch rule {
        case .bytes:
            let width = weightWidth
            if width == 0 { return key.append(contentsOf: bytes) }
            forEachCharacter(bytes) { codePoint in
                for shift in (0..<width).reversed() {
                    key.append(UInt8(truncatingIfNeeded: codePoint >> UInt32(8 * shift)))
                }
            }
        case .root(let levels): Self.appendLevels(of: bytes, UnicodeOrder.version900, levels, to: &key)
        case .unicode(let order, let levels): Self.appendLevels(of: bytes, order(), levels, to: &key)
        case .characters(let order):
            let order = order()
            forEachCharacter(bytes) { order.append($0, to: &key) }
        case .gb18030: forEachCharacter(bytes) { GB18030Order.shared.append($0, to: &key) }
        case .asciiCaseless: forEachCharacter(bytes) { UTF8Scanner.append(Self.asciiCaseless($0), to: &key) }
        case .keyed(let make): key.append(contentsOf: make(characterSet.encode(bytes).bytes))
        }
    }

    /// Bytes of a code point in the sort keys of `_bin` collations; 0 for those that are the string's own bytes.
    private var weightWidth: Int {
        if name.hasSuffix("0900_bin") || characterSet.maxLength == 1 { return 0 }
        return characterSet.hasAllCharacters ? 3 : 2
    }

    private func forEachCharacter(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UInt32) -> Void) {
        guard var pointer = bytes.baseAddress else { return }
        let end = pointer + bytes.count
        while pointer < end { body(UTF8Scanner.next(&pointer, end)) }
    }

    private static func appendLevels(
        of bytes: UnsafeBufferPointer<UInt8>, _ order: UnicodeOrder, _ levels: Int, to key: inout [UInt8]
    ) {
        for level in 0..<levels {
            var iterator = WeightIterator(bytes, level: level)
            var weight = iterator.nextWeight(order)
            // The fourth level is there where something has a weight on it.
            if level > 0 && (level < 3 || weight != 0) {
                key.append(0)
                key.append(0)
            }
            while weight != 0 {
                key.append(UInt8(weight >> 8))
                key.append(UInt8(truncatingIfNeeded: weight))
                weight = iterator.nextWeight(order)
            }
        }
    }
}
