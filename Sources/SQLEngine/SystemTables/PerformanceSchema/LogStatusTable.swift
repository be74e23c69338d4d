/// `performance_schema.log_status`.
enum LogStatusTable {
    static let rows: SystemTableRows = { context in
        let gtids = context.sources.globals.text("gtid_executed")
        return [
            [
                .text(context.server.uuid.description), .text("{\"gtid_executed\": \"\(gtids)\"}"),
                "{\"channels\": []}", "{\"InnoDB\": {}}",
            ]
        ]
    }
}
