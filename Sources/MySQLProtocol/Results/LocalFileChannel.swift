/// A file that the client sends because LOAD DATA LOCAL INFILE asks for it: a packet with 0xFB and the name, then the
/// client's packets, the last of them empty. Owned by the session's thread.
public protocol LocalFileChannel: AnyObject {
    /// Asks for the file.
    func request(_ name: [UInt8]) throws(SQLError)
    /// The next piece; nil at the end. Blocks.
    func read() throws(SQLError) -> [UInt8]?
    /// Reads on to the end and forgets it, so that the client hears the answer.
    func drain()
}
