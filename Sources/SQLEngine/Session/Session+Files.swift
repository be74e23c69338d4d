import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import Storage

/// SELECT ... INTO OUTFILE and DUMPFILE, LOAD_FILE().
extension Session {
    /// Runs a query into a file; how many rows there were.
    func run(_ plan: SelectPlan, intoFile target: IntoClause) throws -> UInt64 {
        let files = ServerFiles(server.globals)
        func opener(_ name: [UInt8]) throws(SQLError) -> () throws(SQLError) -> ResultFile {
            try checkPrivileges(plan.required)
            let path = files.path(name, database: currentDatabase)
            try files.checkNew(path, name: name)
            return { () throws(SQLError) in ResultFile(try files.make(path, name: name), path: path) }
        }
        switch target {
        case .variables: return 0
        case .outFile(let name, let charset, let clauses):
            var set: CharacterSet?
            if let charset {
                set = CharacterSet.named(charset)
                if set == nil { throw SQLError(.unknownCharacterSet, charset) }
            }
            let format = try FieldFormat(clauses, mode: settings.sqlMode)
            if FieldFormat.hasNonASCII(clauses) { diagnostics.warn(SQLError(.warnNonAsciiSeparatorNotImplemented)) }
            var sink = OutFileSink(format, set, context, make: try opener(name))
            do {
                let rows = try run(plan, values: plan.parameterValues, into: &sink)
                try sink.file?.flush()
                return rows
            } catch {
                sink.file?.remove()
                throw error
            }
        case .dumpFile(let name):
            var sink = DumpFileSink(make: try opener(name))
            do {
                let rows = try run(plan, values: plan.parameterValues, into: &sink)
                try sink.file?.flush()
                return rows
            } catch {
                sink.file?.remove()
                throw error
            }
        }
    }

    /// LOAD_FILE(): NULL without the FILE privilege.
    func loadFile(_ name: [UInt8]) throws(SQLError) -> [UInt8]? {
        guard privileges.global.contains(.file) else { return nil }
        let files = ServerFiles(server.globals)
        let limit = context.maxAllowedPacket
        return try files.contents(files.path(name, database: currentDatabase), limit: limit) {
            context.warn(SQLError(.warnAllowedPacketOverflowed, "load_file", limit))
        }
    }
}
