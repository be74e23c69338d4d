import Glibc
import MySQLProtocol
import Platform

/// Which components are installed on this server (`mysql.component`). As in MySQL each server has its own: INSTALL COMPONENT
/// is not replicated, and lasts over restarts. Any thread.
/// Safe: what changes is guarded by `lock`.
public final class ComponentRegistry: @unchecked Sendable {
    /// A row of `mysql.component`.
    public struct Entry: Equatable, Sendable {
        public var id: UInt32
        /// Components that one statement installed.
        public var group: UInt32
        public var component: Component
    }

    private static let fileName = "mysqld-components"
    private static let maximumFileBytes = 4096

    private let lock = Lock()
    private let globals: GlobalVariables
    private let status: StatusVariables
    /// nil: nothing is kept for the next start.
    private var path: String?
    private var entries: [Entry] = []
    private var lastID: UInt32 = 0

    init(globals: GlobalVariables, status: StatusVariables) {
        self.globals = globals
        self.status = status
        for component in Component.allCases { status.setAvailable(prefix: component.statusPrefix, false) }
    }

    /// The variables of a component come and go with it.
    private func show(_ component: Component, _ isInstalled: Bool) {
        globals.setAvailable(prefix: component.variablePrefix, isInstalled)
        status.setAvailable(prefix: component.statusPrefix, isInstalled)
    }

    public var all: [Entry] { lock.withLock { entries } }

    public func isInstalled(_ component: Component) -> Bool {
        lock.withLock { entries.contains { $0.component == component } }
    }

    /// Reads what was installed before the start.
    public func open(directory: String) {
        let path = directory + "/" + Self.fileName
        let read = Self.lines(of: path).compactMap { line -> Entry? in
            let words = line.split(separator: " ")
            guard words.count == 3, let id = UInt32(words[0]), let group = UInt32(words[1]),
                let component = Component(rawValue: String(words[2]))
            else { return nil }
            return Entry(id: id, group: group, component: component)
        }
        lock.withLock {
            self.path = path
            entries = read
            lastID = read.map(\.id).max() ?? 0
        }
        for entry in read { show(entry.component, true) }
    }

    /// All or none of them. Error 3529 for one that is installed.
    func install(_ components: [Component]) throws(SQLError) {
        try lock.withLock { () throws(SQLError) in
            var changed = entries
            let group = lastID + 1
            for component in components {
                guard !changed.contains(where: { $0.component == component }) else {
                    throw SQLError(.componentsCantLoad, component.urn)
                }
                lastID += 1
                changed.append(Entry(id: lastID, group: group, component: component))
            }
            try write(changed)
            entries = changed
        }
        for component in components { show(component, true) }
    }

    /// All or none of them; their variables go too. Error 3537 for one that is not installed.
    func uninstall(_ components: [Component]) throws(SQLError) {
        try lock.withLock { () throws(SQLError) in
            var changed = entries
            for component in components {
                guard let place = changed.firstIndex(where: { $0.component == component }) else {
                    throw SQLError(.componentsUnloadNotLoaded, component.urn)
                }
                changed.remove(at: place)
            }
            try write(changed)
            entries = changed
        }
        for component in components { show(component, false) }
    }

    // MARK: The file

    private func write(_ entries: [Entry]) throws(SQLError) {
        guard let path else { return }
        let text = entries.map { "\($0.id) \($0.group) \($0.component.rawValue)\n" }.joined()
        do throws(FileError) {
            try File.replace(path, with: Array(text.utf8), .data)
        } catch {
            throw SQLError(.errorOnWrite, path, Int(error.errno), error.reason)
        }
    }

    private static func lines(of path: String) -> [Substring] {
        guard let bytes = try? File.contents(of: path, maximumBytes: maximumFileBytes) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
