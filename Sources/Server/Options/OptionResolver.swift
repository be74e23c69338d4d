/// What an option's name stands for, as far as reading it needs.
public enum OptionForm: Equatable, Sendable {
    /// ON or OFF; alone it means ON; may be prefixed with `skip_`, `disable_` or `enable_`.
    case boolean
    /// Needs a value.
    case value
    /// May stand alone.
    case optionalValue
}

/// The options that exist: the system variables and what only a command line has.
public protocol OptionCatalog {
    /// The form of the option of exactly this name (with underscores); nil when there is none.
    func form(of name: String) -> OptionForm?
    /// All names, for those that are written shortened.
    var optionNames: [String] { get }
}

/// An option that exists, with its value as text.
public struct ResolvedOption: Equatable, Sendable {
    public var name: String
    /// Nil for an option of optional value that stands alone; booleans are always `ON`, `OFF` or what was written.
    public var value: String?
    public var origin: OptionAssignment.Origin

    public init(name: String, value: String?, origin: OptionAssignment.Origin) {
        self.name = name
        self.value = value
        self.origin = origin
    }
}

/// Finds what each assignment means: prefixes, shortened names, missing values, as MySQL's option reader does.
public struct OptionResolver<Catalog: OptionCatalog> {
    private let catalog: Catalog
    public private(set) var warnings: [String] = []

    public init(_ catalog: Catalog) {
        self.catalog = catalog
    }

    /// Resolves all assignments in order. Throws for the first that names nothing or lacks its value.
    public mutating func resolve(_ assignments: [OptionAssignment]) throws(OptionError) -> [ResolvedOption] {
        var options: [ResolvedOption] = []
        for assignment in assignments {
            if let option = try resolve(assignment) { options.append(option) }
        }
        return options
    }

    private mutating func resolve(_ assignment: OptionAssignment) throws(OptionError) -> ResolvedOption? {
        if let option = try resolve(assignment, name: assignment.name) { return option }
        for (prefix, value) in [("skip_", "OFF"), ("disable_", "OFF"), ("enable_", "ON")]
        where assignment.name.hasPrefix(prefix) && assignment.value == nil {
            let name = String(assignment.name.dropFirst(prefix.count))
            guard let (full, form) = try find(name), form == .boolean || form == .optionalValue else { continue }
            return ResolvedOption(name: full, value: value, origin: assignment.origin)
        }
        let kind = assignment.value == nil ? "unknown option '--\(assignment.text)'" : "unknown variable '\(assignment.quoted)'"
        guard assignment.isLoose else { throw OptionError("\(kind) (\(assignment.origin))") }
        warnings.append("\(kind) (\(assignment.origin)); ignored")
        return nil
    }

    private mutating func resolve(
        _ assignment: OptionAssignment, name: String
    ) throws(OptionError) -> ResolvedOption? {
        guard let (full, form) = try find(name) else { return nil }
        if full != name {
            warnings.append("option '\(name)' (\(assignment.origin)) is taken for '\(full)': write it in full")
        }
        if form == .value && assignment.value == nil {
            throw OptionError("option '--\(assignment.text)' requires an argument (\(assignment.origin))")
        }
        let value = form == .boolean ? assignment.value ?? "ON" : assignment.value
        return ResolvedOption(name: full, value: value, origin: assignment.origin)
    }

    /// The option of this name, or the only one that begins so.
    private func find(_ name: String) throws(OptionError) -> (String, OptionForm)? {
        if let form = catalog.form(of: name) { return (name, form) }
        guard name.count >= 3 else { return nil }
        let candidates = catalog.optionNames.filter { $0.hasPrefix(name) }
        if candidates.count > 1 {
            throw OptionError("ambiguous option '--\(name)' (\(candidates.sorted().prefix(3).joined(separator: ", ")), ...)")
        }
        guard let only = candidates.first, let form = catalog.form(of: only) else { return nil }
        return (only, form)
    }
}
