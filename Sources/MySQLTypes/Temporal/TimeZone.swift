import Glibc
import Platform

/// A time zone of `time_zone`: a fixed offset, or a named zone out of the system's database.
public struct TimeZone: Sendable, Hashable {
    private enum Kind: Sendable {
        case offset(Int)
        case named(ZoneFile)
    }

    /// As it was named: `+02:00`, `Europe/Oslo`.
    public let name: String
    private let kind: Kind

    public static let utc = TimeZone(name: "UTC", kind: .offset(0))

    private init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// `+02:00`, `SYSTEM`, `Europe/Oslo`; nil when there is none of the name (error 1298).
    public init?(name: String) {
        let bytes = Array(name.utf8)
        if let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            let parts = name.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]), parts[1].utf8.count == 2,
                hours >= 0, minutes >= 0, minutes < 60
            else { return nil }
            let seconds = (hours * 60 + minutes) * 60
            let isNegative = first == UInt8(ascii: "-")
            guard seconds <= (isNegative ? 13 * 3600 + 59 * 60 : 14 * 3600) else { return nil }
            self.init(name: name, kind: .offset(isNegative ? -seconds : seconds))
            return
        }
        if name.uppercased() == "SYSTEM" {
            self.init(name: "SYSTEM", kind: ZoneFile.load("/etc/localtime").map { .named($0) } ?? .offset(0))
            return
        }
        guard !name.isEmpty, name.utf8.count < 64, !name.contains(".."), !name.hasPrefix("/") else { return nil }
        if name.uppercased() == "UTC" || name == "GMT" {
            self.init(name: name, kind: .offset(0))
            return
        }
        guard let zone = ZoneFile.load("/usr/share/zoneinfo/" + name) else { return nil }
        self.init(name: name, kind: .named(zone))
    }

    /// Seconds east of Greenwich at a moment (seconds since 1970, UTC).
    public func offset(atUTC seconds: Int) -> Int {
        switch kind {
        case .offset(let offset): offset
        case .named(let zone): zone.offset(at: seconds)
        }
    }

    /// Local seconds to UTC. A time that a clock change skips is the moment of the change, one that comes twice the first.
    public func utc(fromLocal seconds: Int) -> Int {
        switch kind {
        case .offset(let offset): return seconds - offset
        case .named(let zone):
            let before = zone.offset(at: seconds - 86400)
            let after = zone.offset(at: seconds + 86400)
            let first = seconds - before
            if zone.offset(at: first) == before { return first }
            let second = seconds - after
            if zone.offset(at: second) == after { return second }
            return zone.transition(between: second, and: first) ?? second
        }
    }

    /// UTC is the local time.
    public var isUTC: Bool {
        if case .offset(0) = kind { return true }
        if case .named(let zone) = kind { return zone.isUTC }
        return false
    }

    public static func == (left: TimeZone, right: TimeZone) -> Bool {
        left.name == right.name
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }
}

/// The transitions of a TZif file.
final class ZoneFile: Sendable {
    let transitions: [Int]
    let offsets: [Int]
    let firstOffset: Int

    var isUTC: Bool { transitions.isEmpty && firstOffset == 0 }

    init(transitions: [Int], offsets: [Int], firstOffset: Int) {
        self.transitions = transitions
        self.offsets = offsets
        self.firstOffset = firstOffset
    }

    private static let cacheLock = Lock()
    // Safe: guarded by `cacheLock`.
    nonisolated(unsafe) private static var cache: [String: ZoneFile] = [:]
    /// The largest file that is read, in bytes.
    private static let maxFileBytes = 1 << 20

    static func load(_ path: String) -> ZoneFile? {
        cacheLock.withLock {
            if let known = cache[path] { return known }
            guard let zone = read(path) else { return nil }
            cache[path] = zone
            return zone
        }
    }

    private static func read(_ path: String) -> ZoneFile? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maxFileBytes)
        let count = Glibc.read(descriptor, &bytes, maxFileBytes)
        guard count > 44 else { return nil }
        bytes.removeLast(maxFileBytes - count)
        return parse(bytes)
    }

    static func parse(_ bytes: [UInt8]) -> ZoneFile? {
        func big(_ index: Int, _ width: Int) -> Int {
            var value = 0
            for place in 0..<width { value = value << 8 | Int(bytes[index + place]) }
            return width == 4 ? Int(Int32(truncatingIfNeeded: value)) : value
        }
        func header(_ start: Int) -> (utc: Int, standard: Int, leap: Int, times: Int, types: Int, chars: Int)? {
            guard start + 44 <= bytes.count, Array(bytes[start..<start + 4]) == Array("TZif".utf8) else { return nil }
            let counts = (0..<6).map { big(start + 20 + 4 * $0, 4) }
            guard counts.allSatisfy({ $0 >= 0 && $0 < 100_000 }) else { return nil }
            return (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5])
        }
        guard let first = header(0) else { return nil }
        var start = 44
        var width = 4
        var counts = first
        if bytes[4] >= UInt8(ascii: "2") {
            let skip = first.times * 5 + first.types * 6 + first.chars + first.leap * 8 + first.standard + first.utc
            guard let second = header(44 + skip) else { return nil }
            counts = second
            start = 44 + skip + 44
            width = 8
        }
        guard start + counts.times * (width + 1) + counts.types * 6 <= bytes.count, counts.types > 0 else { return nil }
        let indexStart = start + counts.times * width
        let typeStart = indexStart + counts.times
        let types = (0..<counts.types).map { big(typeStart + $0 * 6, 4) }
        let isDaylight = (0..<counts.types).map { bytes[typeStart + $0 * 6 + 4] != 0 }
        var transitions: [Int] = []
        var offsets: [Int] = []
        for place in 0..<counts.times {
            let type = Int(bytes[indexStart + place])
            guard type < types.count else { return nil }
            transitions.append(big(start + place * width, width))
            offsets.append(types[type])
        }
        let firstStandard = zip(types, isDaylight).first { !$0.1 }?.0 ?? types[0]
        return ZoneFile(transitions: transitions, offsets: offsets, firstOffset: firstStandard)
    }

    /// The number of transitions at or before `seconds`.
    private func count(upTo seconds: Int) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func offset(at seconds: Int) -> Int {
        let place = count(upTo: seconds)
        return place == 0 ? firstOffset : offsets[place - 1]
    }

    func transition(between low: Int, and high: Int) -> Int? {
        let place = count(upTo: max(low, high))
        guard place > 0, transitions[place - 1] >= min(low, high) else { return nil }
        return transitions[place - 1]
    }
}
