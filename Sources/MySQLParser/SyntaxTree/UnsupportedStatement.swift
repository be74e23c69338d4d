/// Statements about things that do not exist here: read to their end, for an answer with error 1235. The raw value is what
/// MySQL calls the statement.
public enum UnsupportedStatement: String, CaseIterable, Hashable, Sendable {
    case createServer = "CREATE SERVER"
    case alterServer = "ALTER SERVER"
    case dropServer = "DROP SERVER"
    case createTablespace = "CREATE TABLESPACE"
    case alterTablespace = "ALTER TABLESPACE"
    case dropTablespace = "DROP TABLESPACE"
    case createLogfileGroup = "CREATE LOGFILE GROUP"
    case alterLogfileGroup = "ALTER LOGFILE GROUP"
    case dropLogfileGroup = "DROP LOGFILE GROUP"
    case createUndoTablespace = "CREATE UNDO TABLESPACE"
    case alterUndoTablespace = "ALTER UNDO TABLESPACE"
    case dropUndoTablespace = "DROP UNDO TABLESPACE"
    case createResourceGroup = "CREATE RESOURCE GROUP"
    case alterResourceGroup = "ALTER RESOURCE GROUP"
    case dropResourceGroup = "DROP RESOURCE GROUP"
    case createSpatialReferenceSystem = "CREATE SPATIAL REFERENCE SYSTEM"
    case replaceSpatialReferenceSystem = "CREATE OR REPLACE SPATIAL REFERENCE SYSTEM"
    case dropSpatialReferenceSystem = "DROP SPATIAL REFERENCE SYSTEM"
    case cacheIndex = "CACHE INDEX"
    case loadIndex = "LOAD INDEX INTO CACHE"
}
