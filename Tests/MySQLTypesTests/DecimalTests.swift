import Testing

@testable import MySQLTypes

@Suite struct DecimalTests {
    private func decimal(_ text: String) throws -> Decimal { try #require(Decimal(text)) }

    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("1.50", "1.50"), (".5", "0.5"), ("5.", "5"), ("-0.01", "-0.01"), ("1e3", "1000"),
        ("1.5e-3", "0.0015"), ("00012.30", "12.30"),
        ("12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567890"),
        (
            "99999999999999999999999999999999999999999999999999999999999999999",
            "99999999999999999999999999999999999999999999999999999999999999999"
        ),
    ])
    func textIsReadAndWritten(input: String, output: String) throws {
        #expect(try decimal(input).description == output)
    }

    @Test(arguments: ["", "abc", "1.2.3", "1e", "--1", "1 2"])
    func whatIsNoNumberIsRefused(text: String) {
        #expect(Decimal(text) == nil)
    }

    @Test func sumsAndProductsAreExact() throws {
        #expect(try decimal("0.1").adding(decimal("0.2"))?.description == "0.3")
        #expect(try decimal("1.10").adding(decimal("2.200"))?.description == "3.300")
        #expect(try decimal("2").subtracting(decimal("2.5"))?.description == "-0.5")
        #expect(try decimal("1.1").multiplied(by: decimal("1.1"))?.description == "1.21")
        #expect(
            try decimal("18014398509481984").multiplied(by: decimal("36028797018963968.0"))?.description
                == "649037107316853453566312041152512.0")
        #expect(
            try decimal("99999999999999999999999999999999999").multiplied(
                by: decimal("99999999999999999999999999999999999"))?
                .description == "9999999999999999999999999999999999800000000000000000000000000000000001")
    }

    @Test(arguments: [
        ("1", "3", 4, "0.3333"), ("2", "3", 4, "0.6667"), ("5", "2", 4, "2.5000"), ("7", "-2", 4, "-3.5000"),
        ("1.0", "3", 5, "0.33333"), ("1", "0.0001", 4, "10000.0000"),
        ("12345678901234567890.0123456789", "3", 14, "4115226300411522630.00411522630000"),
    ])
    func quotientsAreRoundedToTheirScale(left: String, right: String, scale: Int, result: String) throws {
        let quotient = try #require(try decimal(left).divided(by: decimal(right), scaleIncrement: 4))
        #expect(quotient.rounded(to: scale).description == result)
    }

    @Test func divisionByZeroIsNil() throws {
        #expect(try decimal("1").divided(by: .zero, scaleIncrement: 4) == nil)
        #expect(try decimal("1").remainder(by: .zero) == nil)
    }

    @Test(arguments: [
        ("1.5", 0, "2"), ("-1.5", 0, "-2"), ("2.5", 0, "3"), ("1.298", 1, "1.3"), ("23.298", -1, "20"),
        ("150", -2, "200"),
        ("0.4999", 0, "0"), ("-0.4", 0, "0"), ("99.995", 2, "100.00"),
    ])
    func halvesAreRoundedAwayFromZero(input: String, scale: Int, result: String) throws {
        #expect(try decimal(input).rounded(to: scale).description == result)
    }

    @Test func remaindersHaveTheDividendsSign() throws {
        #expect(try decimal("-5.5").remainder(by: decimal("2"))?.description == "-1.5")
        #expect(try decimal("10").remainder(by: decimal("4.5"))?.description == "1.0")
    }

    @Test func comparisonIgnoresTrailingZeros() throws {
        #expect(try decimal("1.0") == decimal("1.00"))
        #expect(try decimal("-2") < decimal("-1.5"))
        #expect(try decimal("10") > decimal("9.99999"))
    }

    @Test func fittingLimitsToThePrecision() throws {
        let (value, isOutOfRange, _) = try decimal("12345.5").fitted(precision: 4, scale: 1)
        #expect(value.description == "999.9")
        #expect(isOutOfRange)
        #expect(try decimal("99.999").fitted(precision: 4, scale: 1).value.description == "100.0")
        #expect(try decimal("-1000").fitted(precision: 3, scale: 0).value.description == "-999")
    }

    @Test func conversionsAreRounded() throws {
        #expect(try decimal("12.5").roundedInt64 == 13)
        #expect(try decimal("-12.5").roundedInt64 == -13)
        #expect(try decimal("18446744073709551615").roundedUInt64 == .max)
        #expect(try decimal("18446744073709551616").roundedUInt64 == nil)
        #expect(try decimal("-9223372036854775808").roundedInt64 == .min)
        #expect(try decimal("0.1").doubleValue == 0.1)
        #expect(Decimal(0.1).description == "0.1")
        #expect(Decimal(1e20).description == "100000000000000000000")
        #expect(Decimal(1.5e-7).description == "0.00000015")
    }
}

@Suite struct RealTextTests {
    @Test(arguments: [
        (0.0, "0"), (-0.0, "-0"), (1.5, "1.5"), (0.1, "0.1"), (1e15, "1e15"), (1e14, "100000000000000"),
        (1e-15, "0.000000000000001"),
        (1e-16, "1e-16"), (1e308, "1e308"), (Double.leastNonzeroMagnitude, "5e-324"),
        (123_456_789_012_345_680, "1.2345678901234568e17"),
        (0.1 + 0.2, "0.30000000000000004"), (-100000.0, "-100000"),
    ])
    func doublesAreShortest(value: Double, text: String) {
        #expect(String(decoding: RealText.double(value), as: UTF8.self) == text)
    }

    @Test(arguments: [
        (Float(3.14159265), "3.14159"), (16_777_216, "16777200"), (0.1, "0.1"), (1e38, "1e38"),
        (123_456_792, "123457000"), (1234567.5, "1234570"),
    ])
    func floatsHaveSixDigits(value: Float, text: String) {
        #expect(String(decoding: RealText.float(Double(value)), as: UTF8.self) == text)
    }

    @Test(arguments: [
        ("1.5", 1.5, false), ("abc", 0, true), ("12abc", 12, true), ("", 0, false), (" 7.1 ", 7.1, false),
        ("1e3", 1000, false), (".5", 0.5, false), ("-", 0, true),
    ])
    func stringsAreReadAsFarAsTheyGo(text: String, value: Double, isTruncated: Bool) {
        let parsed = Array(text.utf8).withUnsafeBufferPointer { NumberParsing.double($0) }
        #expect(parsed.value == value)
        #expect(parsed.isTruncated == isTruncated)
    }
}
