import Glibc

/// Reads option files as mysqld does: `[group]`s, `name=value`, comments, quotes and escapes, `!include`, `!includedir`.
public struct OptionFileReader {
    /// Files larger than this are not option files.
    private static let fileBytesMax = 1 << 20
    /// `!include` may nest this deep.
    private static let nestingMax = 10

    private let groups: Set<String>
    public private(set) var assignments: [OptionAssignment] = []
    public private(set) var warnings: [String] = []

    /// Takes options of these groups only.
    public init(groups: some Sequence<String>) {
        self.groups = Set(groups)
    }

    /// Reads a file that must exist.
    public mutating func read(required path: String) throws(OptionError) {
        guard access(path, R_OK) == 0 else { throw OptionError("Could not open required defaults file: \(path)") }
        try read(path, nesting: 0)
    }

    /// Reads a file if there is one.
    public mutating func read(optional path: String) throws(OptionError) {
        if access(path, R_OK) == 0 { try read(path, nesting: 0) }
    }

    private mutating func read(_ path: String, nesting: Int) throws(OptionError) {
        guard nesting <= Self.nestingMax else {
            warnings.append("skipping '!include' directive in \(path): maximum include recursion level reached")
            return
        }
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFREG && status.st_mode & S_IWOTH != 0 {
            warnings.append("World-writable config file '\(path)' is ignored.")
            return
        }
        try parse(try Self.contents(path), path: path, nesting: nesting)
    }

    private static func contents(_ path: String) throws(OptionError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw OptionError("Could not open defaults file \(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw OptionError("Could not read \(path): \(String(cString: strerror(errno)))") }
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= fileBytesMax else { throw OptionError("\(path) is larger than 1 MB") }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads the text of a file. `path` is for messages and for names relative to it.
    public mutating func parse(_ text: String, path: String, nesting: Int = 0) throws(OptionError) {
        var group: String?
        for (index, rawLine) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let number = index + 1
            let line = Self.trim(rawLine)
            guard let first = line.first, first != "#", first != ";" else { continue }
            if first == "!" {
                try directive(line, path: path, number: number, nesting: nesting)
            } else if first == "[" {
                guard let end = line.firstIndex(of: "]") else {
                    throw OptionError("Wrong group definition in config file \(path) at line \(number).")
                }
                group = String(Self.trim(line[line.index(after: line.startIndex)..<end]))
            } else {
                guard let group else {
                    throw OptionError("Found option without preceding group in config file \(path) at line \(number).")
                }
                if groups.contains(group) { assignments.append(Self.assignment(line, .file(path: path, line: number))) }
            }
        }
    }

    private mutating func directive(
        _ line: Substring, path: String, number: Int, nesting: Int
    ) throws(OptionError) {
        let parts = line.dropFirst().split(maxSplits: 1, omittingEmptySubsequences: true) { $0 == " " || $0 == "\t" }
        guard parts.count == 2 else {
            throw OptionError("Wrong '!\(line.dropFirst())' directive in config file \(path) at line \(number).")
        }
        let target = String(Self.trim(parts[1]))
        switch parts[0] {
        case "include":
            try read(target, nesting: nesting + 1)
        case "includedir":
            guard let directory = opendir(target) else { return }
            var names: [String] = []
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name.hasSuffix(".cnf") { names.append(name) }
            }
            closedir(directory)
            for name in names.sorted() { try read("\(target)/\(name)", nesting: nesting + 1) }
        default:
            throw OptionError("Wrong '!\(parts[0])' directive in config file \(path) at line \(number).")
        }
    }

    private static func assignment(_ line: Substring, _ origin: OptionAssignment.Origin) -> OptionAssignment {
        let content = withoutComment(line)
        guard let equals = content.firstIndex(of: "=") else {
            return OptionAssignment(text: String(trim(content)), value: nil, origin: origin)
        }
        let name = trim(content[..<equals])
        var value = trim(content[content.index(after: equals)...])
        if let quote = value.first, quote == "\"" || quote == "'", value.count >= 2, value.last == quote {
            value = value.dropFirst().dropLast()
        }
        return OptionAssignment(text: String(name), value: unescape(value), origin: origin)
    }

    /// The line up to a `#` that does not stand in quotes.
    private static func withoutComment(_ line: Substring) -> Substring {
        var quote: Character?
        var isEscaped = false
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open && !isEscaped { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#" {
                return line[..<index]
            }
            isEscaped = quote != nil && character == "\\" && !isEscaped
        }
        return line
    }

    /// The escapes of option files; a backslash before anything else stays.
    private static func unescape(_ text: Substring) -> String {
        guard text.contains("\\") else { return String(text) }
        var result = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                isEscaped = false
                switch character {
                case "n": result.append("\n")
                case "t": result.append("\t")
                case "r": result.append("\r")
                case "b": result.append("\u{8}")
                case "s": result.append(" ")
                case "\"", "'", "\\": result.append(character)
                default:
                    result.append("\\")
                    result.append(character)
                }
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        if isEscaped { result.append("\\") }
        return result
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return text
    }
}
