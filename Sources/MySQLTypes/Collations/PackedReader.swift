/// Reads the tables' text: six bits a character, '0' + value; white space is skipped.
struct PackedReader {
    private var position: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    init(_ text: StaticString) {
        position = text.utf8Start
        end = text.utf8Start + text.utf8CodeUnitCount
    }

    /// A number of `width` characters; nil at the text's end.
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

    /// Runs of following keys with a value of `width` characters each: first key (3), count (3), values.
    mutating func forEachInRuns(_ width: Int, _ body: (Int, Int) -> Void) {
        while let first = next(3), let count = next(3) {
            for key in first..<first + count {
                guard let value = next(width) else { return }
                body(key, value)
            }
        }
    }
}
