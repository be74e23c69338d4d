/// `sys.version`.
enum SysTables {
    static let version: SystemTableRows = { context in [["2.1.3", .text(context.server.version)]] }
}
