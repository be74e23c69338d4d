/// The two Czech orders of MySQL's oldest days, which compare whole strings in several passes; `ch` is a letter.
enum CzechOrder {
    private static let latin2 = table(latin2Text)
    private static let cp1250 = table(cp1250Text)

    private static func table(_ text: StaticString) -> [UInt8] {
        var reader = PackedReader(text)
        var values: [UInt8] = []
        while let value = reader.next(2) { values.append(UInt8(truncatingIfNeeded: value)) }
        return values
    }

    /// `ch`, `Ch` and `CH`, but not `cH`: their values in each pass.
    private static func double(_ bytes: [UInt8], _ index: Int, _ pass: Int, isLatin2: Bool) -> UInt8? {
        guard index + 1 < bytes.count else { return nil }
        let number: Int
        switch (bytes[index], bytes[index + 1]) {
        case (0x63, 0x68): number = 0
        case (0x43, 0x68): number = 1
        case (0x43, 0x48): number = 2
        default: return nil
        }
        if !isLatin2 { return pass == 0 ? 0xAD : [3, 2, 1][number] }
        return pass < 2 ? [0x0C, 0x19][pass] : [0x2F, 0x30, 0x31][number]
    }

    /// cp1250_czech_cs: letters with their marks, then case.
    static func cp1250Key(_ bytes: [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        for pass in 0..<2 {
            var index = 0
            while index < bytes.count {
                if let value = double(bytes, index, pass, isLatin2: false) {
                    key.append(value)
                    index += 2
                } else {
                    let value = cp1250[Int(bytes[index]) * 2 + pass]
                    if value != 0 { key.append(value) }
                    index += 1
                }
            }
        }
        return key
    }

    /// latin2_czech_cs: letters and their marks, word by word in turn; then case; then everything.
    static func latin2Key(_ bytes: [UInt8]) -> [UInt8] {
        let (ignored, separator, space): (UInt8, UInt8, UInt8) = (0, 1, 2)
        var key: [UInt8] = []
        var pass = 0
        var index = 0
        // Where the other of the first two passes goes on.
        var other = 0
        while true {
            guard index < bytes.count else {
                guard pass < 3 else {
                    key.append(0)
                    return key
                }
                key.append(separator)
                index = pass == 0 ? other : 0
                pass += 1
                continue
            }
            if let value = double(bytes, index, pass, isLatin2: true) {
                key.append(value)
                index += 2
                continue
            }
            let value = latin2[Int(bytes[index]) * 4 + pass]
            index += 1
            if value == ignored { continue }
            key.append(value)
            guard value == space else { continue }
            var next = index
            while next < bytes.count && latin2[Int(bytes[next]) * 4 + pass] == space { next += 1 }
            if next >= bytes.count || pass <= 2 { index = next }
            if index >= bytes.count {
                key.removeLast()
                continue
            }
            guard pass <= 1 else { continue }
            (index, other) = (other, index)
            pass = 1 - pass
        }
    }
}
