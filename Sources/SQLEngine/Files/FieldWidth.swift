import MySQLProtocol
import MySQLTypes
import SQLBinder

extension MySQLType {
    /// Bytes of the longest value as text, in the type's own character set: a column's width in files without terminators.
    var fieldBytes: Int {
        let width = ColumnMetadata.displayLength(self)
        switch kind {
        case .char, .varChar, .enumeration, .set: return width * collation.characterSet.maxLength
        default: return width
        }
    }

    /// The same of a result's column, where ZEROFILL does not shorten numbers.
    var resultBytes: Int {
        var type = self
        type.isZeroFill = false
        if type.kind == .tinyInt { type.length = 0 }
        return type.fieldBytes
    }
}
