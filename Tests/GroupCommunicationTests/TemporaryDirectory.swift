import Glibc
import Platform

/// A directory that is deleted, with the files in it, when the test ends.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = "/tmp/grouplite-group-test-\(UUID.random())"
        mkdir(path, 0o755)
    }

    deinit {
        for name in allNames { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    private var allNames: [String] {
        guard let handle = opendir(path) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    /// The log's segments, oldest first.
    var names: [String] { allNames.filter { $0.hasPrefix("group-log.") }.sorted() }

    func read(_ name: String) -> [UInt8] {
        guard let file = fopen("\(path)/\(name)", "r") else { return [] }
        defer { fclose(file) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return result }
            result += chunk[..<count]
        }
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func remove(_ name: String) {
        unlink("\(path)/\(name)")
    }
}
