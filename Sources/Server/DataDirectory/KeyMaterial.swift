import Cryptography
import Network
import Platform

/// The server's TLS context and its RSA pair for passwords.
///
/// What a fresh data directory lacks takes a second of CPU to make: a thread of its own does so when a client needs it, or
/// a little after the start at low priority, so that neither the start nor a group that forms waits for it.
///
/// Safe: everything that changes is guarded by `lock`.
public final class KeyMaterial: @unchecked Sendable {
    /// How long the making of keys leaves the CPU to a server that starts.
    private static let delay = Duration.seconds(3)

    private let lock = Lock()
    private let changed = Condition()
    /// Somebody waits for the RSA pair, or for the TLS context.
    private var isPasswordKeyDemanded = false
    private var isTLSDemanded = false
    /// The server ends: what is not begun is not made.
    private var isStopping = false
    private var isTLSSettled = false
    private var isPasswordKeySettled = false
    private var context: TLSContext?
    private var key: RSAKey?
    private var maker: Thread?

    /// Finished material.
    public init(tls: TLSContext? = nil, passwordKey: RSAKey? = nil) {
        isTLSSettled = true
        isPasswordKeySettled = true
        context = tls
        key = passwordKey
    }

    /// Reads the files of a data directory, and begins to make what is missing.
    ///
    /// `configuration` is what the server's TLS context is made of; certificates are made only where it names files of the
    /// data directory that none of the options set (`makesCertificates`).
    public init(
        directory: String, version: String, makesCertificates: Bool, makesPasswordKey: Bool,
        configuration: TLSConfiguration
    ) {
        let lacksCertificates = makesCertificates && ServerKeyFiles.lacksCertificates(directory: directory)
        if !lacksCertificates { settleTLS(configuration) }
        readPasswordKey(directory, generate: false)
        let lacksKey = makesPasswordKey && lock.withLock { key == nil }
        guard lacksCertificates || lacksKey else {
            isPasswordKeySettled = true
            return
        }
        let make: @Sendable () -> Void = { [self] in
            if !awaitDemand() { Thread.setNice(10) }
            // Who waits for nothing but TLS does not wait for the passwords' pair, nor the other way round.
            let makesTLSFirst = lacksCertificates && lock.withLock { isTLSDemanded && !isPasswordKeyDemanded }
            let makeKey = { [self] in
                readPasswordKey(directory, generate: makesPasswordKey && !lock.withLock { isStopping })
                settle { isPasswordKeySettled = true }
            }
            if !makesTLSFirst { makeKey() }
            defer { if makesTLSFirst { makeKey() } }
            guard lacksCertificates, !lock.withLock({ isStopping }) else { return settle { isTLSSettled = true } }
            if !lock.withLock({ isTLSDemanded }) { Thread.setNice(10) }
            do throws(CryptographyError) {
                if try ServerKeyFiles.makeCertificates(directory: directory, version: version) {
                    ErrorLog.shared.log(.note, code: 10_307, "Auto generated SSL certificates are placed in data directory.")
                }
            } catch {
                ErrorLog.shared.log(.warning, code: 10_309, "Auto-generation of SSL certificates failed: \(error)")
            }
            settleTLS(configuration)
        }
        maker = Thread.start(name: "keys", make)
        if maker == nil { make() }
    }

    /// Ends the making of keys, and waits until nobody is at it: the process must not end under a thread that is within
    /// OpenSSL, nor a directory be removed that one writes into.
    public func stop() {
        settle { isStopping = true }
        maker?.join()
    }

    /// Waits until somebody needs what is to be made, or the delay is over; returns whether somebody does.
    private func awaitDemand() -> Bool {
        let deadline = MonotonicTime.now() + Self.delay
        return lock.withLock {
            while !isPasswordKeyDemanded && !isTLSDemanded && !isStopping {
                if !changed.wait(lock, until: deadline) { return false }
            }
            return true
        }
    }

    private func settle(_ change: () -> Void) {
        lock.withLock {
            change()
            changed.broadcast()
        }
    }

    private func settleTLS(_ configuration: TLSConfiguration) {
        var made: TLSContext?
        do throws(NetworkError) {
            made = try TLSContext.server(configuration)
        } catch {
            ErrorLog.shared.log(
                .warning, code: 10_069, "Failed to set up SSL because of the following SSL library error: \(error)")
        }
        settle {
            context = made
            isTLSSettled = true
        }
    }

    private func readPasswordKey(_ directory: String, generate: Bool) {
        do throws(CryptographyError) {
            let read = try ServerKeyFiles.passwordKey(directory: directory, generate: generate)
            settle { if read != nil { key = read } }
        } catch {
            ErrorLog.shared.log(.warning, code: 11_286, "The RSA key pair for passwords cannot be used: \(error)")
        }
    }

    // MARK: Any thread

    /// Whether clients are offered TLS: there is a context, or there will be one.
    public var offersTLS: Bool { lock.withLock { context != nil || !isTLSSettled } }

    /// The TLS context; waits while it is being made. Nil when there is none.
    public func tlsContext() -> TLSContext? {
        lock.withLock {
            if !isTLSSettled {
                isTLSDemanded = true
                changed.broadcast()
            }
            while !isTLSSettled { changed.wait(lock) }
            return context
        }
    }

    /// The RSA pair; waits while it is being made. Nil when there is none.
    @Sendable public func passwordKey() -> RSAKey? {
        lock.withLock {
            if !isPasswordKeySettled {
                isPasswordKeyDemanded = true
                changed.broadcast()
            }
            while !isPasswordKeySettled { changed.wait(lock) }
            return key
        }
    }

    /// A new context from changed options (`ALTER INSTANCE RELOAD TLS`). When that fails the old one stays, or with
    /// `rollsBack` off there is none any more.
    public func reload(_ configuration: TLSConfiguration, rollsBack: Bool = true) throws(TLSContext.SetupFailure) {
        // What is still being made comes first.
        _ = tlsContext()
        do throws(TLSContext.SetupFailure) {
            let made = try TLSContext.makeServer(configuration)
            settle { context = made }
        } catch {
            if !rollsBack { settle { context = nil } }
            throw error
        }
    }

    /// Waits until nothing is being made any more.
    public func wait() {
        _ = passwordKey()
        _ = tlsContext()
    }
}
