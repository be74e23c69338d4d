import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

extension FunctionRegistrar {
    package func addNetworkFunctions() {
        strict("m_inet_aton") { call throws(SQLError) in
            guard let value = Self.ipv4Number(call.bytes(0)) else {
                try Coercion.fail(call.context, SQLError(.wrongValueForType, "string", call.string(0), "inet_aton"))
                return call.returnNull()
            }
            call.return(Int64(value))
        }
        strict("m_inet_ntoa") { call throws(SQLError) in
            let value = call.wide(0)
            guard value >= 0, value <= 0xFFFF_FFFF else {
                try Coercion.fail(call.context, SQLError(.wrongValueForType, "integer", String(value), "inet_ntoa"))
                return call.returnNull()
            }
            call.return(text: (0..<4).map { String(Int(value) >> (24 - 8 * $0) & 255) }.joined(separator: "."))
        }
        strict("m_inet6_aton") { call throws(SQLError) in
            guard let bytes = Self.address(call.string(0)) else {
                try Coercion.fail(call.context, SQLError(.wrongValueForType, "string", call.string(0), "inet6_aton"))
                return call.returnNull()
            }
            call.return(blob: bytes)
        }
        strict("m_inet6_ntoa") { call throws(SQLError) in
            let bytes = Array(call.bytes(0))
            guard bytes.count == 4 || bytes.count == 16, call.isBlob(0) else {
                try Coercion.fail(call.context, SQLError(.wrongValueForType, "string", LiteralValue.hex(bytes), "inet6_ntoa"))
                return call.returnNull()
            }
            var buffer = [CChar](repeating: 0, count: 64)
            guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &buffer, 64) != nil else {
                return call.returnNull()
            }
            call.return(text: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
        }
        add("m_is_ipv4") { call in call.return(!call.isNull(0) && Self.isDottedQuad(call.string(0))) }
        add("m_is_ipv6") { call in call.return(!call.isNull(0) && Self.address(call.string(0))?.count == 16) }
        strict("m_is_ipv4_compat") { call in
            let bytes = call.bytes(0)
            call.return(
                bytes.count == 16 && bytes.prefix(12).allSatisfy { $0 == 0 }
                    && bytes.suffix(4).reduce(0) { $0 << 8 | Int($1) } > 1)
        }
        strict("m_is_ipv4_mapped") { call in
            let bytes = call.bytes(0)
            call.return(
                bytes.count == 16 && bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255)
        }
        strict("m_format_bytes") { call in
            let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
            var value = call.real(0)
            var unit = 0
            while value.magnitude >= 1024 && unit < 6 {
                value /= 1024
                unit += 1
            }
            call.return(text: (unit == 0 ? RealText.padded(whole: value, width: 4) : scaled(value)) + " " + units[unit])
        }
        strict("m_format_pico_time") { call in
            let value = call.real(0)
            let magnitude = value.magnitude
            let units: [(Double, String)] = [
                (86_400e12, "d"), (3_600e12, "h"), (60e12, "min"), (1e12, "s"), (1e9, "ms"), (1e6, "us"), (1e3, "ns"),
            ]
            guard let (scale, name) = units.first(where: { magnitude >= $0.0 }) else {
                return call.return(text: RealText.padded(whole: value, width: 3) + " ps")
            }
            call.return(text: scaled(value / scale) + " " + name)
        }
        func scaled(_ value: Double) -> String {
            value.magnitude >= 100_000 ? RealText.scientific(value, decimals: 2, width: 4) : RealText.padded(value, decimals: 2, width: 4)
        }
    }

    /// `1.2.3.4`, also with fewer parts.
    private static func ipv4Number(_ text: UnsafeBufferPointer<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        var part: UInt64 = 0
        var dots = 0
        var hasDigit = false
        for byte in text {
            if byte >= 48 && byte <= 57 {
                part = part * 10 + UInt64(byte - 48)
                hasDigit = true
                if part > 255 { return nil }
            } else if byte == UInt8(ascii: "."), hasDigit {
                dots += 1
                value = value << 8 | part
                part = 0
                hasDigit = false
            } else {
                return nil
            }
        }
        guard hasDigit, dots <= 3 else { return nil }
        // 127.1 is 127.0.0.1
        if dots > 0 && dots < 3 { value <<= UInt64(8 * (3 - dots)) }
        return value << 8 | part
    }

    private static func isDottedQuad(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.count >= 1 && part.utf8.count <= 3 && part.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
                    && Int(part) ?? 256 < 256
            }
    }

    private static func address(_ text: String) -> [UInt8]? {
        if isDottedQuad(text) { return text.split(separator: ".").compactMap { UInt8($0) } }
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }
}
