import Primitives

extension GTIDSet: CustomStringConvertible {
    /// Parses MySQL's text: `uuid:1-5:7, uuid2:3`, with white space anywhere between the pieces, empty pieces between
    /// commas, runs in any order, overlapping, and a source named more than once. A run that ends before it begins is
    /// empty. Nil when malformed (MySQL's error 1772). Tagged GTIDs are not supported and are malformed here.
    public init?(_ text: String) {
        var builder = GTIDSetBuilder()
        var scanner = GTIDTextScanner(text)
        while true {
            scanner.skipWhiteSpace()
            while scanner.scan(UInt8(ascii: ",")) { scanner.skipWhiteSpace() }
            if scanner.isAtEnd { break }
            guard let source = scanner.scanUUID() else { return nil }
            scanner.skipWhiteSpace()
            while scanner.scan(UInt8(ascii: ":")) {
                scanner.skipWhiteSpace()
                guard let first = scanner.scanNumber(), first >= 1 else { return nil }
                scanner.skipWhiteSpace()
                var last = first
                if scanner.scan(UInt8(ascii: "-")) {
                    scanner.skipWhiteSpace()
                    guard let number = scanner.scanNumber() else { return nil }
                    last = number
                    scanner.skipWhiteSpace()
                }
                if last >= first { builder.add(GTIDInterval(first: first, last: last), of: source) }
            }
            guard scanner.isAtEnd || scanner.scan(UInt8(ascii: ",")) else { return nil }
        }
        self = builder.build()
    }

    /// MySQL's text, sources ascending, a comma and a line feed between them, as `@@gtid_executed` shows it.
    public var description: String { text(separator: ",\n") }

    /// MySQL's text with another separator between sources.
    public func text(separator: String) -> String {
        entries.map { entry in
            "\(entry.source):" + entry.intervals.runs.map(\.text).joined(separator: ":")
        }.joined(separator: separator)
    }
}
