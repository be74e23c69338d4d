import Glibc
import Platform

extension BinaryLogWriter {
    /// Reads one of the log's files and compares each event with its checksum. `progress` hears of every so many bytes, may take its
    /// time, and ends it by returning false. Throws where the file is damaged; one that was purged meanwhile is none.
    public func scrub(_ name: String, pieceBytes: UInt64, progress: (UInt64) -> Bool) throws(BinaryLogError) {
        do throws(BinaryLogError) {
            var reader = try BinaryLogFileReader(path: index.path(of: name))
            let limit: UInt64
            if let end = try readable(name).end { limit = end } else { limit = try reader.size() }
            var told = reader.position
            while try reader.next(limit: limit) != nil {
                guard reader.position - told >= pieceBytes else { continue }
                guard progress(reader.position - told) else { return }
                told = reader.position
            }
            guard reader.position == limit else {
                throw .malformed(file: name, position: reader.position, reason: "an incomplete event")
            }
            _ = progress(reader.position - told)
        } catch {
            guard fileNames.contains(name) else { return }
            throw error
        }
    }
}
