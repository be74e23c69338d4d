import Cryptography

/// mysql_native_password: SHA-1 of SHA-1 is stored as `*` and 40 hexadecimal digits.
enum NativePassword {
    static func stored(_ password: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var text = [UInt8(ascii: "*")]
        for byte in Digest.sha1.hash(Digest.sha1.hash(password)) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// The 20 bytes in a stored text; nil when it is not one.
    static func digest(stored text: [UInt8]) -> [UInt8]? {
        guard text.count == 41, text[0] == UInt8(ascii: "*") else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 1, to: 41, by: 2) {
            guard let high = hexadecimal(text[index]), let low = hexadecimal(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func hexadecimal(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    static func response(password: [UInt8], challenge: [UInt8]) -> [UInt8] {
        let once = Digest.sha1.hash(password)
        return exclusiveOr(once, Digest.sha1.hash(challenge + Digest.sha1.hash(once)))
    }

    static func verify(response: [UInt8], challenge: [UInt8], stored text: [UInt8]) -> Bool {
        guard let digest = digest(stored: text), response.count == digest.count else { return false }
        let once = exclusiveOr(response, Digest.sha1.hash(challenge + digest))
        return constantTimeEquals(Digest.sha1.hash(once), digest)
    }
}
