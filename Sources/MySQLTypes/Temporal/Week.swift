extension DateTime {
    /// WEEK() and YEARWEEK(): the week under MySQL's modes 0 to 7 (`mode`), and the year that it belongs to.
    public func week(mode: Int) -> (week: Int, year: Int) {
        let isMondayFirst = mode & 1 != 0
        var countsFromOne = mode & 2 != 0
        // Weeks begin with the year's first Sunday or Monday, or with the one that has four days in the year.
        let firstWeekday = isMondayFirst ? mode & 4 != 0 : mode & 4 == 0
        let dayNumber = dayNumber
        var firstDay = DateTime.dayNumber(year: year, month: 1, day: 1)
        var weekday = DateTime.weekday(dayNumber: firstDay, sundayFirst: !isMondayFirst)
        var weekYear = year
        func startsLate(_ weekday: Int) -> Bool { firstWeekday && weekday != 0 || !firstWeekday && weekday >= 4 }
        if month == 1 && day <= 7 - weekday {
            if !countsFromOne && startsLate(weekday) { return (0, weekYear) }
            countsFromOne = true
            weekYear -= 1
            let days = DateTime.daysInYear(weekYear)
            firstDay -= days
            weekday = (weekday + 53 * 7 - days) % 7
        }
        let days = startsLate(weekday) ? dayNumber - (firstDay + 7 - weekday) : dayNumber - (firstDay - weekday)
        if countsFromOne && days >= 52 * 7 {
            weekday = (weekday + DateTime.daysInYear(weekYear)) % 7
            if !firstWeekday && weekday < 4 || firstWeekday && weekday == 0 { return (1, weekYear + 1) }
        }
        return (days / 7 + 1, weekYear)
    }

    /// 1 to 366.
    public var dayOfYear: Int { dayNumber - DateTime.dayNumber(year: year, month: 1, day: 1) + 1 }
}
