import Glibc
import Testing

@testable import Platform

/// A directory of a test's own with a plan of failures for it.
private final class Planned {
    let path: String
    let faults: FileFaults

    init() {
        var template = Array("/tmp/grouplite-file-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
        faults = FileFaults(directory: path)
    }

    deinit {
        faults.remove()
        for name in ["a", "a.new", "b"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    func contents(_ name: String = "a") -> [UInt8]? {
        (try? File.contents(of: "\(path)/\(name)", maximumBytes: 1 << 20)) ?? nil
    }
}

@Suite struct FileTests {
    @Test func aWriteIsWholeOrFails() throws {
        let place = Planned()
        let file = try File(place.path + "/a", .making(.data))
        place.faults.fail(.write, nth: 1, count: 3, EINTR)
        try file.write([1, 2, 3, 4], at: 0)
        try file.append([5, 6])
        #expect(place.contents() == [1, 2, 3, 4, 5, 6])
        // The disk takes two of four bytes, then none.
        place.faults.setBytesLeft(2)
        #expect(throws: FileError(.write, file.path, ENOSPC)) { try file.append([7, 8, 9, 10]) }
        // What the file has already needs no space.
        try file.write([9, 9], at: 0)
        place.faults.setBytesLeft(nil)
        try file.truncate(to: 6)
        #expect(place.contents() == [9, 9, 3, 4, 5, 6])
        place.faults.fail(.write, EIO)
        let error = #expect(throws: FileError.self) { try file.append([1]) }
        #expect(error?.isDiskFull == false)
        #expect("\(try #require(error))" == "write failed on '\(file.path)' (OS errno 5 - Input/output error)")
    }

    @Test(arguments: [ENOSPC, EDQUOT]) func aFullDiskIsWaitedForAndOthersAreToldOfIt(_ code: Int32) throws {
        let place = Planned()
        let disk = DiskSpace(retryInterval: .milliseconds(2))
        let file = try File(place.path + "/a", .making(.data), space: SpaceWait(disk: disk))
        place.faults.setBytesLeft(1, errno: code)
        let writer = Thread.start(name: "writer") { try? file.write([1, 2, 3], at: 0) }
        while (disk.waiters.first?.retries ?? 0) < 3 { Thread.sleep(.milliseconds(1)) }
        #expect(disk.isFull)
        #expect(disk.waiters.map(\.path) == [file.path])
        #expect(disk.waiters.map(\.errno) == [code])
        #expect(!disk.waitUntilFree { true })
        place.faults.setBytesLeft(nil)
        #expect(disk.waitUntilFree { false })
        writer?.join()
        #expect(!disk.isFull && disk.waiters.isEmpty && disk.waitCount == 1)
        #expect(place.contents() == [1, 2, 3])
    }

    @Test func anOwnerThatEndsWaitsNoMore() throws {
        let place = Planned()
        let disk = DiskSpace(retryInterval: .seconds(1000))
        let space = SpaceWait(disk: disk)
        let file = try File(place.path + "/a", .making(.data), space: space)
        place.faults.setBytesLeft(0)
        let ending = Thread.start(name: "ending") {
            while !disk.isFull { Thread.sleep(.milliseconds(1)) }
            space.cancel()
        }
        #expect(throws: FileError(.write, file.path, ENOSPC)) { try file.write([1], at: 0) }
        #expect(throws: FileError(.write, file.path, ENOSPC)) { try file.write([1], at: 0) }
        ending?.join()
        #expect(!disk.isFull)
        #expect(throws: FileError(.allocate, file.path, ENOSPC)) { try file.allocate(100, waits: false) }
    }

    /// The kernel forgets what it could not write, and says OK the next time.
    @Test func aSyncThatFailedIsFinal() throws {
        let place = Planned()
        let file = try File(place.path + "/a", .making(.data))
        try file.write([1], at: 0)
        place.faults.fail(.sync, EIO)
        #expect(throws: FileError(.sync, file.path, EIO)) { try file.sync() }
        #expect(throws: FileError(.sync, file.path, EIO)) { try file.sync() }
        #expect(throws: FileError(.open, file.path, EIO)) { try File(file.path, .updating) }
        #expect(throws: FileError(.open, file.path, EIO)) { try File(file.path, .reading) }
        // Made anew, or deleted, it is another file.
        try File(file.path, .making(.data)).sync()
        _ = try File(file.path, .reading)
    }

    @Test(arguments: [FileOperation.open, .write, .sync, .rename, .syncDirectory])
    func aReplacedFileIsTheOldOrTheNewOne(_ operation: FileOperation) throws {
        let place = Planned()
        try File.replace(place.path + "/a", with: [1], .data)
        place.faults.fail(operation, EIO)
        #expect(throws: FileError.self) { try File.replace(place.path + "/a", with: [2], .data) }
        // Only of the name's own sync nobody can say what it left.
        #expect(place.contents() == (operation == .syncDirectory ? [2] : [1]))
        #expect(place.contents("a.new") == nil)
        try File.replace(place.path + "/a", with: [3], .data)
        #expect(place.contents() == [3])
    }

    @Test func contentsAreBounded() throws {
        let place = Planned()
        #expect(try File.contents(of: place.path + "/a", maximumBytes: 3) == nil)
        try File.replace(place.path + "/a", with: [1, 2, 3], .data)
        #expect(try File.contents(of: place.path + "/a", maximumBytes: 3) == [1, 2, 3])
        #expect(throws: FileError(.read, place.path + "/a", EFBIG)) {
            try File.contents(of: place.path + "/a", maximumBytes: 2)
        }
    }
}
