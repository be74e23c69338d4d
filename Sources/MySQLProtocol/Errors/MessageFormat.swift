/// A message with `printf` conversions (`%s`, `%-.192s`, `%lu`, ...), as MySQL's error table has them.
struct MessageFormat {
    private enum Piece {
        case text(String)
        /// The next argument, cut to so many characters.
        case argument(maximumLength: Int?, hasLengthArgument: Bool)
    }

    private var pieces: [Piece] = []
    private(set) var argumentCount = 0
    /// Conversions `%.*s`, which in C take the text's length as an argument of its own.
    private var lengthArgumentCount = 0

    init(_ format: String) {
        var text: [UInt8] = []
        let bytes = Array(format.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                text.append(bytes[index])
                index += 1
                continue
            }
            index += 1
            if index < bytes.count && bytes[index] == UInt8(ascii: "%") {
                text.append(bytes[index])
                index += 1
                continue
            }
            let start = index
            let maximumLength = Self.skipConversion(bytes, &index)
            let hasLengthArgument = bytes[start..<index].contains(UInt8(ascii: "*"))
            if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
            text.removeAll()
            pieces.append(.argument(maximumLength: maximumLength, hasLengthArgument: hasLengthArgument))
            argumentCount += 1
            if hasLengthArgument { lengthArgumentCount += 1 }
        }
        if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))) }
    }

    /// Moves past flags, width, precision and the conversion's letter; returns the precision of a text.
    private static func skipConversion(_ bytes: [UInt8], _ index: inout Int) -> Int? {
        var precision: Int?
        var afterPoint = false
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "."):
                afterPoint = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if afterPoint { precision = (precision ?? 0) * 10 + Int(byte - UInt8(ascii: "0")) }
            case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "l"), UInt8(ascii: "z"):
                break
            default:
                return byte == UInt8(ascii: "s") ? precision : nil
            }
        }
        return nil
    }

    /// The message; missing arguments leave nothing, surplus ones are ignored. Lengths for `%.*s` may be given or not.
    func filled(with arguments: [String]) -> String {
        let givesLengths = arguments.count == argumentCount + lengthArgumentCount
        var result = ""
        var next = 0
        for piece in pieces {
            switch piece {
            case .text(let text):
                result += text
            case .argument(let maximumLength, let hasLengthArgument):
                if givesLengths && hasLengthArgument { next += 1 }
                if next < arguments.count {
                    if let maximumLength { result += arguments[next].prefix(maximumLength) } else { result += arguments[next] }
                }
                next += 1
            }
        }
        return result
    }
}
