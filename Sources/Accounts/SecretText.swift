import MySQLParser

/// Statements as others see them: passwords are `<secret>` (the manual, "Passwords and Logging").
///
/// An account statement is printed again as MySQL rewrites it. In other texts, and in those that are cut off or not SQL, the
/// literals that stand where a password does are replaced.
package enum SecretText {
    package static func redacted(_ text: String, currentAccount: AuthorizationID) -> String {
        let bytes = Array(text.utf8)
        guard mayHoldSecret(bytes) else { return text }
        if let statement = try? SQLParser.parse(bytes, from: 0, options: ParserOptions()).statement {
            switch statement {
            case .createUser, .alterUser, .setPassword:
                return AccountStatementPrinter(currentAccount: currentAccount).text(of: statement) ?? replaced(bytes)
            default: break
            }
        }
        return replaced(bytes)
    }

    private static func mayHoldSecret(_ bytes: [UInt8]) -> Bool {
        let words = [Array("password".utf8), Array("identified".utf8)]
        for place in bytes.indices {
            let letter = bytes[place] | 0x20
            for word in words where letter == word[0] && place + word.count <= bytes.count {
                if word.indices.allSatisfy({ bytes[place + $0] | 0x20 == word[$0] }) { return true }
            }
        }
        return false
    }

    private static let secret = Array("<secret>".utf8)

    /// The text with literals replaced that follow BY, PASSWORD, SOURCE_PASSWORD and the like, REPLACE, the `=` of SET
    /// PASSWORD, and the FROM of PREPARE.
    private static func replaced(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var place = 0
        // The words of the present statement, and whether a sign stands after the last.
        var words: [String] = []
        var followsEqual = false
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                let end = endOfQuoted(bytes, place)
                let before = words.last ?? ""
                let setsPassword = words.starts(with: ["SET", "PASSWORD"]) && followsEqual
                let isSecret = before == "BY" || before == "REPLACE" || before.hasSuffix("PASSWORD") || setsPassword
                    || (words.first == "PREPARE" && before == "FROM")
                // SET PASSWORD FOR 'user': the account is none.
                result += isSecret ? secret : Array(bytes[place..<end])
                words.append("")
                followsEqual = false
                place = end
            case UInt8(ascii: "`"):
                let end = endOfQuoted(bytes, place)
                result += bytes[place..<end]
                words.append("")
                followsEqual = false
                place = end
            case UInt8(ascii: ";"):
                result.append(byte)
                words = []
                place += 1
            case _ where isLetter(byte):
                var end = place
                while end < bytes.count, isLetter(bytes[end]) { end += 1 }
                result += bytes[place..<end]
                words.append(String(decoding: bytes[place..<end], as: UTF8.self).uppercased())
                followsEqual = false
                place = end
            default:
                if byte == UInt8(ascii: "=") { followsEqual = true }
                result.append(byte)
                place += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Behind the closing quote; the end of a text that was cut off.
    private static func endOfQuoted(_ bytes: [UInt8], _ start: Int) -> Int {
        let quote = bytes[start]
        var place = start + 1
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                place += 2
            } else if bytes[place] == quote {
                guard place + 1 < bytes.count, bytes[place + 1] == quote else { return place + 1 }
                place += 2
            } else {
                place += 1
            }
        }
        return bytes.count
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_") || byte >= 0x80
            || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }
}
