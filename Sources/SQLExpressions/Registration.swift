import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// Registers all functions of this folder on a connection; `context` must outlive it.
public func registerFunctions(on connection: OpaquePointer, context: ExpressionContext) {
    let registrar = FunctionRegistrar(connection: connection, context: context)
    registrar.addConversions()
    registrar.addArithmetic()
    registrar.addNumericFunctions()
    registrar.addStringFunctions()
    registrar.addSearchingFunctions()
    registrar.addEncodingFunctions()
    registrar.addCoercions()
    registrar.addTemporalConversions()
    registrar.addTemporalFunctions()
    registrar.addSessionFunctions()
    registrar.addNetworkFunctions()
    registrar.addRegularExpressions()
    registrar.addJSONFunctions()
    registrar.addAggregates()
    registrar.add("m_pack") { call in ArgumentPack.gather(call) }
    registrar.add("m_spread") { call throws(SQLError) in try ArgumentPack.spread(call) }
    registrar.finish()
    JSONRowsModule.register(on: connection, context: context)
}

/// Registers MySQL's collations and `decimal` on a connection.
public func registerCollations(on connection: OpaquePointer) {
    for (index, collation) in CollationTable.all.enumerated() {
        sqlite3_create_collation_v2(
            connection, collation.name, SQLITE_UTF8, UnsafeMutableRawPointer(bitPattern: index + 1),
            { data, leftCount, left, rightCount, right in
                let collation = CollationTable.all[Int(bitPattern: data) - 1]
                return Int32(
                    truncatingIfNeeded: collation.compare(
                        UnsafeBufferPointer(start: left?.assumingMemoryBound(to: UInt8.self), count: Int(leftCount)),
                        UnsafeBufferPointer(start: right?.assumingMemoryBound(to: UInt8.self), count: Int(rightCount))
                    ).signum())
            }, nil)
    }
    sqlite3_create_collation_v2(
        connection, "decimal", SQLITE_UTF8, nil,
        { _, leftCount, left, rightCount, right in
            Int32(
                truncatingIfNeeded: Decimal.compareTexts(
                    UnsafeBufferPointer(start: left?.assumingMemoryBound(to: UInt8.self), count: Int(leftCount)),
                    UnsafeBufferPointer(start: right?.assumingMemoryBound(to: UInt8.self), count: Int(rightCount))))
        }, nil)
}

private enum CollationTable {
    static let all = Collation.all
}
