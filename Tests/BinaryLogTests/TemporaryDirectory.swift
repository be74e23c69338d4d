import Glibc
import Platform

/// A directory that is deleted, with the files in it, when the test ends.
final class TemporaryDirectory {
    let path: String

    init() {
        path = "/tmp/grouplite-binlog-test-\(UUID.random())"
        mkdir(path, 0o755)
    }

    deinit {
        if let handle = opendir(path) {
            while let entry = readdir(handle) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                unlink("\(path)/\(name)")
            }
            closedir(handle)
        }
        rmdir(path)
    }

    func read(_ name: String) -> [UInt8] { TemporaryDirectory.read(file: "\(path)/\(name)") }

    static func read(file path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
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
}
