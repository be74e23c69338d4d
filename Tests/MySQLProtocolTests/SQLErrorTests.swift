import Testing

import MySQLProtocol

@Suite struct SQLErrorTests {
    @Test func argumentsFillMySQLsFormat() {
        let error = SQLError(.noSuchTable, "test", "t1")
        #expect(error.code == 1146)
        #expect(error.sqlState == "42S02")
        #expect(error.message == "Table 'test.t1' doesn't exist")
        #expect(SQLError(.dupEntry, "1", "t1.PRIMARY").message == "Duplicate entry '1' for key 't1.PRIMARY'")
        #expect(SQLError(.unknownComError).message == "Unknown command")
        #expect(SQLError(.dataTooLong, "c", 1).message == "Data too long for column 'c' at row 1")
    }

    @Test func lengthsMayBeGivenAsInC() {
        let message = "Unknown prepared statement handler (7) given to EXECUTE"
        #expect(SQLError(.unknownStmtHandler, "7", "EXECUTE").message == message)
        #expect(SQLError(.unknownStmtHandler, 1, "7", "EXECUTE").message == message)
    }

    @Test func aFinishedMessageStandsAsItIs() {
        #expect(SQLError(.noSuchTable, "Table 'a.b' doesn't exist").message == "Table 'a.b' doesn't exist")
        #expect(SQLError(.noSuchTable, message: "100%s").message == "100%s")
    }

    @Test func longArgumentsAreCutAsMySQLCutsThem() {
        let error = SQLError(.parseError, String(repeating: "x", count: 200), 1)
        #expect(error.message.hasSuffix("near '\(String(repeating: "x", count: 80))' at line 1"))
    }
}
