import GroupReplication

/// The columns of the SHOW statements about replication, as MySQL 9.7 has them.
enum ReplicaColumns {
    static let binaryLogs = [
        AnswerColumn("Log_name"), AnswerColumn("File_size", isNumber: true), AnswerColumn("Encrypted", length: 3),
    ]
    static let binaryLogStatus = [
        AnswerColumn("File"), AnswerColumn("Position", isNumber: true), AnswerColumn("Binlog_Do_DB"),
        AnswerColumn("Binlog_Ignore_DB"), AnswerColumn("Executed_Gtid_Set"),
    ]
    static let events = [
        AnswerColumn("Log_name", length: 20), AnswerColumn("Pos", isNumber: true), AnswerColumn("Event_type", length: 20),
        AnswerColumn("Server_id", isNumber: true), AnswerColumn("End_log_pos", isNumber: true),
        AnswerColumn("Info", length: 20),
    ]
    static let replicas = [
        AnswerColumn("Server_Id", isInt: true), AnswerColumn("Host"), AnswerColumn("Port", isInt: true),
        AnswerColumn("Source_Id", isInt: true), AnswerColumn("Replica_UUID"),
    ]

    private static let numbers: Set<String> = [
        "Source_Port", "Connect_Retry", "Read_Source_Log_Pos", "Relay_Log_Pos", "Last_Errno", "Skip_Counter",
        "Exec_Source_Log_Pos", "Relay_Log_Space", "Until_Log_Pos", "Last_IO_Errno", "Last_SQL_Errno", "Source_Server_Id",
        "SQL_Delay", "Source_Retry_Count", "Auto_Position", "Get_Source_public_key",
    ]
    private static let statusNames = [
        "Replica_IO_State", "Source_Host", "Source_User", "Source_Port", "Connect_Retry", "Source_Log_File",
        "Read_Source_Log_Pos", "Relay_Log_File", "Relay_Log_Pos", "Relay_Source_Log_File", "Replica_IO_Running",
        "Replica_SQL_Running", "Replicate_Do_DB", "Replicate_Ignore_DB", "Replicate_Do_Table", "Replicate_Ignore_Table",
        "Replicate_Wild_Do_Table", "Replicate_Wild_Ignore_Table", "Last_Errno", "Last_Error", "Skip_Counter",
        "Exec_Source_Log_Pos", "Relay_Log_Space", "Until_Condition", "Until_Log_File", "Until_Log_Pos",
        "Source_SSL_Allowed", "Source_SSL_CA_File", "Source_SSL_CA_Path", "Source_SSL_Cert", "Source_SSL_Cipher",
        "Source_SSL_Key", "Seconds_Behind_Source", "Source_SSL_Verify_Server_Cert", "Last_IO_Errno", "Last_IO_Error",
        "Last_SQL_Errno", "Last_SQL_Error", "Replicate_Ignore_Server_Ids", "Source_Server_Id", "Source_UUID",
        "Source_Info_File", "SQL_Delay", "SQL_Remaining_Delay", "Replica_SQL_Running_State", "Source_Retry_Count",
        "Source_Bind", "Last_IO_Error_Timestamp", "Last_SQL_Error_Timestamp", "Source_SSL_Crl", "Source_SSL_Crlpath",
        "Retrieved_Gtid_Set", "Executed_Gtid_Set", "Auto_Position", "Replicate_Rewrite_DB", "Channel_Name",
        "Source_TLS_Version", "Source_public_key_path", "Get_Source_public_key", "Network_Namespace",
    ]
    /// Numbers that are BIGINT; the others are INT.
    private static let longNumbers: Set<String> = [
        "Read_Source_Log_Pos", "Relay_Log_Pos", "Exec_Source_Log_Pos", "Relay_Log_Space", "Until_Log_Pos",
        "Seconds_Behind_Source", "Source_Retry_Count",
    ]
    private static let nullableNumbers: Set<String> = ["Seconds_Behind_Source", "SQL_Remaining_Delay"]
    static let replicaStatus = statusNames.map { name in
        let isNumber = numbers.contains(name) || nullableNumbers.contains(name)
        return AnswerColumn(
            name, isNumber: isNumber, isInt: isNumber && !longNumbers.contains(name), isNullable: false)
    }

    /// The recovery channel's line.
    static func statusRow(_ status: ChannelStatus, user: String) -> [ResultCell] {
        statusNames.map { name in
            switch name {
            case "Source_Host": .text(status.sourceHost.isEmpty ? "<NULL>" : status.sourceHost)
            case "Source_User": .text(status.sourceUser.isEmpty ? user : status.sourceUser)
            case "Source_Port": .number(UInt64(status.sourcePort))
            case "Connect_Retry": .number(60)
            case "Read_Source_Log_Pos", "Relay_Log_Pos": .number(4)
            case "Replica_IO_Running": .text(status.isReceiving ? "Yes" : "No")
            case "Replica_SQL_Running": .text(status.isApplying ? "Yes" : "No")
            case "Until_Condition": .text("None")
            case "Source_SSL_Allowed", "Source_SSL_Verify_Server_Cert": .text("No")
            case "Seconds_Behind_Source", "SQL_Remaining_Delay": .null
            case "Last_Errno", "Last_IO_Errno": .number(UInt64(status.lastErrorNumber))
            case "Last_Error", "Last_IO_Error": .text(status.lastErrorMessage)
            case "Source_UUID": .text(status.sourceUUID)
            case "Source_Info_File": .text("mysql.slave_master_info")
            case "Source_Retry_Count", "Auto_Position": .number(1)
            case "Executed_Gtid_Set": .text(status.receivedTransactionSet)
            case "Channel_Name": .text(status.name)
            case _ where numbers.contains(name): .number(0)
            default: .text("")
            }
        }
    }
}
