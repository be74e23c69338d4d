/// `mysql.gtid_executed`: the intervals of `@@gtid_executed`.
enum GTIDExecutedTable {
    static let rows: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        let text = context.sources.globals.text("gtid_executed")
        for entry in text.split(whereSeparator: { $0 == "," || $0 == "\n" || $0 == " " }) {
            let parts = entry.split(separator: ":")
            guard let uuid = parts.first else { continue }
            var tag = ""
            for part in parts.dropFirst() {
                let bounds = part.split(separator: "-")
                guard let first = bounds.first.flatMap({ UInt64($0) }) else {
                    tag = String(part)
                    continue
                }
                let last = bounds.count > 1 ? UInt64(bounds[1]) ?? first : first
                result.append([.text(String(uuid)), .unsigned(first), .unsigned(last), .text(tag)])
            }
        }
        return result
    }
}
