// Whoever knows the machine knows its numbers, too.
@_exported import Primitives
