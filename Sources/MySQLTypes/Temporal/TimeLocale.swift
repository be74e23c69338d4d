/// Names of days and months: `lc_time_names`.
public struct TimeLocale: Sendable {
    public let months: [String]
    public let shortMonths: [String]
    /// From Monday.
    public let days: [String]
    public let shortDays: [String]

    private init(_ months: String, _ shortMonths: String, _ days: String, _ shortDays: String) {
        self.months = months.split(separator: " ").map(String.init)
        self.shortMonths = shortMonths.split(separator: " ").map(String.init)
        self.days = days.split(separator: " ").map(String.init)
        self.shortDays = shortDays.split(separator: " ").map(String.init)
    }

    public static let english = TimeLocale(
        "January February March April May June July August September October November December",
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday", "Mon Tue Wed Thu Fri Sat Sun")
    private static let german = TimeLocale(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag", "Mo Di Mi Do Fr Sa So")
    private static let french = TimeLocale(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "jan fév mar avr mai jun jui aoû sep oct nov déc", "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lun mar mer jeu ven sam dim")
    private static let spanish = TimeLocale(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic", "lunes martes miércoles jueves viernes sábado domingo",
        "lun mar mié jue vie sáb dom")
    private static let italian = TimeLocale(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic", "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "lun mar mer gio ven sab dom")

    /// The locale of a name such as `de_DE`; English for those that are not known.
    public static func named(_ name: String) -> TimeLocale {
        switch name.prefix(2) {
        case "de": german
        case "fr": french
        case "es": spanish
        case "it": italian
        default: english
        }
    }
}
