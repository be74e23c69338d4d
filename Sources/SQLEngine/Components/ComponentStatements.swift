import MySQLParser
import MySQLProtocol
import SQLBinder

/// INSTALL COMPONENT and UNINSTALL COMPONENT.
enum ComponentStatements {
    static func execute(
        _ statement: MySQLParser.Statement, in session: Session, into writer: ResultWriter
    ) throws(SQLError) {
        switch statement {
        case .installComponent(let urns, let assignments): try install(urns, assignments, in: session, writer)
        case .uninstallComponent(let urns):
            let components = try urns.mapThrowing { (urn) throws(SQLError) in
                guard let component = Self.component(urn) else {
                    throw SQLError(.componentsUnloadNotLoaded, String(decoding: urn, as: UTF8.self))
                }
                return component
            }
            try session.server.components.uninstall(components)
            session.ok(writer)
        default: throw SQLError(.notSupportedYet, StatementTraits(statement).name)
        }
    }

    private static func install(
        _ urns: [[UInt8]], _ assignments: [SetAssignment], in session: Session, _ writer: ResultWriter
    ) throws(SQLError) {
        let components = try urns.mapThrowing { (urn) throws(SQLError) in try known(urn) }
        try session.server.components.install(components)
        guard !assignments.isEmpty, let variables = session.server.variables else { return session.ok(writer) }
        do throws(SQLError) {
            try variables.execute(.set(assignments), in: session, into: writer)
        } catch {
            // A value that cannot be: nothing is installed.
            try session.server.components.uninstall(components)
            throw SQLError(.componentsLoadCantInitialize, components.last?.name ?? "")
        }
    }

    private static func component(_ urn: [UInt8]) -> Component? {
        let text = String(decoding: urn, as: UTF8.self)
        return Component.allCases.first { $0.urn == text }
    }

    /// Errors 3527, 3528 and 1126: there is nothing to load from elsewhere.
    private static func known(_ urn: [UInt8]) throws(SQLError) -> Component {
        if let component = component(urn) { return component }
        let text = String(decoding: urn, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("//") else { throw SQLError(.componentsNoScheme, text) }
        guard parts[0] == "file" else { throw SQLError(.componentsNoSchemeService, String(parts[0]), text) }
        throw SQLError(
            .cantOpenLibrary, "\(parts[1].dropFirst(2)).so", 2, "there are no loadable components here")
    }
}

extension Array {
    fileprivate func mapThrowing<Result>(
        _ transform: (Element) throws(SQLError) -> Result
    ) throws(SQLError) -> [Result] {
        var result: [Result] = []
        for element in self { result.append(try transform(element)) }
        return result
    }
}
