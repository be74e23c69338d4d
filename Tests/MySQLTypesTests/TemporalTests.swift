import Testing

@testable import MySQLTypes

@Suite struct TemporalTests {
    private func dateTime(_ text: String, _ rules: DateRules = []) -> TemporalParsing.ParsedDateTime? {
        Array(text.utf8).withUnsafeBufferPointer { TemporalParsing.dateTime($0, rules) }
    }

    private func show(_ text: String, decimals: Int = 0) -> String? {
        dateTime(text).map { String(decoding: $0.value.dateTimeText(decimals: decimals), as: UTF8.self) }
    }

    @Test(arguments: [
        ("2024-02-29", "2024-02-29 00:00:00"), ("2024-3-5 1:2:3", "2024-03-05 01:02:03"),
        ("24-01-02", "2024-01-02 00:00:00"),
        ("2024/01/02 03:04:05", "2024-01-02 03:04:05"), ("2024.01.02", "2024-01-02 00:00:00"),
        ("2024-01-02T03:04:05", "2024-01-02 03:04:05"), ("20240102", "2024-01-02 00:00:00"),
        ("20240102030405", "2024-01-02 03:04:05"), ("240102", "2024-01-02 00:00:00"),
        ("70-01-01", "1970-01-01 00:00:00"),
        ("0000-00-00", "0000-00-00 00:00:00"),
    ])
    func allFormsOfDatesAreRead(text: String, value: String) {
        #expect(show(text) == value)
    }

    @Test(arguments: ["2023-02-29", "2024-13-01", "tomorrow", "", "2024-01-01 25:00:00", "2024-01-01 10:60:00"])
    func wrongDatesAreRefused(text: String) {
        #expect(dateTime(text) == nil)
    }

    @Test func rulesDecideOnZeros() {
        #expect(dateTime("0000-00-00", .noZeroDate) == nil)
        #expect(dateTime("2024-00-10", .noZeroInDate) == nil)
        #expect(dateTime("2024-00-10") != nil)
        #expect(dateTime("2023-02-31", .allowInvalidDates) != nil)
    }

    @Test func fractionsAreRounded() throws {
        let parsed = try #require(dateTime("2024-12-31 23:59:59.9996"))
        #expect(
            parsed.value.rounded(decimals: 3).map { String(decoding: $0.dateTimeText(decimals: 3), as: UTF8.self) }
                == "2025-01-01 00:00:00.000")
        #expect(parsed.value.rounded(decimals: 6)?.microsecond == 999_600)
    }

    @Test func offsetsAreRead() {
        #expect(dateTime("2024-06-01 12:00:00+05:00")?.offsetSeconds == 18000)
        #expect(dateTime("2024-06-01 12:00:00-03:30")?.offsetSeconds == -12600)
        #expect(dateTime("2024-06-01 12:00:00Z")?.isTruncated == true)
    }

    @Test(arguments: [
        ("12:30", 45_000_000_000), ("5", 5_000_000), ("1 02:03:04", 93_784_000_000), ("-1:00:00", -3_600_000_000),
        ("10:11:12.5", 36_672_500_000), ("123456", 45_296_000_000), ("2024-01-01 10:00:00", 36_000_000_000),
        ("838:59:59", TimeValue.maxMicroseconds), ("839:00:00", TimeValue.maxMicroseconds),
    ])
    func allFormsOfTimesAreRead(text: String, microseconds: Int) {
        let parsed = Array(text.utf8).withUnsafeBufferPointer { TemporalParsing.time($0) }
        #expect(parsed?.microseconds == microseconds)
    }

    @Test func daysAreCountedAsToDaysDoes() {
        #expect(DateTime.dayNumber(year: 2024, month: 2, day: 29) == 739310)
        let date = DateTime(dayNumber: 739310)
        #expect((date.year, date.month, date.day) == (2024, 2, 29))
        #expect(DateTime.dayNumber(year: 9999, month: 12, day: 31) == DateTime.maxDayNumber)
    }

    @Test(arguments: [
        ("2024-01-01", 0, 0), ("2024-01-01", 1, 1), ("2023-12-31", 3, 52), ("2024-12-30", 3, 1), ("2024-12-31", 0, 52),
        ("2024-12-31", 7, 53),
    ])
    func weeksFollowTheirMode(text: String, mode: Int, week: Int) {
        #expect(dateTime(text)?.value.week(mode: mode).week == week)
    }

    @Test func monthsAreAddedWithinTheMonth() {
        #expect(show("2024-01-31") != nil)
        let value = dateTime("2024-01-31")?.value.adding(months: 1)
        #expect(value.map { String(decoding: $0.dateText, as: UTF8.self) } == "2024-02-29")
        #expect(dateTime("9999-12-31")?.value.adding(months: 1) == nil)
    }

    @Test func zonesConvertBothWays() throws {
        let oslo = try #require(TimeZone(name: "Europe/Oslo"))
        #expect(oslo.offset(atUTC: 1_704_110_400) == 3600)
        #expect(oslo.offset(atUTC: 1_719_830_400) == 7200)
        #expect(oslo.utc(fromLocal: 1_719_830_400 + 7200) == 1_719_830_400)
        #expect(TimeZone(name: "+02:00")?.offset(atUTC: 0) == 7200)
        #expect(TimeZone(name: "+15:00") == nil)
        #expect(TimeZone(name: "+14:00") != nil)
        #expect(TimeZone(name: "Mars/Olympus") == nil)
        #expect(TimeZone(name: "../etc/passwd") == nil)
    }
}
