import CSQLite
import MySQLProtocol
import MySQLTypes

/// Registers all functions of this folder on a connection; `context` must outlive it.
public func registerFunctions(on connection: OpaquePointer, context: ExpressionContext) {}

/// Registers MySQL's collations and `decimal` on a connection.
public func registerCollations(on connection: OpaquePointer) {}
