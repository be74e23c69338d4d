// Whoever knows the binary log knows its GTIDs, too.
@_exported import GTIDs
