import CSQLite
import MySQLProtocol
import MySQLTypes

extension FunctionRegistrar {
    package func addSearchingFunctions() {
        strict("m_instr") { call in
            call.return(Self.locate(call.bytes(1), in: call.bytes(0), from: 1, call.collation(2), call.context))
        }
        strict("m_locate") { call in
            let start = Int(max(0, min(call.wide(2), 1 << 40)))
            call.return(
                start < 1 ? 0 : Self.locate(call.bytes(0), in: call.bytes(1), from: start, call.collation(3), call.context))
        }
        strict("m_strcmp") { call in
            call.return(
                (call.collation(2)?.compare(call.bytes(0), call.bytes(1))
                    ?? Self.compareBytes(call.bytes(0), call.bytes(1))).signum())
        }
        strict("m_find_in_set") { call in
            let wanted = call.bytes(0)
            let list = call.bytes(1)
            let collation = call.collation(2)
            if wanted.contains(UInt8(ascii: ",")) || list.isEmpty { return call.return(0) }
            var start = 0
            var place = 1
            for index in 0...list.count {
                if call.context.tick() { return }
                guard index == list.count || list[index] == UInt8(ascii: ",") else { continue }
                let item = UnsafeBufferPointer(rebasing: list[start..<index])
                if Self.isEqual(item, wanted, collation) { return call.return(place) }
                start = index + 1
                place += 1
            }
            call.return(0)
        }
        // How to compare (a collation, or -1 for numbers), the wanted value, values.
        add("m_field") { call in
            if call.count < 2 || call.isNull(1) { return call.return(0) }
            let order = call.int(0)
            let collation = order >= 0 ? call.collation(0) : nil
            for index in 2..<call.count where !call.isNull(index) {
                let isEqual =
                    order < 0
                    ? call.real(index) == call.real(1) : Self.isEqual(call.bytes(index), call.bytes(1), collation)
                if isEqual { return call.return(index - 1) }
            }
            call.return(0)
        }
        strict("m_replace") { call in
            let text = call.bytes(0)
            let from = call.bytes(1)
            let to = call.bytes(2)
            let isBinary = call.isBlob(0) || call.isBlob(2)
            if from.isEmpty || text.count < from.count { return call.return(text, isBinary: isBinary) }
            var result: [UInt8] = []
            // One pass counts, so that nothing is built that is too long.
            if to.count > from.count {
                var matches = 0
                var index = 0
                while index + from.count <= text.count {
                    if text[index] == from[0], Self.matches(text, index, from) {
                        matches += 1
                        index += from.count
                    } else {
                        index += 1
                    }
                    if call.context.tick() { return }
                }
                let size = text.count + matches * (to.count - from.count)
                if call.isTooLong(size, "replace") { return call.returnNull() }
                result.reserveCapacity(size)
            } else {
                result.reserveCapacity(text.count)
            }
            var index = 0
            while index < text.count {
                if call.context.tick() { return }
                if text[index] == from[0], index + from.count <= text.count, Self.matches(text, index, from) {
                    result.append(contentsOf: to)
                    index += from.count
                } else {
                    result.append(text[index])
                    index += 1
                }
            }
            call.return(result, isBinary: isBinary)
        }
        add("m_like") { call throws(SQLError) in
            if call.isNull(0) || call.isNull(1) { return call.returnNull() }
            let escapeBytes = call.isNull(2) ? UnsafeBufferPointer<UInt8>(start: nil, count: 0) : call.bytes(2)
            guard escapeBytes.isEmpty || UTF8Scanner.width(escapeBytes[0]) == escapeBytes.count else {
                throw SQLError(.wrongArguments, "ESCAPE")
            }
            var escape: UInt32 = call.isNull(2) ? 0x5C : .max
            if let base = escapeBytes.baseAddress, !escapeBytes.isEmpty {
                var pointer = base
                escape = UTF8Scanner.next(&pointer, base + escapeBytes.count)
            }
            let isBinary = call.isBlob(0) || call.isBlob(1)
            call.return(
                LikeMatcher(escape: escape, collation: isBinary ? nil : call.collation(3), context: call.context).matches(
                    call.bytes(0), call.bytes(1)))
        }
    }

    @inline(__always)
    private static func matches(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ part: UnsafeBufferPointer<UInt8>)
        -> Bool
    {
        for offset in 0..<part.count where text[index + offset] != part[offset] { return false }
        return true
    }

    package static func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            return left[index] < right[index] ? -1 : 1
        }
        return left.count - right.count
    }

    private static func isEqual(
        _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, _ collation: Collation?
    ) -> Bool {
        guard let collation else { return compareBytes(left, right) == 0 }
        return collation.compare(left, right) == 0
    }

    /// The place of `part` from character `start` (from 1); 0 for none.
    package static func locate(
        _ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int,
        _ collation: Collation?, _ context: ExpressionContext
    ) -> Int {
        guard let base = text.baseAddress else { return part.isEmpty && start == 1 ? 1 : 0 }
        var position = start
        let isBinary = collation == nil
        let first = offset(text, start - 1, isBinary: isBinary)
        if first >= text.count && (isBinary ? text.count : UTF8Scanner.count(text)) < start - 1 { return 0 }
        if part.isEmpty { return start }
        var index = first
        let end = base + text.count
        guard let partBase = part.baseAddress else { return 0 }
        let partEnd = partBase + part.count
        while index < text.count {
            // What a comparison may cost at most; most end at their first character.
            let work = (base + index).pointee == partBase.pointee ? part.count : 1
            if context.tick(work) { return 0 }
            if let collation {
                var a = base + index
                var b = partBase
                var isEqual = true
                while b < partEnd {
                    guard a < end else {
                        isEqual = false
                        break
                    }
                    if a.pointee < 0x80 && a.pointee == b.pointee {
                        a += 1
                        b += 1
                        continue
                    }
                    if !collation.areEqual(UTF8Scanner.next(&a, end), UTF8Scanner.next(&b, partEnd)) {
                        isEqual = false
                        break
                    }
                }
                if isEqual { return position }
                index += UTF8Scanner.width(text[index])
            } else {
                if index + part.count <= text.count && matches(text, index, part) { return position }
                index += 1
            }
            position += 1
        }
        return 0
    }
}

extension SQLiteCall {
    /// The collation whose number an argument is; nil for binary.
    package func collation(_ index: Int) -> Collation? {
        let id = int(index)
        return id == 63 ? nil : Collation(CollationID(rawValue: UInt16(truncatingIfNeeded: id)))
    }
}

/// LIKE: characters compared by collation, `%`, `_` and an escape character.
package struct LikeMatcher {
    package let escape: UInt32
    /// Nil compares bytes.
    package let collation: Collation?
    /// Whose statement it works for.
    // Safe: the matcher lives within one call of a function, whose box holds the context.
    package unowned(unsafe) let context: ExpressionContext

    package func matches(_ text: UnsafeBufferPointer<UInt8>, _ pattern: UnsafeBufferPointer<UInt8>) -> Bool {
        var t = text.baseAddress ?? UTF8Scanner.emptyBytes
        let tEnd = t + text.count
        var p = pattern.baseAddress ?? UTF8Scanner.emptyBytes
        let pEnd = p + pattern.count
        // Where to go on when what follows the last % does not match here.
        var retryText: UnsafePointer<UInt8>?
        var retryPattern: UnsafePointer<UInt8>?
        while true {
            if context.tick() { return false }
            if p < pEnd {
                var next = p
                var character = read(&next, pEnd)
                if character == UInt32(UInt8(ascii: "%")) && character != escape {
                    p = next
                    retryPattern = p
                    retryText = t
                    continue
                }
                if t < tEnd {
                    if character == UInt32(UInt8(ascii: "_")) && character != escape {
                        _ = read(&t, tEnd)
                        p = next
                        continue
                    }
                    if character == escape && next < pEnd { character = read(&next, pEnd) }
                    var after = t
                    let found = read(&after, tEnd)
                    if character == found || collation?.areEqual(character, found) ?? false {
                        t = after
                        p = next
                        continue
                    }
                }
            } else if t == tEnd {
                return true
            }
            guard let pattern = retryPattern, var start = retryText, start < tEnd else { return false }
            _ = read(&start, tEnd)
            retryText = start
            t = start
            p = pattern
        }
    }

    @inline(__always)
    private func read(_ pointer: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt32 {
        if collation == nil || pointer.pointee < 0x80 {
            defer { pointer += 1 }
            return UInt32(pointer.pointee)
        }
        return UTF8Scanner.next(&pointer, end)
    }

    package init(escape: UInt32, collation: Collation?, context: ExpressionContext) {
        self.escape = escape
        self.collation = collation
        self.context = context
    }
}
