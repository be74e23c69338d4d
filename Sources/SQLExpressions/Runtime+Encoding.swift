import COpenSSL
import CSQLite
import CZlib
import Glibc
import MySQLProtocol
import MySQLTypes
import Platform

extension FunctionRegistrar {
    package func addEncodingFunctions() {
        strict("m_hex") { call in
            if call.isFarTooLong(2 * call.bytes(0).count, "hex") { return call.returnNull() }
            var text: [UInt8] = []
            text.reserveCapacity(2 * call.bytes(0).count)
            guard call.inPieces(of: call.bytes(0), { text.append(contentsOf: LiteralValue.hex(Array($0)).utf8) }) else { return }
            call.return(text: text)
        }
        strict("m_hexnum") { call in call.return(text: String(call.bits(0), radix: 16, uppercase: true)) }
        strict("m_unhex") { call in
            guard let bytes = Self.unhex(call.bytes(0)) else {
                call.context.warn(SQLError(.wrongValueForType, "string", call.string(0), "unhex"))
                return call.returnNull()
            }
            call.return(blob: bytes)
        }
        strict("m_conv") { call throws(SQLError) in try Self.conv(call) }
        strict("m_to_base64") { call in
            let size = (call.bytes(0).count + 2) / 3 * 4
            if call.isTooLong(size + size / 76, "to_base64") { return call.returnNull() }
            let bytes = call.bytes(0)
            var text: [UInt8] = []
            text.reserveCapacity(size + size / 76)
            // Whole lines at a time.
            for start in stride(from: 0, to: bytes.count, by: 57 * 1024) {
                let piece = UnsafeBufferPointer(rebasing: bytes[start..<min(start + 57 * 1024, bytes.count)])
                if start > 0 { text.append(10) }
                text.append(contentsOf: Base64.encode(piece, lineLength: 76))
                if call.context.tick(piece.count) { return }
            }
            call.return(text: text)
        }
        strict("m_from_base64") { call in
            guard let bytes = Base64.decode(call.bytes(0)) else { return call.returnNull() }
            call.return(blob: bytes)
        }
        strict("m_crc32") { call in
            let bytes = call.bytes(0)
            call.return(Int64(crc32(0, bytes.baseAddress, UInt32(truncatingIfNeeded: bytes.count))))
        }
        addDigests()
        addCompression()
        addUUIDs()
        strict("m_load_file") { call throws(SQLError) in
            guard let bytes = try call.context.loadFile(Array(call.bytes(0))) else { return call.returnNull() }
            call.return(blob: bytes)
        }
        strict("m_weight_string") { call in
            var key: [UInt8] = []
            if let collation = call.collation(1) {
                // As MySQL reckons the longest key.
                if call.isTooLong(16 * call.bytes(0).count, "weight_string") { return call.returnNull() }
                collation.appendWeights(of: call.bytes(0), to: &key)
            } else {
                key = Array(call.bytes(0))
            }
            call.return(blob: key)
        }
        strict("m_sortkey") { call in
            var key: [UInt8] = []
            if let collation = call.collation(1) { collation.appendSortKey(of: call.bytes(0), to: &key) }
            call.return(blob: key)
        }
        // All arguments as one BLOB, equal for equal arguments.
        add("m_key") { call in
            var key: [UInt8] = []
            for index in 0..<call.count { Self.appendKey(call, index, to: &key) }
            call.return(blob: key)
        }
        // The same, NULL when one of them is: for COUNT(DISTINCT a, b).
        strict("m_strict_key") { call in
            var key: [UInt8] = []
            for index in 0..<call.count { Self.appendKey(call, index, to: &key) }
            call.return(blob: key)
        }
    }

    package static func appendKey(_ call: SQLiteCall, _ index: Int, to key: inout [UInt8]) {
        let type = sqlite3_value_type(call.values[index])
        key.append(UInt8(type))
        switch type {
        case SQLITE_NULL: break
        case SQLITE_INTEGER: withUnsafeBytes(of: call.int64(index)) { key.append(contentsOf: $0) }
        case SQLITE_FLOAT: withUnsafeBytes(of: call.real(index)) { key.append(contentsOf: $0) }
        default:
            let bytes = call.bytes(index)
            withUnsafeBytes(of: bytes.count) { key.append(contentsOf: $0) }
            key.append(contentsOf: bytes)
        }
    }

    package static func unhex(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        func value(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 2 + 1)
        var index = 0
        if text.count % 2 == 1 {
            guard let low = value(text[0]) else { return nil }
            result.append(low)
            index = 1
        }
        while index < text.count {
            guard let high = value(text[index]), let low = value(text[index + 1]) else { return nil }
            result.append(high << 4 | low)
            index += 2
        }
        return result
    }

    /// CONV(number, from, to): a negative base is signed.
    private static func conv(_ call: SQLiteCall) throws(SQLError) {
        let from = Int(max(-100, min(call.wide(1), 100)))
        let to = Int(max(-100, min(call.wide(2), 100)))
        guard abs(from) >= 2, abs(from) <= 36, abs(to) >= 2, abs(to) <= 36 else { return call.returnNull() }
        let base = UInt64(abs(from))
        var value: UInt64 = 0
        var isNegative = false
        if !call.isText(0) && from == 10 {
            let wide = call.wide(0)
            isNegative = wide < 0
            value = UInt64(truncatingIfNeeded: wide < 0 ? -wide : wide)
        } else {
            let text = call.bytes(0)
            if text.isEmpty { return call.returnNull() }
            var index = 0
            while index < text.count && text[index] == 0x20 { index += 1 }
            if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
                isNegative = text[index] == UInt8(ascii: "-")
                index += 1
            }
            let first = index
            var overflow = false
            while index < text.count {
                let byte = text[index]
                let digit: UInt64
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
                case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = UInt64(byte - UInt8(ascii: "a")) + 10
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = UInt64(byte - UInt8(ascii: "A")) + 10
                default: digit = 99
                }
                if digit >= base { break }
                let (product, overflow1) = value.multipliedReportingOverflow(by: base)
                let (sum, overflow2) = product.addingReportingOverflow(digit)
                overflow = overflow || overflow1 || overflow2
                value = overflow ? .max : sum
                index += 1
                if call.context.tick() { return }
            }
            if index < text.count || index == first || overflow {
                call.context.warn(SQLError(.truncatedWrongValue, "DECIMAL", call.string(0)))
            }
        }
        if to > 0 {
            let bits = isNegative ? UInt64(0) &- value : value
            call.return(text: String(bits, radix: to, uppercase: true))
        } else {
            let bits = isNegative ? UInt64(0) &- value : value
            call.return(text: String(Int64(bitPattern: bits), radix: -to, uppercase: true))
        }
    }

    private func addDigests() {
        strict("m_sha2") { call in
            let algorithm: OpaquePointer?
            switch call.wide(1) {
            case 0, 256: algorithm = EVP_sha256()
            case 224: algorithm = EVP_sha224()
            case 384: algorithm = EVP_sha384()
            case 512: algorithm = EVP_sha512()
            default:
                call.context.warn(SQLError(.wrongParametersToNativeFct, "sha2"))
                return call.returnNull()
            }
            let bytes = call.bytes(0)
            var digest = [UInt8](repeating: 0, count: 64)
            var length: UInt32 = 0
            guard EVP_Digest(bytes.baseAddress, bytes.count, &digest, &length, algorithm, nil) == 1 else {
                return call.returnNull()
            }
            call.return(text: LiteralValue.hex(Array(digest[0..<Int(length)])).lowercased())
        }
        add("m_aes_encrypt") { call in Self.aes(call, encrypts: true) }
        add("m_aes_decrypt") { call in Self.aes(call, encrypts: false) }
        strict("m_random_bytes") { call throws(SQLError) in
            let count = call.wide(0)
            guard count >= 1 && count <= 1024 else { throw SQLError(.dataOutOfRange, "length", "random_bytes") }
            var generator = SystemRandomNumberGenerator()
            call.return(blob: (0..<Int(count)).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }

    /// AES_ENCRYPT and AES_DECRYPT with `block_encryption_mode`.
    private static func aes(_ call: SQLiteCall, encrypts: Bool) {
        if call.isNull(0) || call.isNull(1) { return call.returnNull() }
        let parts = call.context.blockEncryptionMode.lowercased().split(separator: "-")
        let bits = parts.count > 1 ? Int(parts[1]) ?? 128 : 128
        let isCBC = parts.last == "cbc"
        let cipher: OpaquePointer?
        switch (bits, isCBC) {
        case (128, false): cipher = EVP_aes_128_ecb()
        case (192, false): cipher = EVP_aes_192_ecb()
        case (256, false): cipher = EVP_aes_256_ecb()
        case (128, true): cipher = EVP_aes_128_cbc()
        case (192, true): cipher = EVP_aes_192_cbc()
        default: cipher = EVP_aes_256_cbc()
        }
        // The key is folded onto the cipher's key length.
        var key = [UInt8](repeating: 0, count: bits / 8)
        for (index, byte) in call.bytes(1).enumerated() { key[index % key.count] ^= byte }
        var vector = [UInt8](repeating: 0, count: 16)
        if isCBC {
            guard call.count > 2, !call.isNull(2), call.bytes(2).count >= 16 else { return call.returnNull() }
            vector = Array(call.bytes(2).prefix(16))
        }
        guard let state = EVP_CIPHER_CTX_new() else { return call.returnNull() }
        defer { EVP_CIPHER_CTX_free(state) }
        guard EVP_CipherInit_ex(state, cipher, nil, key, vector, encrypts ? 1 : 0) == 1 else {
            return call.returnNull()
        }
        let input = call.bytes(0)
        var output = [UInt8](repeating: 0, count: input.count + 32)
        var first: Int32 = 0
        var last: Int32 = 0
        let isDone: Bool = output.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            return EVP_CipherUpdate(state, base, &first, input.baseAddress, Int32(truncatingIfNeeded: input.count)) == 1
                && EVP_CipherFinal_ex(state, base + Int(first), &last) == 1
        }
        guard isDone else { return call.returnNull() }
        call.return(blob: Array(output[0..<Int(first + last)]))
    }

    private func addCompression() {
        strict("m_compress") { call in
            let bytes = call.bytes(0)
            if bytes.isEmpty { return call.return(blob: []) }
            var length = compressBound(UInt(bytes.count))
            var output = [UInt8](repeating: 0, count: Int(length))
            guard CZlib.compress(&output, &length, bytes.baseAddress, UInt(bytes.count)) == Z_OK else {
                return call.returnNull()
            }
            var result = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
            result.append(contentsOf: output[0..<Int(length)])
            if result.last == 0x20 { result.append(UInt8(ascii: ".")) }
            call.return(blob: result)
        }
        strict("m_uncompress") { call in
            let bytes = call.bytes(0)
            if bytes.isEmpty { return call.return(blob: []) }
            func fail() {
                call.context.warn(SQLError(.zlibZDataError))
                call.returnNull()
            }
            guard bytes.count > 4 else { return fail() }
            let size = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) } & 0x3FFF_FFFF
            guard size <= call.context.maxAllowedPacket else {
                call.context.warn(SQLError(.tooBigForUncompress, String(call.context.maxAllowedPacket)))
                return call.returnNull()
            }
            var output = [UInt8](repeating: 0, count: max(size, 1))
            var length = UInt(size)
            guard let base = bytes.baseAddress,
                CZlib.uncompress(&output, &length, base + 4, UInt(bytes.count - 4)) == Z_OK
            else { return fail() }
            call.return(blob: Array(output[0..<Int(length)]))
        }
        strict("m_uncompressed_length") { call in
            let bytes = call.bytes(0)
            if bytes.count <= 4 { return call.return(0) }
            call.return((0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) } & 0x3FFF_FFFF)
        }
    }

    private func addUUIDs() {
        add("m_uuid") { call in
            call.return(text: call.context.nextUUID().description)
        }
        add("m_uuid_short") { call in call.return(unsigned: call.context.nextShortUUID()) }
        strict("m_is_uuid") { call in call.return(UUID(call.string(0)) != nil) }
        strict("m_uuid_to_bin") { call throws(SQLError) in
            guard let uuid = UUID(call.string(0)) else {
                throw SQLError(.wrongValueForType, "string", call.string(0), "uuid_to_bin")
            }
            let bytes = uuid.bytes
            guard call.count > 1 && call.int(1) != 0 else { return call.return(blob: bytes) }
            call.return(blob: Array(bytes[6..<8] + bytes[4..<6] + bytes[0..<4] + bytes[8...]))
        }
        strict("m_bin_to_uuid") { call throws(SQLError) in
            var bytes = Array(call.bytes(0))
            guard bytes.count == 16 else {
                throw SQLError(.wrongValueForType, "string", call.string(0), "bin_to_uuid")
            }
            if call.count > 1 && call.int(1) != 0 {
                bytes = Array(bytes[4..<8] + bytes[2..<4] + bytes[0..<2] + bytes[8...])
            }
            call.return(text: UUID(bytes: bytes)?.description ?? "")
        }
    }
}

extension ExpressionContext {
    /// A version 1 UUID: time, sequence and node.
    package func nextUUID() -> UUID {
        let now = UInt64(bitPattern: WallClock.microseconds()) &* 10 &+ 0x01B2_1DD2_1381_4000
        lastUUIDTime = max(now, lastUUIDTime &+ 1)
        let time = lastUUIDTime
        let high = time << 32 | (time >> 32 & 0xFFFF) << 16 | 0x1000 | time >> 48 & 0x0FFF
        return UUID(high: high, low: uuidNode)
    }

    package func nextShortUUID() -> UInt64 {
        if shortUUID == 0 {
            shortUUID = UInt64(serverID & 255) << 56 | (UInt64(bitPattern: WallClock.microseconds()) / 1_000_000) << 24
        }
        shortUUID &+= 1
        return shortUUID
    }
}

/// Base64 as MySQL reads and writes it.
package enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: UnsafeBufferPointer<UInt8>, lineLength: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 4 / 3 + 4)
        var index = 0
        var column = 0
        while index < bytes.count {
            if lineLength > 0 && column == lineLength {
                result.append(10)
                column = 0
            }
            let left = bytes.count - index
            let value =
                Int(bytes[index]) << 16 | (left > 1 ? Int(bytes[index + 1]) << 8 : 0)
                | (left > 2 ? Int(bytes[index + 2]) : 0)
            result.append(digits[value >> 18])
            result.append(digits[value >> 12 & 63])
            result.append(left > 1 ? digits[value >> 6 & 63] : UInt8(ascii: "="))
            result.append(left > 2 ? digits[value & 63] : UInt8(ascii: "="))
            index += 3
            column += 4
        }
        return result
    }

    package static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var value = 0
        var count = 0
        var padding = 0
        for byte in text {
            if byte == 0x20 || byte >= 9 && byte <= 13 { continue }
            if byte == UInt8(ascii: "=") {
                padding += 1
                count += 1
                value <<= 6
            } else {
                guard padding == 0, let digit = digits.firstIndex(of: byte) else { return nil }
                value = value << 6 | digit
                count += 1
            }
            if count == 4 {
                guard padding < 3 else { return nil }
                let three = [
                    UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
                    UInt8(truncatingIfNeeded: value),
                ]
                result.append(contentsOf: three.prefix(3 - padding))
                value = 0
                count = 0
            }
        }
        return count == 0 ? result : nil
    }
}
