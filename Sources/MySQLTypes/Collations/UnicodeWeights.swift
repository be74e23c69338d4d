/// The weights of characters under the Unicode Collation Algorithm, for the scripts that the table covers; other
/// characters order by their code point after all of these, as the algorithm's implicit weights do.
struct UnicodeWeights: Sendable {
    /// One collation element.
    struct Element: Sendable {
        var primary: UInt16
        var secondary: UInt16
        var tertiary: UInt8
    }

    static let shared = UnicodeWeights()

    let elements: [Element]
    /// Per code point in covered pages of 256: first element << 4 | number of elements; all ones where none is known.
    let pages: [UInt32]
    /// Where a page of 256 code points begins in `pages`; `UInt16.max` for none.
    let pageStarts: [UInt16]
    /// Primary weights of ASCII; 0 for ignorable characters.
    let ascii: [UInt16]
    /// utf8mb4_general_ci where it differs from the code point, up to U+2FFF.
    let general: [UInt16]

    static let unknown = UInt32.max

    private init() {
        var levels: [(UInt16, UInt8)] = []
        var reader = SixBitReader(Self.levelsText)
        while let secondary = reader.next(2), let tertiary = reader.next(1) {
            levels.append((UInt16(secondary), UInt8(tertiary)))
        }
        var elements: [Element] = []
        var pages: [UInt32] = []
        var pageStarts = [UInt16](repeating: .max, count: 0x1100)
        reader = SixBitReader(Self.elementsText)
        while let start = reader.next(4), let count = reader.next(2) {
            for codePoint in start..<start + count {
                guard let number = reader.next(1) else { break }
                let page = codePoint >> 8
                if pageStarts[page] == .max {
                    pageStarts[page] = UInt16(pages.count >> 8)
                    pages.append(contentsOf: repeatElement(Self.unknown, count: 256))
                }
                pages[Int(pageStarts[page]) << 8 | codePoint & 255] = UInt32(elements.count << 4 | number)
                for _ in 0..<number {
                    guard let primary = reader.next(3), let level = reader.next(2), level < levels.count else { break }
                    elements.append(
                        Element(primary: UInt16(primary), secondary: levels[level].0, tertiary: levels[level].1))
                }
            }
        }
        var general = (0..<0x3000).map { UInt16($0) }
        for letter in 0x61...0x7A { general[letter] = UInt16(letter - 32) }
        reader = SixBitReader(Self.generalText)
        while let start = reader.next(3), let count = reader.next(2) {
            for codePoint in start..<start + count {
                guard let weight = reader.next(3) else { break }
                if codePoint < general.count { general[codePoint] = UInt16(weight) }
            }
        }
        self.elements = elements
        self.pages = pages
        self.pageStarts = pageStarts
        self.general = general
        var ascii = [UInt16](repeating: 0, count: 128)
        for codePoint in 0..<128 {
            let entry = pages[Int(pageStarts[0]) << 8 | codePoint]
            if entry != Self.unknown, entry & 15 > 0 { ascii[codePoint] = elements[Int(entry >> 4)].primary }
        }
        self.ascii = ascii
    }

    /// first element << 4 | count, or `unknown`.
    @inline(__always)
    func entry(_ codePoint: UInt32) -> UInt32 {
        guard codePoint < 0x110000 else { return Self.unknown }
        let page = pageStarts[Int(codePoint >> 8)]
        return page == .max ? Self.unknown : pages[Int(page) << 8 | Int(codePoint & 255)]
    }

    /// The two primary weights of a character that the table does not have.
    static func implicit(_ codePoint: UInt32) -> (UInt16, UInt16) {
        let base: UInt32
        switch codePoint {
        case 0x4E00...0x9FEF, 0xF900...0xFAFF: base = 0xFB40
        case 0x3400...0x4DBF, 0x20000...0x2FFFF: base = 0xFB80
        case 0xAC00...0xD7A3: return (0x3C00 + UInt16((codePoint - 0xAC00) >> 8), UInt16(codePoint & 0xFF) + 1)
        default: base = 0xFBC0
        }
        return (UInt16(base + codePoint >> 15), UInt16(codePoint & 0x7FFF | 0x8000))
    }

    func generalWeight(_ codePoint: UInt32) -> UInt16 {
        if codePoint < 0x3000 { return general[Int(codePoint)] }
        if codePoint >= 0xFF41 && codePoint <= 0xFF5A { return UInt16(codePoint - 32) }
        return codePoint > 0xFFFF ? 0xFFFD : UInt16(codePoint)
    }
}

/// Reads the tables' text.
private struct SixBitReader {
    var position: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>

    init(_ text: StaticString) {
        position = text.utf8Start
        end = text.utf8Start + text.utf8CodeUnitCount
    }

    mutating func next(_ width: Int) -> Int? {
        var value = 0
        var left = width
        while left > 0 {
            guard position < end else { return nil }
            let byte = position.pointee
            position += 1
            if byte < 48 { continue }
            value = value << 6 | Int(byte - 48)
            left -= 1
        }
        return value
    }
}

/// Walks UTF-8 and yields the weights of one level, ignorable ones left out.
struct WeightIterator {
    var next: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    let level: Int
    private var element = 0
    private var elementEnd = 0
    private var second: UInt16 = 0

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
    mutating func nextWeight(_ table: UnicodeWeights) -> UInt16 {
        while true {
            if second != 0 {
                defer { second = 0 }
                return second
            }
            while element < elementEnd {
                let found = table.elements[element]
                element += 1
                let weight = level == 0 ? found.primary : (level == 1 ? found.secondary : UInt16(found.tertiary))
                if weight != 0 { return weight }
            }
            guard next < end else { return 0 }
            let codePoint = UTF8Scanner.next(&next, end)
            let entry = table.entry(codePoint)
            if entry == UnicodeWeights.unknown {
                if level == 0 {
                    let (first, other) = UnicodeWeights.implicit(codePoint)
                    second = other
                    return first
                }
                return level == 1 ? 0x20 : 2
            }
            element = Int(entry >> 4)
            elementEnd = element + Int(entry & 15)
        }
    }
}

/// UTF-8 decoding that never fails: a malformed byte counts as U+FFFD plus itself, so that it differs from others.
public enum UTF8Scanner {
    // Safe: made once and never written to.
    nonisolated(unsafe) public static let emptyBytes: UnsafePointer<UInt8> = {
        let pointer = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
        pointer.pointee = 0
        return UnsafePointer(pointer)
    }()

    /// The code point at `pointer`, which moves on. `pointer` must be before `end`.
    @inline(__always)
    public static func next(_ pointer: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt32 {
        let first = pointer.pointee
        pointer += 1
        if first < 0x80 { return UInt32(first) }
        func continuation(_ offset: Int) -> UInt32? {
            guard pointer + offset < end else { return nil }
            let byte = pointer[offset]
            return byte & 0xC0 == 0x80 ? UInt32(byte & 0x3F) : nil
        }
        if first < 0xC2 { return 0xFFFD }
        if first < 0xE0 {
            guard let a = continuation(0) else { return 0xFFFD }
            pointer += 1
            return UInt32(first & 0x1F) << 6 | a
        }
        if first < 0xF0 {
            guard let a = continuation(0), let b = continuation(1) else { return 0xFFFD }
            pointer += 2
            return UInt32(first & 0x0F) << 12 | a << 6 | b
        }
        guard first < 0xF5, let a = continuation(0), let b = continuation(1), let c = continuation(2) else {
            return 0xFFFD
        }
        pointer += 3
        return UInt32(first & 0x07) << 18 | a << 12 | b << 6 | c
    }

    /// Bytes of the character that begins with `first`, 1 for a malformed one.
    @inline(__always)
    public static func width(_ first: UInt8) -> Int {
        first < 0x80 ? 1 : (first < 0xC2 ? 1 : (first < 0xE0 ? 2 : (first < 0xF0 ? 3 : (first < 0xF5 ? 4 : 1))))
    }

    /// Characters in well-formed UTF-8.
    public static func count(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// Whether the bytes are well-formed UTF-8; if not, the place of the first bad byte.
    public static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            let first = bytes[index]
            if first < 0x80 {
                index += 1
                continue
            }
            let width = width(first)
            guard width > 1, index + width <= bytes.count else { return index }
            for offset in 1..<width where bytes[index + offset] & 0xC0 != 0x80 { return index }
            if first == 0xE0 && bytes[index + 1] < 0xA0 || first == 0xED && bytes[index + 1] > 0x9F { return index }
            if first == 0xF0 && bytes[index + 1] < 0x90 || first == 0xF4 && bytes[index + 1] > 0x8F { return index }
            index += width
        }
        return nil
    }

    /// Appends a code point.
    public static func append(_ codePoint: UInt32, to bytes: inout [UInt8]) {
        if codePoint < 0x80 {
            bytes.append(UInt8(codePoint))
        } else if codePoint < 0x800 {
            bytes.append(UInt8(0xC0 | codePoint >> 6))
            bytes.append(UInt8(0x80 | codePoint & 0x3F))
        } else if codePoint < 0x10000 {
            bytes.append(UInt8(0xE0 | codePoint >> 12))
            bytes.append(UInt8(0x80 | codePoint >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | codePoint & 0x3F))
        } else {
            bytes.append(UInt8(0xF0 | codePoint >> 18 & 7))
            bytes.append(UInt8(0x80 | codePoint >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | codePoint >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | codePoint & 0x3F))
        }
    }
}
