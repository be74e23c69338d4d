import COpenSSL

/// An OpenSSL memory buffer, for PEM texts.
final class MemoryBIO {
    let handle: OpaquePointer

    init() throws(CryptographyError) {
        guard let handle = BIO_new(BIO_s_mem()) else { throw .openSSL("no memory") }
        self.handle = handle
    }

    convenience init(_ bytes: [UInt8]) throws(CryptographyError) {
        try self.init()
        guard bytes.count <= 1 << 20, BIO_write(handle, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw .openSSL("no memory")
        }
    }

    deinit {
        BIO_free(handle)
    }

    /// Takes everything out.
    func readAll() -> [UInt8] {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = BIO_read(handle, &chunk, Int32(chunk.count))
            if count <= 0 { return output }
            output += chunk[..<Int(count)]
        }
    }
}
