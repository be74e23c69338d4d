import Glibc

extension TimeZone {
    private static let zoneDirectory = "/zoneinfo/"

    /// A name for a zone that means the same elsewhere: SYSTEM is what this host's zone is called, or where that has no
    /// name its offset at `moment` (seconds since 1970).
    public static func portableName(_ name: String, at moment: Int) -> String {
        guard name.uppercased() == "SYSTEM" else { return name }
        guard let zone = TimeZone(name: name), !zone.isUTC else { return "+00:00" }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let start = bytes.baseAddress else { return 0 }
            return readlink("/etc/localtime", start, bytes.count)
        }
        if count > 0 {
            let target = String(decoding: buffer.prefix(count), as: UTF8.self)
            if let directory = target.firstRange(of: zoneDirectory) {
                let named = String(target[directory.upperBound...])
                if TimeZone(name: named) != nil { return named }
            }
        }
        let minutes = zone.offset(atUTC: moment) / 60
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return (minutes < 0 ? "-" : "+") + two(abs(minutes) / 60) + ":" + two(abs(minutes) % 60)
    }
}
