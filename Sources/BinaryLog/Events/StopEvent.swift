import Platform

/// Stop (3): the server was shut down; the last event of its file.
public struct StopEvent: EventBody, Hashable {
    public init() {}

    public var type: EventType { .stop }

    public func encode(into writer: inout ByteWriter) {}
}
