import CSQLite
import MySQLProtocol
import MySQLTypes

extension FunctionRegistrar {
    // The first argument says whether the collation ignores case.
    package func addRegularExpressions() {
        strict("m_regexp_like") { call throws(SQLError) in
            let expression = try Self.compiled(call, 2, call.count > 3 ? 3 : nil, "regexp_like")
            call.return(try Self.find(expression, RegularExpression.characters(call.bytes(1)), 0, call.context) != nil)
        }
        strict("m_regexp_instr") { call throws(SQLError) in
            let expression = try Self.compiled(call, 2, call.count > 6 ? 6 : nil, "regexp_instr")
            let text = RegularExpression.characters(call.bytes(1))
            let match = try Self.find(
                expression, text, try Self.start(call, 3, text.count), call.context, occurrence: call.count > 4 ? call.int(4) : 1)
            guard let match else { return call.return(0) }
            call.return((call.count > 5 && call.int(5) != 0 ? match.range.upperBound : match.range.lowerBound) + 1)
        }
        strict("m_regexp_substr") { call throws(SQLError) in
            let expression = try Self.compiled(call, 2, call.count > 5 ? 5 : nil, "regexp_substr")
            let text = RegularExpression.characters(call.bytes(1))
            let match = try Self.find(
                expression, text, try Self.start(call, 3, text.count), call.context, occurrence: call.count > 4 ? call.int(4) : 1)
            guard let match else { return call.returnNull() }
            var result: [UInt8] = []
            for character in text[match.range] { UTF8Scanner.append(character, to: &result) }
            call.return(text: result)
        }
        strict("m_regexp_replace") { call throws(SQLError) in
            let expression = try Self.compiled(call, 2, call.count > 6 ? 6 : nil, "regexp_replace")
            let text = RegularExpression.characters(call.bytes(1))
            let replacement = RegularExpression.characters(call.bytes(3))
            let occurrence = call.count > 5 ? max(0, call.int(5)) : 0
            var result: [UInt8] = []
            var position = try Self.start(call, 4, text.count)
            var copied = 0
            var seen = 0
            while position <= text.count, let match = try Self.find(expression, text, position, call.context) {
                seen += 1
                if occurrence == 0 || seen == occurrence {
                    for character in text[copied..<match.range.lowerBound] {
                        UTF8Scanner.append(character, to: &result)
                    }
                    try Self.expand(replacement, text, match, &result)
                    guard result.count <= call.context.maxAllowedPacket else { throw SQLError(.regexpBufferOverflow) }
                    if call.context.tick(replacement.count) { return }
                    copied = match.range.upperBound
                    if occurrence != 0 { break }
                }
                position = match.range.isEmpty ? match.range.upperBound + 1 : match.range.upperBound
            }
            for character in text[copied...] { UTF8Scanner.append(character, to: &result) }
            guard result.count <= call.context.maxAllowedPacket else { throw SQLError(.regexpBufferOverflow) }
            call.return(text: result)
        }
    }

    private static func error(_ failure: RegularExpression.Failure) -> SQLError {
        switch failure {
        case .syntax(let position): SQLError(.regexpRuleSyntax, "1", String(position))
        case .mismatchedParenthesis: SQLError(.regexpMismatchedParen)
        case .badInterval: SQLError(.regexpBadInterval)
        case .maxBelowMin: SQLError(.regexpMaxLtMin)
        case .invalidBackReference: SQLError(.regexpInvalidBackRef)
        case .unclosedBracket: SQLError(.regexpMissingCloseBracket)
        case .badRange: SQLError(.regexpInvalidRange)
        case .badEscape: SQLError(.regexpBadEscapeSequence)
        case .patternTooBig: SQLError(.regexpPatternTooBig)
        case .stackOverflow: SQLError(.regexpStackOverflow)
        case .timeOut: SQLError(.regexpTimeOut)
        case .interrupted: SQLError(.queryInterrupted)
        }
    }

    private static func compiled(_ call: SQLiteCall, _ pattern: Int, _ matchType: Int?, _ function: String)
        throws(SQLError) -> RegularExpression
    {
        var options: RegularExpression.Options = call.int(0) != 0 ? .caseless : []
        if call.isBlob(1) || call.isBlob(pattern) { options.remove(.caseless) }
        if let matchType {
            for byte in call.bytes(matchType) {
                switch byte {
                case UInt8(ascii: "c"): options.remove(.caseless)
                case UInt8(ascii: "i"): options.insert(.caseless)
                case UInt8(ascii: "m"): options.insert(.multiline)
                case UInt8(ascii: "n"): options.insert(.dotMatchesLines)
                case UInt8(ascii: "u"): options.insert(.unixLines)
                default: throw SQLError(.wrongArguments, function)
                }
            }
        }
        let bytes = call.bytes(pattern)
        if bytes.isEmpty { throw SQLError(.regexpIllegalArgument) }
        let key = ExpressionContext.RegexKey(pattern: Array(bytes), options: options)
        if let known = call.context.regularExpressions[key] { return known }
        do throws(RegularExpression.Failure) {
            let expression = try RegularExpression(bytes, options)
            if call.context.regularExpressions.count >= 64 { call.context.regularExpressions.removeAll() }
            call.context.regularExpressions[key] = expression
            return expression
        } catch {
            throw Self.error(error)
        }
    }

    /// The position argument (from 1) as an offset; error 3686 outside the text.
    private static func start(_ call: SQLiteCall, _ index: Int, _ count: Int) throws(SQLError) -> Int {
        guard call.count > index else { return 0 }
        let position = call.wide(index)
        guard position >= 1, position <= Int128(count) + 1 else { throw SQLError(.regexpIndexOutofboundsError) }
        return Int(position) - 1
    }

    private static func find(
        _ expression: RegularExpression, _ text: [UInt32], _ start: Int, _ context: ExpressionContext, occurrence: Int = 1
    ) throws(SQLError) -> RegularExpression.Match? {
        var position = start
        var left = max(1, occurrence)
        while true {
            let match: RegularExpression.Match?
            do throws(RegularExpression.Failure) {
                match = try expression.firstMatch(in: text, from: position) { context.tick(Int(RegularExpression.stepsBetweenLooks)) }
            } catch {
                throw Self.error(error)
            }
            guard let match else { return nil }
            left -= 1
            if left == 0 { return match }
            position = match.range.isEmpty ? match.range.upperBound + 1 : match.range.upperBound
            if position > text.count { return nil }
        }
    }

    /// Appends the replacement with `$1` and `\$` resolved.
    private static func expand(
        _ replacement: [UInt32], _ text: [UInt32], _ match: RegularExpression.Match, _ result: inout [UInt8]
    ) throws(SQLError) {
        var index = 0
        while index < replacement.count {
            let character = replacement[index]
            index += 1
            if character == UInt32(UInt8(ascii: "\\")), index < replacement.count {
                UTF8Scanner.append(replacement[index], to: &result)
                index += 1
            } else if character == UInt32(UInt8(ascii: "$")) {
                guard index < replacement.count, replacement[index] >= 48, replacement[index] <= 57 else {
                    throw SQLError(.regexpInvalidCaptureGroupName)
                }
                var group = Int(replacement[index] - 48)
                index += 1
                if index < replacement.count, replacement[index] >= 48, replacement[index] <= 57,
                    group * 10 + Int(replacement[index] - 48) < match.groups.count
                {
                    group = group * 10 + Int(replacement[index] - 48)
                    index += 1
                }
                let range: Range<Int>?
                if group == 0 {
                    range = match.range
                } else {
                    guard group < match.groups.count else { throw SQLError(.regexpIndexOutofboundsError) }
                    range = match.groups[group]
                }
                if let range { for character in text[range] { UTF8Scanner.append(character, to: &result) } }
            } else {
                UTF8Scanner.append(character, to: &result)
            }
        }
    }
}
