import Platform

/// A session's one growing output buffer: frames packets in place, numbers them, splits those over 16 MB, and hands the
/// bytes to its sink when they pass ``flushThreshold`` or on ``flush()``.
///
/// Owned by one thread. A failed sink makes the writer broken: what follows is dropped, and ``throwIfBroken()`` says so.
public final class PacketWriter {
    /// Where the bytes go: a socket's write, an array in tests. Throws when the peer is gone.
    public typealias Sink = (UnsafeRawBufferPointer) throws(SQLError) -> Void

    /// Bytes gathered before they are handed to the sink unasked.
    public static let flushThreshold = 64 * 1024
    /// The most that one physical packet carries.
    public static let maximumPayload = 0xFF_FFFF
    /// The most that one logical packet may hold: MySQL's upper limit of max_allowed_packet.
    public static let maximumLogicalPayload = 1 << 30
    /// Storage kept between statements; a bigger buffer is given back.
    private static let retainedCapacity = 1 << 20

    /// The number of the next packet; a command's first answer has the command's number + 1.
    public var sequence: UInt8 = 0
    /// What the sink threw; nothing is written after it.
    public private(set) var failure: SQLError?
    /// Payload and header bytes handed to the sink so far (status variable Bytes_sent).
    public private(set) var bytesSent: UInt64 = 0

    private var storage: UnsafeMutableRawPointer
    private var capacity: Int
    private var count = 0
    /// Where the packet being written began: its header's first byte.
    private var packetStart = -1
    private let sink: Sink

    public init(sink: @escaping Sink) {
        capacity = 16 * 1024
        storage = .allocate(byteCount: capacity, alignment: 16)
        self.sink = sink
    }

    deinit {
        storage.deallocate()
    }

    public var isBroken: Bool { failure != nil }

    /// Bytes of the packet being written so far, without its header.
    public var payloadCount: Int { packetStart < 0 ? 0 : count - packetStart - 4 }

    // MARK: Packets

    /// The packet being written has more than any may; what came after that is missing. To be abandoned.
    public private(set) var isTooLarge = false

    /// Begins a packet. One left unfinished is dropped.
    public func beginPacket() {
        isTooLarge = false
        if packetStart >= 0 { count = packetStart }
        packetStart = count
        reserve(4)
        count += 4
    }

    /// Drops the packet being written.
    public func abandonPacket() {
        guard packetStart >= 0 else { return }
        count = packetStart
        packetStart = -1
    }

    /// Finishes the packet: fills its header in, splits it where it is too long for one.
    public func endPacket() {
        guard packetStart >= 0 else { return }
        let payload = count - packetStart - 4
        if payload < Self.maximumPayload {
            writeHeader(at: packetStart, length: payload)
        } else {
            split(payload)
        }
        packetStart = -1
        if count >= Self.flushThreshold { flush() }
    }

    private func writeHeader(at offset: Int, length: Int) {
        storage.storeBytes(
            of: (UInt32(truncatingIfNeeded: length) | UInt32(sequence) << 24).littleEndian, toByteOffset: offset,
            as: UInt32.self)
        sequence &+= 1
    }

    /// Makes room for a header before each further 16 MB - 1 of the payload, from the last part to the first.
    private func split(_ payload: Int) {
        let extra = payload / Self.maximumPayload
        reserve(extra * 4)
        let start = packetStart + 4
        for part in stride(from: extra, to: 0, by: -1) {
            let offset = part * Self.maximumPayload
            let length = min(Self.maximumPayload, payload - offset)
            memoryMove(from: start + offset, to: start + offset + part * 4, length)
        }
        count += extra * 4
        for part in 0...extra {
            let offset = part * Self.maximumPayload
            writeHeader(at: packetStart + offset + part * 4, length: min(Self.maximumPayload, payload - offset))
        }
    }

    private func memoryMove(from source: Int, to target: Int, _ length: Int) {
        (storage + target).copyMemory(from: storage + source, byteCount: length)
    }

    /// Hands everything finished to the sink.
    public func flush() {
        let finished = packetStart < 0 ? count : packetStart
        guard finished > 0 else { return }
        if failure == nil {
            do throws(SQLError) {
                try sink(UnsafeRawBufferPointer(start: storage, count: finished))
                bytesSent += UInt64(finished)
            } catch {
                failure = error
            }
        }
        let rest = count - finished
        if rest > 0 { memoryMove(from: finished, to: 0, rest) }
        count = rest
        if packetStart >= 0 { packetStart = 0 }
        if count == 0 && capacity > Self.retainedCapacity { shrink() }
    }

    /// Drops everything that was not yet handed to the sink: for a peer that is given up.
    public func discard() {
        count = 0
        packetStart = -1
    }

    public func throwIfBroken() throws(SQLError) {
        if let failure { throw failure }
    }

    private func shrink() {
        storage.deallocate()
        capacity = 16 * 1024
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    // MARK: Payload

    @inline(__always)
    func reserve(_ bytes: Int) {
        if capacity - count < bytes { grow(bytes) }
    }

    @inline(never)
    private func grow(_ bytes: Int) {
        let newCapacity = max(capacity * 2, count + bytes)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        larger.copyMemory(from: storage, byteCount: count)
        storage.deallocate()
        storage = larger
        capacity = newCapacity
    }

    @inline(__always)
    private func store<T: FixedWidthInteger>(_ value: T) {
        reserve(MemoryLayout<T>.size)
        storage.storeBytes(of: value.littleEndian, toByteOffset: count, as: T.self)
        count += MemoryLayout<T>.size
    }

    public func write(_ value: UInt8) { store(value) }
    public func write(_ value: UInt16) { store(value) }
    public func write(_ value: UInt32) { store(value) }
    public func write(_ value: UInt64) { store(value) }

    public func write(_ bytes: UnsafeRawBufferPointer) {
        if capacity - count < bytes.count {
            // Not gathered only to be refused.
            guard payloadCount + bytes.count <= Self.maximumLogicalPayload else {
                isTooLarge = true
                return
            }
            grow(bytes.count)
        }
        if let base = bytes.baseAddress { (storage + count).copyMemory(from: base, byteCount: bytes.count) }
        count += bytes.count
    }

    public func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { write($0) }
    }

    public func write(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { write($0) }
    }

    public func write(utf8 text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    public func write(nulTerminated text: String) {
        write(utf8: text)
        write(UInt8(0))
    }

    public func write(zeros length: Int) {
        reserve(length)
        (storage + count).initializeMemory(as: UInt8.self, repeating: 0, count: length)
        count += length
    }

    public func write(lengthEncoded value: UInt64) {
        switch value {
        case ..<251:
            write(UInt8(truncatingIfNeeded: value))
        case ..<0x1_0000:
            write(UInt8(0xFC))
            write(UInt16(truncatingIfNeeded: value))
        case ..<0x100_0000:
            write(UInt8(0xFD))
            write(UInt16(truncatingIfNeeded: value))
            write(UInt8(truncatingIfNeeded: value >> 16))
        default:
            write(UInt8(0xFE))
            write(value)
        }
    }

    public func write(lengthEncoded bytes: UnsafeRawBufferPointer) {
        write(lengthEncoded: UInt64(bytes.count))
        write(bytes)
    }

    public func write(lengthEncoded bytes: [UInt8]) {
        bytes.withUnsafeBytes { write(lengthEncoded: $0) }
    }

    public func write(lengthEncoded text: String) {
        var text = text
        text.withUTF8 { write(lengthEncoded: UnsafeRawBufferPointer($0)) }
    }

    /// Sets bit `bit` of the payload byte at `offset` (a NULL bitmap).
    func setPayloadBit(_ bit: Int, at offset: Int) {
        let position = packetStart + 4 + offset
        precondition(packetStart >= 0 && position < count)
        let byte = storage.load(fromByteOffset: position, as: UInt8.self)
        storage.storeBytes(of: byte | UInt8(1) << UInt8(bit), toByteOffset: position, as: UInt8.self)
    }
}
