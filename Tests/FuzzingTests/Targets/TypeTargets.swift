import Glibc

@testable import MySQLTypes

/// Text that is read as a value: numbers, dates, JSON, patterns, formats, and the bytes of character sets.
let typeTargets: [FuzzTarget] = [
    FuzzTarget("decimal", seeds: texts(["-123456789.000000000000000000000000000001", "1e80", ".5", "+0", "9e-90", "1E+5x"])) { bytes in
        let (left, right) = halves(bytes)
        let first = left.withUnsafeBufferPointer { Decimal.parse($0) }.value
        let second = right.withUnsafeBufferPointer { Decimal.parse($0) }.value
        _ = (first.adding(second), first.subtracting(second), first.multiplied(by: second), first.remainder(by: second))
        _ = (first.divided(by: second, scaleIncrement: 4), first.integerDivided(by: second), first.rounded(to: 3))
        _ = first.fitted(precision: 10, scale: 2)
        check(first.compare(second) == -second.compare(first), "a comparison turned round")
        let text = first.withText { Array($0) }
        check(text.withUnsafeBufferPointer { Decimal.parse($0) }.value == first, "a decimal survives its text: \(text)")
    },
    FuzzTarget("number", seeds: texts(["-1.5e308", "0x", "18446744073709551616", "1e-400", " 12abc", "nan"])) { bytes in
        bytes.withUnsafeBufferPointer { text in
            let result = NumberParsing.double(text)
            check(result.value.isFinite, "a number is finite")
            _ = NumberParsing.integer(text)
            _ = DoubleDigits(result.value)
            _ = (RealText.double(result.value), RealText.float(result.value), RealText.fixed(result.value, decimals: 3))
        }
    },
    FuzzTarget("temporal", seeds: texts(["2024-02-29 23:59:59.999999", "99-1-1T1:2:3", "-838:59:59.5", "1 10:11", "20240101000000", "0000-00-00"])) {
        bytes in
        bytes.withUnsafeBufferPointer { text in
            for raw in 0..<8 as Range<UInt8> {
                if let parsed = TemporalParsing.dateTime(text, DateRules(rawValue: raw)) { _ = parsed }
            }
            _ = TemporalParsing.time(text)
            let number = NumberParsing.integer(text)
            _ = TemporalParsing.dateTime(number: Int(truncatingIfNeeded: number.magnitude), [])
            _ = TemporalParsing.time(number: Int(truncatingIfNeeded: number.magnitude))
        }
    },
    FuzzTarget("interval", seeds: texts(["1:2:3", "-5 10", "1.5", "99999999999999999999"])) { bytes in
        let units = [
            "MICROSECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "DAY_MICROSECOND", "YEAR_MONTH",
            "HOUR_SECOND", "SECOND_MICROSECOND",
        ]
        bytes.withUnsafeBufferPointer { text in
            for unit in units {
                for isNegative in [false, true] {
                    guard let interval = TimeInterval(text, unit: unit, isNegative: isNegative) else { continue }
                    for year in [0, 1, 1970, 9999] { _ = interval.added(to: DateTime(year: year, month: 1, day: 31)) }
                }
            }
        }
    },
    FuzzTarget("date-format", seeds: texts(["2024-05-06 %Y-%m-%d %H:%i:%s.%f %a %b %j %U %u %V %X %W", "%d|%"])) { bytes in
        let (left, right) = halves(bytes)
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                _ = DateFormat.parse(left, right)
                let locale = TimeLocale.named("en_US")
                _ = DateFormat.format(DateTime(year: 2024, month: 2, day: 29), right, locale)
                _ = DateFormat.format(DateTime(year: 0, month: 0, day: 0), right, locale)
            }
        }
    },
    FuzzTarget("time-zone", seeds: texts(["+05:30", "-13:59", "SYSTEM", "Europe/Vienna", "../../etc/passwd"])) { bytes in
        if let zone = TimeZone(name: String(decoding: bytes, as: UTF8.self)) {
            for seconds in [Int(Int32.min), 0, 1_700_000_000, 253_402_300_799] { _ = zone.utc(fromLocal: seconds + zone.offset(atUTC: seconds)) }
        }
        _ = ZoneFile.parse(bytes)
    },
    FuzzTarget("json-document", seeds: texts(["{\"a\": [1, {\"b\": \"\\u0041\"}], \"c\": 1e3}", "[1,2", "\"\\ud800\""])) { bytes in
        guard case .success(let document) = JSONParser.parse(bytes) else { return }
        let text = document.text
        guard case .success(let again) = JSONParser.parse(text) else {
            check(false, "a document that was written can be read")
            return
        }
        check(again == document, "a document survives its text: \(String(decoding: text, as: UTF8.self))")
        var key: [UInt8] = []
        document.appendSortKey(to: &key)
        document.appendPretty(to: &key)
        check(document.depth <= 100, "JSON's depth is bounded")
    },
    FuzzTarget("json-path", seeds: texts(["$.a[0].b", "$**.\"x y\"[last-1 to last]", "$[*].*", "$.a.b", "$**[0]**[0]**[0]**[last]"])) { bytes in
        let document = JSONParser.parse(Array("{\"a\": [1, {\"b\": {\"a\": [2, 3]}}], \"x y\": [[1], [2]]}".utf8))
        guard case .success(let document) = document, let path = try? bytes.withUnsafeBufferPointer({ try JSONPath($0) }) else { return }
        let found = path.matches(in: document)
        check(found.count <= 12 || path.legs.count < 3, "each value once")
        _ = path.removing(from: document)
        _ = path.insertingElement(document, into: document)
    },
    FuzzTarget("regular-expression", maximumLength: 256, seeds: texts(["(a|b)*c{2,3}|[^x-z\\d]+?$|(?i)A\\b.", "(a*)*b|aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\\p{L}(?=x)(?<n>y)\\k<n>|"])) {
        bytes in
        let (pattern, text) = halves(bytes)
        guard let expression = try? pattern.withUnsafeBufferPointer({ try RegularExpression($0, []) }) else { return }
        let characters = text.withUnsafeBufferPointer { RegularExpression.characters($0) }
        if let match = try? expression.firstMatch(in: characters, from: 0) {
            check(match.range.upperBound <= characters.count, "a match within the text")
        }
    },
    FuzzTarget("character-set", seeds: texts(["äöü€😀", "abc"]) ) { bytes in
        var input = FuzzInput(bytes)
        let collations = Collation.all
        let collation = collations[Int(input.word()) % collations.count]
        let left = input.block()
        let right = input.remaining()
        left.withUnsafeBufferPointer { left in
            if collation.name != "binary", let utf8 = collation.characterSet.decode(left) {
                check(String(validating: utf8, as: UTF8.self) != nil, "what is decoded is UTF-8 (\(collation.name))")
            }
            right.withUnsafeBufferPointer { right in
                let order = collation.compare(left, right)
                check((order < 0) == (collation.compare(right, left) > 0), "a comparison turned round (\(collation.name))")
                var leftKey: [UInt8] = []
                var rightKey: [UInt8] = []
                collation.appendSortKey(of: left, to: &leftKey)
                collation.appendSortKey(of: right, to: &rightKey)
                check(order != 0 || leftKey == rightKey, "equal texts have equal sort keys (\(collation.name))")
            }
        }
    },
]

private func texts(_ texts: [String]) -> @Sendable () -> [[UInt8]] {
    { texts.map { Array($0.utf8) } }
}

/// Up to the first `|`, and after it.
private func halves(_ bytes: [UInt8]) -> ([UInt8], [UInt8]) {
    let middle = bytes.firstIndex(of: UInt8(ascii: "|")) ?? bytes.count
    return (Array(bytes[..<middle]), Array(bytes[min(bytes.count, middle + 1)...]))
}
