import CSQLite
import MySQLProtocol
import MySQLTypes

/// An argument of TIMEDIFF or ADDTIME: a time (microseconds), a datetime, or a string that is one of them.
package struct TimeOperand {
    package var microseconds: Int
    package var hasDate: Bool
    package var date = DateTime()

    package init?(_ call: SQLiteCall, _ index: Int) {
        guard call.isText(index) || call.isBlob(index) else {
            microseconds = TimeValue.clamped(call.int(index)).value
            hasDate = false
            return
        }
        let bytes = call.bytes(index)
        let looksLikeDate = bytes.count >= 8 && bytes.firstIndex(of: UInt8(ascii: "-")) ?? 0 > 0
        if looksLikeDate, let parsed = TemporalParsing.dateTime(bytes, []) {
            date = parsed.value
            microseconds = date.dayNumber * 86_400_000_000 + date.timeOfDayMicroseconds
            hasDate = parsed.hasTime || bytes.count == 10
            return
        }
        guard let parsed = TemporalParsing.time(bytes) else {
            call.context.warn(
                SQLError(.truncatedWrongValue, "time", String(decoding: bytes.prefix(128), as: UTF8.self)))
            return nil
        }
        microseconds = parsed.microseconds
        hasDate = false
    }
}
