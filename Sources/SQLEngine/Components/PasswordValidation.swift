import Platform

/// `component_validate_password`: what a new password must be like.
struct PasswordValidation {
    enum Policy: Int, Comparable {
        case low, medium, strong

        static func < (left: Policy, right: Policy) -> Bool { left.rawValue < right.rawValue }
    }

    static let prefix = Component.validatePassword.variablePrefix

    var policy = Policy.medium
    var length = 8
    var mixedCaseCount = 1
    var numberCount = 1
    var specialCharacterCount = 1
    var checksUserName = true
    /// Words that no strong password holds, in lower case.
    var dictionary: Set<String> = []

    private static let shortestWord = 4
    private static let longestWord = 100

    /// nil while the component is not installed.
    init?(_ server: ServerContext) {
        guard server.components.isInstalled(.validatePassword) else { return nil }
        let globals = server.globals
        func number(_ name: String) -> Int { Int(clamping: globals.number(Self.prefix + name)) }
        switch globals.text(Self.prefix + "policy") {
        case "LOW": policy = .low
        case "STRONG": policy = .strong
        default: policy = .medium
        }
        length = number("length")
        mixedCaseCount = number("mixed_case_count")
        numberCount = number("number_count")
        specialCharacterCount = number("special_char_count")
        checksUserName = globals.isOn(Self.prefix + "check_user_name")
        dictionary = server.passwordDictionary.words
    }

    init() {}

    /// Whether the password may be taken by a session of these users.
    func allows(_ password: [UInt8], users: [String]) -> Bool {
        satisfies(policy, password) && !isUserName(password, users)
    }

    /// VALIDATE_PASSWORD_STRENGTH().
    func strength(_ password: [UInt8], users: [String]) -> Int64 {
        let count = String(decoding: password, as: UTF8.self).unicodeScalars.count
        if isUserName(password, users) || count < Self.shortestWord { return 0 }
        if !satisfies(.low, password) { return 25 }
        if !satisfies(.medium, password) { return 50 }
        return satisfies(.strong, password) ? 100 : 75
    }

    private func satisfies(_ policy: Policy, _ password: [UInt8]) -> Bool {
        let text = String(decoding: password, as: UTF8.self)
        var (count, lower, upper, digits, special) = (0, 0, 0, 0, 0)
        for scalar in text.unicodeScalars {
            count += 1
            switch scalar {
            case "a"..."z": lower += 1
            case "A"..."Z": upper += 1
            case "0"..."9": digits += 1
            default: special += 1
            }
        }
        guard count >= length else { return false }
        if policy == .low { return true }
        guard lower >= mixedCaseCount, upper >= mixedCaseCount, digits >= numberCount, special >= specialCharacterCount else {
            return false
        }
        return policy == .medium || !holdsWord(text)
    }

    private func holdsWord(_ text: String) -> Bool {
        guard !dictionary.isEmpty else { return false }
        let characters = Array(text.lowercased().unicodeScalars.prefix(Self.longestWord))
        guard characters.count >= Self.shortestWord else { return false }
        for start in 0...(characters.count - Self.shortestWord) {
            for end in (start + Self.shortestWord)...characters.count {
                var word = String.UnicodeScalarView()
                word.append(contentsOf: characters[start..<end])
                if dictionary.contains(String(word)) { return true }
            }
        }
        return false
    }

    /// A user's name, forwards or backwards.
    private func isUserName(_ password: [UInt8], _ users: [String]) -> Bool {
        guard checksUserName, !password.isEmpty else { return false }
        return users.contains { user in
            let name = Array(user.utf8)
            return name == password || name.reversed() == password
        }
    }
}

/// `validate_password.dictionary_file`: one word a line, read when the variable is set. Any thread.
/// Safe: what changes is guarded by `lock`.
public final class PasswordDictionary: @unchecked Sendable {
    private static let maximumFileBytes = 1 << 20

    private let lock = Lock()
    private var known: Set<String> = []
    private var lastParsed = WallClock.microseconds()

    var words: Set<String> { lock.withLock { known } }
    /// When the words were read, in microseconds since 1970.
    var parsedAt: Int64 { lock.withLock { lastParsed } }

    private func set(_ words: Set<String>) {
        let now = WallClock.microseconds()
        lock.withLock {
            known = words
            lastParsed = now
        }
    }

    /// A file that cannot be read is an empty one; why is in the error log.
    func load(_ path: String) {
        guard !path.isEmpty else { return set([]) }
        guard let bytes = try? File.contents(of: path, maximumBytes: Self.maximumFileBytes) else {
            ErrorLog.shared.log(.warning, code: 11_308, "Dictionary file '\(path)' not loaded.")
            return set([])
        }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: { $0 == "\n" || $0 == "\r\n" })
            .filter { (4...100).contains($0.unicodeScalars.count) }.map { $0.lowercased() }
        set(Set(words))
    }
}
