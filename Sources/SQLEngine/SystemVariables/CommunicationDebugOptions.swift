/// `group_replication_communication_debug_options`: a list, kept as MySQL writes it.
enum CommunicationDebugOptions {
    static let variable = "group_replication_communication_debug_options"
    private static let none = "GCS_DEBUG_NONE"
    private static let all = "GCS_DEBUG_ALL"
    private static let names = ["GCS_DEBUG_BASIC", "GCS_DEBUG_TRACE", "XCOM_DEBUG_BASIC", "XCOM_DEBUG_TRACE"]

    /// The list in MySQL's order, without doubles; nil where an entry is no option.
    static func normalized(_ text: String) -> String? {
        var chosen: Set<String> = []
        for entry in text.split(separator: ",") {
            let name = String(entry.filter { $0 != " " }).uppercased()
            guard names.contains(name) || name == none || name == all else { return nil }
            chosen.insert(name)
        }
        if chosen.contains(all) { return all }
        let list = names.filter(chosen.contains)
        return list.isEmpty ? none : list.joined(separator: ",")
    }
}
