/// Columns of performance_schema.
extension SystemTableText {
    // swift-format-ignore: one column, one line
    package static let performanceSchema: StaticString = #"""
        #accounts|
        USER|char(32)|Y|utf8mb4_bin|MUL|
        HOST|char(255)|Y|ascii_general_ci||
        CURRENT_CONNECTIONS|bigint|N|||
        TOTAL_CONNECTIONS|bigint|N|||
        MAX_SESSION_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_SESSION_TOTAL_MEMORY|bigint unsigned|N|||
        #data_lock_waits|
        ENGINE|varchar(32)|N|utf8mb4_0900_ai_ci|PRI|
        REQUESTING_ENGINE_LOCK_ID|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        REQUESTING_ENGINE_TRANSACTION_ID|bigint unsigned|Y||MUL|
        REQUESTING_THREAD_ID|bigint unsigned|Y||MUL|
        REQUESTING_EVENT_ID|bigint unsigned|Y|||
        REQUESTING_OBJECT_INSTANCE_BEGIN|bigint unsigned|N|||
        BLOCKING_ENGINE_LOCK_ID|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        BLOCKING_ENGINE_TRANSACTION_ID|bigint unsigned|Y||MUL|
        BLOCKING_THREAD_ID|bigint unsigned|Y||MUL|
        BLOCKING_EVENT_ID|bigint unsigned|Y|||
        BLOCKING_OBJECT_INSTANCE_BEGIN|bigint unsigned|N|||
        #data_locks|
        ENGINE|varchar(32)|N|utf8mb4_0900_ai_ci|PRI|
        ENGINE_LOCK_ID|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        ENGINE_TRANSACTION_ID|bigint unsigned|Y||MUL|
        THREAD_ID|bigint unsigned|Y||MUL|
        EVENT_ID|bigint unsigned|Y|||
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci|MUL|
        OBJECT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        PARTITION_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        SUBPARTITION_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        INDEX_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_INSTANCE_BEGIN|bigint unsigned|N|||
        LOCK_TYPE|varchar(32)|N|utf8mb4_0900_ai_ci||
        LOCK_MODE|varchar(32)|N|utf8mb4_0900_ai_ci||
        LOCK_STATUS|varchar(32)|N|utf8mb4_0900_ai_ci||
        LOCK_DATA|varchar(8192)|Y|utf8mb4_0900_ai_ci||
        #error_log|
        LOGGED|timestamp(6)|N||PRI|
        THREAD_ID|bigint unsigned|Y||MUL|
        PRIO|enum('System','Error','Warning','Note')|N|utf8mb4_0900_ai_ci|MUL|
        ERROR_CODE|varchar(10)|Y|utf8mb4_0900_ai_ci|MUL|
        SUBSYSTEM|varchar(7)|Y|utf8mb4_0900_ai_ci|MUL|
        DATA|text|N|utf8mb4_0900_ai_ci||
        #events_errors_summary_global_by_error|
        ERROR_NUMBER|int|Y||UNI|
        ERROR_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        SQL_STATE|varchar(5)|Y|utf8mb4_0900_ai_ci||
        SUM_ERROR_RAISED|bigint unsigned|N|||
        SUM_ERROR_HANDLED|bigint unsigned|N|||
        FIRST_SEEN|timestamp|Y|||
        LAST_SEEN|timestamp|Y|||
        #events_stages_current|
        THREAD_ID|bigint unsigned|N||PRI|
        EVENT_ID|bigint unsigned|N||PRI|
        END_EVENT_ID|bigint unsigned|Y|||
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        TIMER_START|bigint unsigned|Y|||
        TIMER_END|bigint unsigned|Y|||
        TIMER_WAIT|bigint unsigned|Y|||
        WORK_COMPLETED|bigint unsigned|Y|||
        WORK_ESTIMATED|bigint unsigned|Y|||
        NESTING_EVENT_ID|bigint unsigned|Y|||
        NESTING_EVENT_TYPE|enum('TRANSACTION','STATEMENT','STAGE','WAIT')|Y|utf8mb4_0900_ai_ci||
        #events_stages_history|
        THREAD_ID|bigint unsigned|N||PRI|
        EVENT_ID|bigint unsigned|N||PRI|
        END_EVENT_ID|bigint unsigned|Y|||
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        TIMER_START|bigint unsigned|Y|||
        TIMER_END|bigint unsigned|Y|||
        TIMER_WAIT|bigint unsigned|Y|||
        WORK_COMPLETED|bigint unsigned|Y|||
        WORK_ESTIMATED|bigint unsigned|Y|||
        NESTING_EVENT_ID|bigint unsigned|Y|||
        NESTING_EVENT_TYPE|enum('TRANSACTION','STATEMENT','STAGE','WAIT')|Y|utf8mb4_0900_ai_ci||
        #events_stages_history_long|
        THREAD_ID|bigint unsigned|N|||
        EVENT_ID|bigint unsigned|N|||
        END_EVENT_ID|bigint unsigned|Y|||
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        TIMER_START|bigint unsigned|Y|||
        TIMER_END|bigint unsigned|Y|||
        TIMER_WAIT|bigint unsigned|Y|||
        WORK_COMPLETED|bigint unsigned|Y|||
        WORK_ESTIMATED|bigint unsigned|Y|||
        NESTING_EVENT_ID|bigint unsigned|Y|||
        NESTING_EVENT_TYPE|enum('TRANSACTION','STATEMENT','STAGE','WAIT')|Y|utf8mb4_0900_ai_ci||
        #events_stages_summary_global_by_event_name|
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        COUNT_STAR|bigint unsigned|N|||
        SUM_TIMER_WAIT|bigint unsigned|N|||
        MIN_TIMER_WAIT|bigint unsigned|N|||
        AVG_TIMER_WAIT|bigint unsigned|N|||
        MAX_TIMER_WAIT|bigint unsigned|N|||
        #events_statements_current|
        THREAD_ID|bigint unsigned|N||PRI|
        EVENT_ID|bigint unsigned|N||PRI|
        END_EVENT_ID|bigint unsigned|Y|||
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        TIMER_START|bigint unsigned|Y|||
        TIMER_END|bigint unsigned|Y|||
        TIMER_WAIT|bigint unsigned|Y|||
        LOCK_TIME|bigint unsigned|N|||
        SQL_TEXT|longtext|Y|utf8mb4_0900_ai_ci||
        DIGEST|varchar(64)|Y|utf8mb4_0900_ai_ci||
        DIGEST_TEXT|longtext|Y|utf8mb4_0900_ai_ci||
        CURRENT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_TYPE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_INSTANCE_BEGIN|bigint unsigned|Y|||
        MYSQL_ERRNO|int|Y|||
        RETURNED_SQLSTATE|varchar(5)|Y|utf8mb4_0900_ai_ci||
        MESSAGE_TEXT|varchar(128)|Y|utf8mb4_0900_ai_ci||
        ERRORS|bigint unsigned|N|||
        WARNINGS|bigint unsigned|N|||
        ROWS_AFFECTED|bigint unsigned|N|||
        ROWS_SENT|bigint unsigned|N|||
        ROWS_EXAMINED|bigint unsigned|N|||
        CREATED_TMP_DISK_TABLES|bigint unsigned|N|||
        CREATED_TMP_TABLES|bigint unsigned|N|||
        SELECT_FULL_JOIN|bigint unsigned|N|||
        SELECT_FULL_RANGE_JOIN|bigint unsigned|N|||
        SELECT_RANGE|bigint unsigned|N|||
        SELECT_RANGE_CHECK|bigint unsigned|N|||
        SELECT_SCAN|bigint unsigned|N|||
        SORT_MERGE_PASSES|bigint unsigned|N|||
        SORT_RANGE|bigint unsigned|N|||
        SORT_ROWS|bigint unsigned|N|||
        SORT_SCAN|bigint unsigned|N|||
        NO_INDEX_USED|bigint unsigned|N|||
        NO_GOOD_INDEX_USED|bigint unsigned|N|||
        NESTING_EVENT_ID|bigint unsigned|Y|||
        NESTING_EVENT_TYPE|enum('TRANSACTION','STATEMENT','STAGE','WAIT')|Y|utf8mb4_0900_ai_ci||
        NESTING_EVENT_LEVEL|int|Y|||
        STATEMENT_ID|bigint unsigned|Y|||
        CPU_TIME|bigint unsigned|N|||
        MAX_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_TOTAL_MEMORY|bigint unsigned|N|||
        EXECUTION_ENGINE|enum('PRIMARY','SECONDARY')|Y|utf8mb4_0900_ai_ci||
        #events_statements_history|
        THREAD_ID|bigint unsigned|N||PRI|
        EVENT_ID|bigint unsigned|N||PRI|
        END_EVENT_ID|bigint unsigned|Y|||
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        TIMER_START|bigint unsigned|Y|||
        TIMER_END|bigint unsigned|Y|||
        TIMER_WAIT|bigint unsigned|Y|||
        LOCK_TIME|bigint unsigned|N|||
        SQL_TEXT|longtext|Y|utf8mb4_0900_ai_ci||
        DIGEST|varchar(64)|Y|utf8mb4_0900_ai_ci||
        DIGEST_TEXT|longtext|Y|utf8mb4_0900_ai_ci||
        CURRENT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_TYPE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_INSTANCE_BEGIN|bigint unsigned|Y|||
        MYSQL_ERRNO|int|Y|||
        RETURNED_SQLSTATE|varchar(5)|Y|utf8mb4_0900_ai_ci||
        MESSAGE_TEXT|varchar(128)|Y|utf8mb4_0900_ai_ci||
        ERRORS|bigint unsigned|N|||
        WARNINGS|bigint unsigned|N|||
        ROWS_AFFECTED|bigint unsigned|N|||
        ROWS_SENT|bigint unsigned|N|||
        ROWS_EXAMINED|bigint unsigned|N|||
        CREATED_TMP_DISK_TABLES|bigint unsigned|N|||
        CREATED_TMP_TABLES|bigint unsigned|N|||
        SELECT_FULL_JOIN|bigint unsigned|N|||
        SELECT_FULL_RANGE_JOIN|bigint unsigned|N|||
        SELECT_RANGE|bigint unsigned|N|||
        SELECT_RANGE_CHECK|bigint unsigned|N|||
        SELECT_SCAN|bigint unsigned|N|||
        SORT_MERGE_PASSES|bigint unsigned|N|||
        SORT_RANGE|bigint unsigned|N|||
        SORT_ROWS|bigint unsigned|N|||
        SORT_SCAN|bigint unsigned|N|||
        NO_INDEX_USED|bigint unsigned|N|||
        NO_GOOD_INDEX_USED|bigint unsigned|N|||
        NESTING_EVENT_ID|bigint unsigned|Y|||
        NESTING_EVENT_TYPE|enum('TRANSACTION','STATEMENT','STAGE','WAIT')|Y|utf8mb4_0900_ai_ci||
        NESTING_EVENT_LEVEL|int|Y|||
        STATEMENT_ID|bigint unsigned|Y|||
        CPU_TIME|bigint unsigned|N|||
        MAX_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_TOTAL_MEMORY|bigint unsigned|N|||
        EXECUTION_ENGINE|enum('PRIMARY','SECONDARY')|Y|utf8mb4_0900_ai_ci||
        #events_statements_history_long|
        THREAD_ID|bigint unsigned|N|||
        EVENT_ID|bigint unsigned|N|||
        END_EVENT_ID|bigint unsigned|Y|||
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        TIMER_START|bigint unsigned|Y|||
        TIMER_END|bigint unsigned|Y|||
        TIMER_WAIT|bigint unsigned|Y|||
        LOCK_TIME|bigint unsigned|N|||
        SQL_TEXT|longtext|Y|utf8mb4_0900_ai_ci||
        DIGEST|varchar(64)|Y|utf8mb4_0900_ai_ci||
        DIGEST_TEXT|longtext|Y|utf8mb4_0900_ai_ci||
        CURRENT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_TYPE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_INSTANCE_BEGIN|bigint unsigned|Y|||
        MYSQL_ERRNO|int|Y|||
        RETURNED_SQLSTATE|varchar(5)|Y|utf8mb4_0900_ai_ci||
        MESSAGE_TEXT|varchar(128)|Y|utf8mb4_0900_ai_ci||
        ERRORS|bigint unsigned|N|||
        WARNINGS|bigint unsigned|N|||
        ROWS_AFFECTED|bigint unsigned|N|||
        ROWS_SENT|bigint unsigned|N|||
        ROWS_EXAMINED|bigint unsigned|N|||
        CREATED_TMP_DISK_TABLES|bigint unsigned|N|||
        CREATED_TMP_TABLES|bigint unsigned|N|||
        SELECT_FULL_JOIN|bigint unsigned|N|||
        SELECT_FULL_RANGE_JOIN|bigint unsigned|N|||
        SELECT_RANGE|bigint unsigned|N|||
        SELECT_RANGE_CHECK|bigint unsigned|N|||
        SELECT_SCAN|bigint unsigned|N|||
        SORT_MERGE_PASSES|bigint unsigned|N|||
        SORT_RANGE|bigint unsigned|N|||
        SORT_ROWS|bigint unsigned|N|||
        SORT_SCAN|bigint unsigned|N|||
        NO_INDEX_USED|bigint unsigned|N|||
        NO_GOOD_INDEX_USED|bigint unsigned|N|||
        NESTING_EVENT_ID|bigint unsigned|Y|||
        NESTING_EVENT_TYPE|enum('TRANSACTION','STATEMENT','STAGE','WAIT')|Y|utf8mb4_0900_ai_ci||
        NESTING_EVENT_LEVEL|int|Y|||
        STATEMENT_ID|bigint unsigned|Y|||
        CPU_TIME|bigint unsigned|N|||
        MAX_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_TOTAL_MEMORY|bigint unsigned|N|||
        EXECUTION_ENGINE|enum('PRIMARY','SECONDARY')|Y|utf8mb4_0900_ai_ci||
        #events_statements_summary_by_digest|
        SCHEMA_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci|MUL|
        DIGEST|varchar(64)|Y|utf8mb4_0900_ai_ci||
        DIGEST_TEXT|longtext|Y|utf8mb4_0900_ai_ci||
        COUNT_STAR|bigint unsigned|N|||
        SUM_TIMER_WAIT|bigint unsigned|N|||
        MIN_TIMER_WAIT|bigint unsigned|N|||
        AVG_TIMER_WAIT|bigint unsigned|N|||
        MAX_TIMER_WAIT|bigint unsigned|N|||
        SUM_LOCK_TIME|bigint unsigned|N|||
        SUM_ERRORS|bigint unsigned|N|||
        SUM_WARNINGS|bigint unsigned|N|||
        SUM_ROWS_AFFECTED|bigint unsigned|N|||
        SUM_ROWS_SENT|bigint unsigned|N|||
        SUM_ROWS_EXAMINED|bigint unsigned|N|||
        SUM_CREATED_TMP_DISK_TABLES|bigint unsigned|N|||
        SUM_CREATED_TMP_TABLES|bigint unsigned|N|||
        SUM_SELECT_FULL_JOIN|bigint unsigned|N|||
        SUM_SELECT_FULL_RANGE_JOIN|bigint unsigned|N|||
        SUM_SELECT_RANGE|bigint unsigned|N|||
        SUM_SELECT_RANGE_CHECK|bigint unsigned|N|||
        SUM_SELECT_SCAN|bigint unsigned|N|||
        SUM_SORT_MERGE_PASSES|bigint unsigned|N|||
        SUM_SORT_RANGE|bigint unsigned|N|||
        SUM_SORT_ROWS|bigint unsigned|N|||
        SUM_SORT_SCAN|bigint unsigned|N|||
        SUM_NO_INDEX_USED|bigint unsigned|N|||
        SUM_NO_GOOD_INDEX_USED|bigint unsigned|N|||
        SUM_CPU_TIME|bigint unsigned|N|||
        MAX_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_TOTAL_MEMORY|bigint unsigned|N|||
        COUNT_SECONDARY|bigint unsigned|N|||
        FIRST_SEEN|timestamp(6)|N|||
        LAST_SEEN|timestamp(6)|N|||
        QUANTILE_95|bigint unsigned|N|||
        QUANTILE_99|bigint unsigned|N|||
        QUANTILE_999|bigint unsigned|N|||
        QUERY_SAMPLE_TEXT|longtext|Y|utf8mb4_0900_ai_ci||
        QUERY_SAMPLE_SEEN|timestamp(6)|N|||
        QUERY_SAMPLE_TIMER_WAIT|bigint unsigned|N|||
        #events_statements_summary_global_by_event_name|
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        COUNT_STAR|bigint unsigned|N|||
        SUM_TIMER_WAIT|bigint unsigned|N|||
        MIN_TIMER_WAIT|bigint unsigned|N|||
        AVG_TIMER_WAIT|bigint unsigned|N|||
        MAX_TIMER_WAIT|bigint unsigned|N|||
        SUM_LOCK_TIME|bigint unsigned|N|||
        SUM_ERRORS|bigint unsigned|N|||
        SUM_WARNINGS|bigint unsigned|N|||
        SUM_ROWS_AFFECTED|bigint unsigned|N|||
        SUM_ROWS_SENT|bigint unsigned|N|||
        SUM_ROWS_EXAMINED|bigint unsigned|N|||
        SUM_CREATED_TMP_DISK_TABLES|bigint unsigned|N|||
        SUM_CREATED_TMP_TABLES|bigint unsigned|N|||
        SUM_SELECT_FULL_JOIN|bigint unsigned|N|||
        SUM_SELECT_FULL_RANGE_JOIN|bigint unsigned|N|||
        SUM_SELECT_RANGE|bigint unsigned|N|||
        SUM_SELECT_RANGE_CHECK|bigint unsigned|N|||
        SUM_SELECT_SCAN|bigint unsigned|N|||
        SUM_SORT_MERGE_PASSES|bigint unsigned|N|||
        SUM_SORT_RANGE|bigint unsigned|N|||
        SUM_SORT_ROWS|bigint unsigned|N|||
        SUM_SORT_SCAN|bigint unsigned|N|||
        SUM_NO_INDEX_USED|bigint unsigned|N|||
        SUM_NO_GOOD_INDEX_USED|bigint unsigned|N|||
        SUM_CPU_TIME|bigint unsigned|N|||
        MAX_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_TOTAL_MEMORY|bigint unsigned|N|||
        COUNT_SECONDARY|bigint unsigned|N|||
        #events_transactions_current|
        THREAD_ID|bigint unsigned|N||PRI|
        EVENT_ID|bigint unsigned|N||PRI|
        END_EVENT_ID|bigint unsigned|Y|||
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci||
        STATE|enum('ACTIVE','COMMITTED','ROLLED BACK')|Y|utf8mb4_0900_ai_ci||
        TRX_ID|bigint unsigned|Y|||
        GTID|varchar(90)|Y|utf8mb4_0900_ai_ci||
        XID_FORMAT_ID|int|Y|||
        XID_GTRID|varchar(130)|Y|utf8mb4_0900_ai_ci||
        XID_BQUAL|varchar(130)|Y|utf8mb4_0900_ai_ci||
        XA_STATE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        TIMER_START|bigint unsigned|Y|||
        TIMER_END|bigint unsigned|Y|||
        TIMER_WAIT|bigint unsigned|Y|||
        ACCESS_MODE|enum('READ ONLY','READ WRITE')|Y|utf8mb4_0900_ai_ci||
        ISOLATION_LEVEL|varchar(64)|Y|utf8mb4_0900_ai_ci||
        AUTOCOMMIT|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        NUMBER_OF_SAVEPOINTS|bigint unsigned|Y|||
        NUMBER_OF_ROLLBACK_TO_SAVEPOINT|bigint unsigned|Y|||
        NUMBER_OF_RELEASE_SAVEPOINT|bigint unsigned|Y|||
        OBJECT_INSTANCE_BEGIN|bigint unsigned|Y|||
        NESTING_EVENT_ID|bigint unsigned|Y|||
        NESTING_EVENT_TYPE|enum('TRANSACTION','STATEMENT','STAGE','WAIT')|Y|utf8mb4_0900_ai_ci||
        #events_waits_current|
        THREAD_ID|bigint unsigned|N||PRI|
        EVENT_ID|bigint unsigned|N||PRI|
        END_EVENT_ID|bigint unsigned|Y|||
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        TIMER_START|bigint unsigned|Y|||
        TIMER_END|bigint unsigned|Y|||
        TIMER_WAIT|bigint unsigned|Y|||
        SPINS|int unsigned|Y|||
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_NAME|varchar(512)|Y|utf8mb4_0900_ai_ci||
        INDEX_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_TYPE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_INSTANCE_BEGIN|bigint unsigned|N|||
        NESTING_EVENT_ID|bigint unsigned|Y|||
        NESTING_EVENT_TYPE|enum('TRANSACTION','STATEMENT','STAGE','WAIT')|Y|utf8mb4_0900_ai_ci||
        OPERATION|varchar(32)|N|utf8mb4_0900_ai_ci||
        NUMBER_OF_BYTES|bigint|Y|||
        FLAGS|int unsigned|Y|||
        #file_instances|
        FILE_NAME|varchar(512)|N|utf8mb4_0900_ai_ci|PRI|
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci|MUL|
        OPEN_COUNT|int unsigned|N|||
        #file_summary_by_instance|
        FILE_NAME|varchar(512)|N|utf8mb4_0900_ai_ci|MUL|
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci|MUL|
        OBJECT_INSTANCE_BEGIN|bigint unsigned|N||PRI|
        COUNT_STAR|bigint unsigned|N|||
        SUM_TIMER_WAIT|bigint unsigned|N|||
        MIN_TIMER_WAIT|bigint unsigned|N|||
        AVG_TIMER_WAIT|bigint unsigned|N|||
        MAX_TIMER_WAIT|bigint unsigned|N|||
        COUNT_READ|bigint unsigned|N|||
        SUM_TIMER_READ|bigint unsigned|N|||
        MIN_TIMER_READ|bigint unsigned|N|||
        AVG_TIMER_READ|bigint unsigned|N|||
        MAX_TIMER_READ|bigint unsigned|N|||
        SUM_NUMBER_OF_BYTES_READ|bigint|N|||
        COUNT_WRITE|bigint unsigned|N|||
        SUM_TIMER_WRITE|bigint unsigned|N|||
        MIN_TIMER_WRITE|bigint unsigned|N|||
        AVG_TIMER_WRITE|bigint unsigned|N|||
        MAX_TIMER_WRITE|bigint unsigned|N|||
        SUM_NUMBER_OF_BYTES_WRITE|bigint|N|||
        COUNT_MISC|bigint unsigned|N|||
        SUM_TIMER_MISC|bigint unsigned|N|||
        MIN_TIMER_MISC|bigint unsigned|N|||
        AVG_TIMER_MISC|bigint unsigned|N|||
        MAX_TIMER_MISC|bigint unsigned|N|||
        #global_status|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #global_variable_attributes|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci||
        ATTR_NAME|varchar(32)|N|utf8mb4_0900_ai_ci||
        ATTR_VALUE|varchar(1024)|N|utf8mb4_0900_ai_ci||
        #global_variables|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #host_cache|
        IP|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        HOST|varchar(255)|Y|ascii_general_ci|MUL|
        HOST_VALIDATED|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        SUM_CONNECT_ERRORS|bigint|N|||
        COUNT_HOST_BLOCKED_ERRORS|bigint|N|||
        COUNT_NAMEINFO_TRANSIENT_ERRORS|bigint|N|||
        COUNT_NAMEINFO_PERMANENT_ERRORS|bigint|N|||
        COUNT_FORMAT_ERRORS|bigint|N|||
        COUNT_ADDRINFO_TRANSIENT_ERRORS|bigint|N|||
        COUNT_ADDRINFO_PERMANENT_ERRORS|bigint|N|||
        COUNT_FCRDNS_ERRORS|bigint|N|||
        COUNT_HOST_ACL_ERRORS|bigint|N|||
        COUNT_NO_AUTH_PLUGIN_ERRORS|bigint|N|||
        COUNT_AUTH_PLUGIN_ERRORS|bigint|N|||
        COUNT_HANDSHAKE_ERRORS|bigint|N|||
        COUNT_PROXY_USER_ERRORS|bigint|N|||
        COUNT_PROXY_USER_ACL_ERRORS|bigint|N|||
        COUNT_AUTHENTICATION_ERRORS|bigint|N|||
        COUNT_SSL_ERRORS|bigint|N|||
        COUNT_MAX_USER_CONNECTIONS_ERRORS|bigint|N|||
        COUNT_MAX_USER_CONNECTIONS_PER_HOUR_ERRORS|bigint|N|||
        COUNT_DEFAULT_DATABASE_ERRORS|bigint|N|||
        COUNT_INIT_CONNECT_ERRORS|bigint|N|||
        COUNT_LOCAL_ERRORS|bigint|N|||
        COUNT_ACCOUNT_LOCKED_ERRORS|bigint|N|||
        COUNT_TEMPORARY_ACCOUNT_LOCKED_ERRORS|bigint|N|||
        COUNT_UNKNOWN_ERRORS|bigint|N|||
        FIRST_SEEN|timestamp|N|||
        LAST_SEEN|timestamp|N|||
        FIRST_ERROR_SEEN|timestamp|Y|||
        LAST_ERROR_SEEN|timestamp|Y|||
        #hosts|
        HOST|char(255)|Y|ascii_general_ci|UNI|
        CURRENT_CONNECTIONS|bigint|N|||
        TOTAL_CONNECTIONS|bigint|N|||
        MAX_SESSION_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_SESSION_TOTAL_MEMORY|bigint unsigned|N|||
        #innodb_redo_log_files|
        FILE_ID|bigint|N|||
        FILE_NAME|varchar(2000)|N|utf8mb4_0900_ai_ci||
        START_LSN|bigint|N|||
        END_LSN|bigint|N|||
        SIZE_IN_BYTES|bigint|N|||
        IS_FULL|tinyint|N|||
        CONSUMER_LEVEL|int|N|||
        #keyring_keys|
        KEY_ID|varchar(255)|N|utf8mb4_bin||
        KEY_OWNER|varchar(255)|Y|utf8mb4_bin||
        BACKEND_KEY_ID|varchar(255)|Y|utf8mb4_bin||
        #log_status|
        SERVER_UUID|char(36)|N|utf8mb4_bin||
        LOCAL|json|N|||
        REPLICATION|json|N|||
        STORAGE_ENGINES|json|N|||
        #memory_summary_global_by_event_name|
        EVENT_NAME|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        COUNT_ALLOC|bigint unsigned|N|||
        COUNT_FREE|bigint unsigned|N|||
        SUM_NUMBER_OF_BYTES_ALLOC|bigint unsigned|N|||
        SUM_NUMBER_OF_BYTES_FREE|bigint unsigned|N|||
        LOW_COUNT_USED|bigint|N|||
        CURRENT_COUNT_USED|bigint|N|||
        HIGH_COUNT_USED|bigint|N|||
        LOW_NUMBER_OF_BYTES_USED|bigint|N|||
        CURRENT_NUMBER_OF_BYTES_USED|bigint|N|||
        HIGH_NUMBER_OF_BYTES_USED|bigint|N|||
        #metadata_locks|
        OBJECT_TYPE|varchar(64)|N|utf8mb4_0900_ai_ci|MUL|
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        COLUMN_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_INSTANCE_BEGIN|bigint unsigned|N||PRI|
        LOCK_TYPE|varchar(32)|N|utf8mb4_0900_ai_ci||
        LOCK_DURATION|varchar(32)|N|utf8mb4_0900_ai_ci||
        LOCK_STATUS|varchar(32)|N|utf8mb4_0900_ai_ci||
        SOURCE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OWNER_THREAD_ID|bigint unsigned|Y||MUL|
        OWNER_EVENT_ID|bigint unsigned|Y|||
        #mutex_instances|
        NAME|varchar(128)|N|utf8mb4_0900_ai_ci|MUL|
        OBJECT_INSTANCE_BEGIN|bigint unsigned|N||PRI|
        LOCKED_BY_THREAD_ID|bigint unsigned|Y||MUL|
        #performance_timers|
        TIMER_NAME|enum('CYCLE','NANOSECOND','MICROSECOND','MILLISECOND','THREAD_CPU')|N|utf8mb4_0900_ai_ci||
        TIMER_FREQUENCY|bigint|Y|||
        TIMER_RESOLUTION|bigint|Y|||
        TIMER_OVERHEAD|bigint|Y|||
        #persisted_variables|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #prepared_statements_instances|
        OBJECT_INSTANCE_BEGIN|bigint unsigned|N||PRI|
        STATEMENT_ID|bigint unsigned|N||MUL|
        STATEMENT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci|MUL|
        SQL_TEXT|longtext|N|utf8mb4_0900_ai_ci||
        OWNER_THREAD_ID|bigint unsigned|N||MUL|
        OWNER_EVENT_ID|bigint unsigned|N|||
        OWNER_OBJECT_TYPE|enum('EVENT','FUNCTION','PROCEDURE','TABLE','TRIGGER')|Y|utf8mb4_0900_ai_ci|MUL|
        OWNER_OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OWNER_OBJECT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        EXECUTION_ENGINE|enum('PRIMARY','SECONDARY')|Y|utf8mb4_0900_ai_ci||
        TIMER_PREPARE|bigint unsigned|N|||
        COUNT_REPREPARE|bigint unsigned|N|||
        COUNT_EXECUTE|bigint unsigned|N|||
        SUM_TIMER_EXECUTE|bigint unsigned|N|||
        MIN_TIMER_EXECUTE|bigint unsigned|N|||
        AVG_TIMER_EXECUTE|bigint unsigned|N|||
        MAX_TIMER_EXECUTE|bigint unsigned|N|||
        SUM_LOCK_TIME|bigint unsigned|N|||
        SUM_ERRORS|bigint unsigned|N|||
        SUM_WARNINGS|bigint unsigned|N|||
        SUM_ROWS_AFFECTED|bigint unsigned|N|||
        SUM_ROWS_SENT|bigint unsigned|N|||
        SUM_ROWS_EXAMINED|bigint unsigned|N|||
        SUM_CREATED_TMP_DISK_TABLES|bigint unsigned|N|||
        SUM_CREATED_TMP_TABLES|bigint unsigned|N|||
        SUM_SELECT_FULL_JOIN|bigint unsigned|N|||
        SUM_SELECT_FULL_RANGE_JOIN|bigint unsigned|N|||
        SUM_SELECT_RANGE|bigint unsigned|N|||
        SUM_SELECT_RANGE_CHECK|bigint unsigned|N|||
        SUM_SELECT_SCAN|bigint unsigned|N|||
        SUM_SORT_MERGE_PASSES|bigint unsigned|N|||
        SUM_SORT_RANGE|bigint unsigned|N|||
        SUM_SORT_ROWS|bigint unsigned|N|||
        SUM_SORT_SCAN|bigint unsigned|N|||
        SUM_NO_INDEX_USED|bigint unsigned|N|||
        SUM_NO_GOOD_INDEX_USED|bigint unsigned|N|||
        SUM_CPU_TIME|bigint unsigned|N|||
        MAX_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_TOTAL_MEMORY|bigint unsigned|N|||
        COUNT_SECONDARY|bigint unsigned|N|||
        #processlist|
        ID|bigint unsigned|N||PRI|
        USER|varchar(32)|Y|utf8mb4_0900_ai_ci||
        HOST|varchar(261)|Y|ascii_general_ci||
        DB|varchar(64)|Y|utf8mb4_0900_ai_ci||
        COMMAND|varchar(16)|Y|utf8mb4_0900_ai_ci||
        TIME|bigint|Y|||
        STATE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        INFO|longtext|Y|utf8mb4_0900_ai_ci||
        EXECUTION_ENGINE|enum('PRIMARY','SECONDARY')|Y|utf8mb4_0900_ai_ci||
        #replication_applier_configuration|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci|PRI|
        DESIRED_DELAY|int|N|||
        PRIVILEGE_CHECKS_USER|text|Y|utf8mb3_bin||
        REQUIRE_ROW_FORMAT|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        REQUIRE_TABLE_PRIMARY_KEY_CHECK|enum('STREAM','ON','OFF','GENERATE')|N|utf8mb4_0900_ai_ci||
        ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS_TYPE|enum('OFF','LOCAL','UUID')|N|utf8mb4_0900_ai_ci||
        ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS_VALUE|text|Y|utf8mb3_bin||
        #replication_applier_filters|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci||
        FILTER_NAME|char(64)|N|utf8mb4_0900_ai_ci||
        FILTER_RULE|longtext|N|utf8mb4_0900_ai_ci||
        CONFIGURED_BY|enum('STARTUP_OPTIONS','CHANGE_REPLICATION_FILTER','STARTUP_OPTIONS_FOR_CHANNEL','CHANGE_REPLICATION_FILTER_FOR_CHANNEL')|N|utf8mb4_0900_ai_ci||
        ACTIVE_SINCE|timestamp(6)|N|||
        COUNTER|bigint unsigned|N|||=0
        #replication_applier_global_filters|
        FILTER_NAME|char(64)|N|utf8mb4_0900_ai_ci||
        FILTER_RULE|longtext|N|utf8mb4_0900_ai_ci||
        CONFIGURED_BY|enum('STARTUP_OPTIONS','CHANGE_REPLICATION_FILTER')|N|utf8mb4_0900_ai_ci||
        ACTIVE_SINCE|timestamp(6)|N|||
        #replication_applier_status|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci|PRI|
        SERVICE_STATE|enum('ON','OFF')|N|utf8mb4_0900_ai_ci||
        REMAINING_DELAY|int unsigned|Y|||
        COUNT_TRANSACTIONS_RETRIES|bigint unsigned|N|||
        #replication_applier_status_by_coordinator|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci|PRI|
        THREAD_ID|bigint unsigned|Y||MUL|
        SERVICE_STATE|enum('ON','OFF')|N|utf8mb4_0900_ai_ci||
        LAST_ERROR_NUMBER|int|N|||
        LAST_ERROR_MESSAGE|varchar(1024)|N|utf8mb4_0900_ai_ci||
        LAST_ERROR_TIMESTAMP|timestamp(6)|N|||
        LAST_PROCESSED_TRANSACTION|char(90)|Y|utf8mb4_0900_ai_ci||
        LAST_PROCESSED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP|timestamp(6)|N|||
        LAST_PROCESSED_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP|timestamp(6)|N|||
        LAST_PROCESSED_TRANSACTION_START_BUFFER_TIMESTAMP|timestamp(6)|N|||
        LAST_PROCESSED_TRANSACTION_END_BUFFER_TIMESTAMP|timestamp(6)|N|||
        PROCESSING_TRANSACTION|char(90)|Y|utf8mb4_0900_ai_ci||
        PROCESSING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP|timestamp(6)|N|||
        PROCESSING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP|timestamp(6)|N|||
        PROCESSING_TRANSACTION_START_BUFFER_TIMESTAMP|timestamp(6)|N|||
        #replication_applier_status_by_worker|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci|PRI|
        WORKER_ID|bigint unsigned|N||PRI|
        THREAD_ID|bigint unsigned|Y||MUL|
        SERVICE_STATE|enum('ON','OFF')|N|utf8mb4_0900_ai_ci||
        LAST_ERROR_NUMBER|int|N|||
        LAST_ERROR_MESSAGE|varchar(1024)|N|utf8mb4_0900_ai_ci||
        LAST_ERROR_TIMESTAMP|timestamp(6)|N|||
        LAST_APPLIED_TRANSACTION|char(90)|Y|utf8mb4_0900_ai_ci||
        LAST_APPLIED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP|timestamp(6)|N|||
        LAST_APPLIED_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP|timestamp(6)|N|||
        LAST_APPLIED_TRANSACTION_START_APPLY_TIMESTAMP|timestamp(6)|N|||
        LAST_APPLIED_TRANSACTION_END_APPLY_TIMESTAMP|timestamp(6)|N|||
        APPLYING_TRANSACTION|char(90)|Y|utf8mb4_0900_ai_ci||
        APPLYING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP|timestamp(6)|N|||
        APPLYING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP|timestamp(6)|N|||
        APPLYING_TRANSACTION_START_APPLY_TIMESTAMP|timestamp(6)|N|||
        LAST_APPLIED_TRANSACTION_RETRIES_COUNT|bigint unsigned|N|||
        LAST_APPLIED_TRANSACTION_LAST_TRANSIENT_ERROR_NUMBER|int|N|||
        LAST_APPLIED_TRANSACTION_LAST_TRANSIENT_ERROR_MESSAGE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        LAST_APPLIED_TRANSACTION_LAST_TRANSIENT_ERROR_TIMESTAMP|timestamp(6)|N|||
        APPLYING_TRANSACTION_RETRIES_COUNT|bigint unsigned|N|||
        APPLYING_TRANSACTION_LAST_TRANSIENT_ERROR_NUMBER|int|N|||
        APPLYING_TRANSACTION_LAST_TRANSIENT_ERROR_MESSAGE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        APPLYING_TRANSACTION_LAST_TRANSIENT_ERROR_TIMESTAMP|timestamp(6)|N|||
        #replication_asynchronous_connection_failover|
        CHANNEL_NAME|char(64)|N|utf8mb3_general_ci||
        HOST|char(255)|N|ascii_general_ci||
        PORT|int|N|||
        NETWORK_NAMESPACE|char(64)|Y|utf8mb4_0900_ai_ci||
        WEIGHT|int unsigned|N|||
        MANAGED_NAME|char(64)|N|utf8mb3_general_ci||=
        #replication_asynchronous_connection_failover_managed|
        CHANNEL_NAME|char(64)|N|utf8mb3_general_ci||
        MANAGED_NAME|char(64)|N|utf8mb3_general_ci||=
        MANAGED_TYPE|char(64)|N|utf8mb3_general_ci||=
        CONFIGURATION|json|Y|||
        #replication_connection_configuration|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci|PRI|
        HOST|char(255)|N|ascii_general_ci||
        PORT|int|N|||
        USER|char(32)|N|utf8mb4_bin||
        NETWORK_INTERFACE|char(60)|N|utf8mb4_bin||
        AUTO_POSITION|enum('1','0')|N|utf8mb4_0900_ai_ci||
        SSL_ALLOWED|enum('YES','NO','IGNORED')|N|utf8mb4_0900_ai_ci||
        SSL_CA_FILE|varchar(512)|N|utf8mb4_0900_ai_ci||
        SSL_CA_PATH|varchar(512)|N|utf8mb4_0900_ai_ci||
        SSL_CERTIFICATE|varchar(512)|N|utf8mb4_0900_ai_ci||
        SSL_CIPHER|varchar(512)|N|utf8mb4_0900_ai_ci||
        SSL_KEY|varchar(512)|N|utf8mb4_0900_ai_ci||
        SSL_VERIFY_SERVER_CERTIFICATE|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        SSL_CRL_FILE|varchar(255)|N|utf8mb4_0900_ai_ci||
        SSL_CRL_PATH|varchar(255)|N|utf8mb4_0900_ai_ci||
        CONNECTION_RETRY_INTERVAL|int|N|||
        CONNECTION_RETRY_COUNT|bigint unsigned|N|||
        HEARTBEAT_INTERVAL|double(10,3)|N|||
        TLS_VERSION|varchar(255)|N|utf8mb4_0900_ai_ci||
        PUBLIC_KEY_PATH|varchar(512)|N|utf8mb4_0900_ai_ci||
        GET_PUBLIC_KEY|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        NETWORK_NAMESPACE|varchar(64)|N|utf8mb4_0900_ai_ci||
        COMPRESSION_ALGORITHM|char(64)|N|utf8mb4_bin||
        ZSTD_COMPRESSION_LEVEL|int|N|||
        TLS_CIPHERSUITES|text|Y|utf8mb3_bin||
        SOURCE_CONNECTION_AUTO_FAILOVER|enum('1','0')|N|utf8mb4_0900_ai_ci||
        GTID_ONLY|enum('1','0')|N|utf8mb4_0900_ai_ci||
        #replication_connection_status|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci|PRI|
        GROUP_NAME|char(36)|N|utf8mb4_bin||
        SOURCE_UUID|char(36)|N|utf8mb4_bin||
        THREAD_ID|bigint unsigned|Y||MUL|
        SERVICE_STATE|enum('ON','OFF','CONNECTING')|N|utf8mb4_0900_ai_ci||
        COUNT_RECEIVED_HEARTBEATS|bigint unsigned|N|||=0
        LAST_HEARTBEAT_TIMESTAMP|timestamp(6)|N|||
        RECEIVED_TRANSACTION_SET|longtext|N|utf8mb4_0900_ai_ci||
        LAST_ERROR_NUMBER|int|N|||
        LAST_ERROR_MESSAGE|varchar(1024)|N|utf8mb4_0900_ai_ci||
        LAST_ERROR_TIMESTAMP|timestamp(6)|N|||
        LAST_QUEUED_TRANSACTION|char(90)|Y|utf8mb4_0900_ai_ci||
        LAST_QUEUED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP|timestamp(6)|N|||
        LAST_QUEUED_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP|timestamp(6)|N|||
        LAST_QUEUED_TRANSACTION_START_QUEUE_TIMESTAMP|timestamp(6)|N|||
        LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP|timestamp(6)|N|||
        QUEUEING_TRANSACTION|char(90)|Y|utf8mb4_0900_ai_ci||
        QUEUEING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP|timestamp(6)|N|||
        QUEUEING_TRANSACTION_IMMEDIATE_COMMIT_TIMESTAMP|timestamp(6)|N|||
        QUEUEING_TRANSACTION_START_QUEUE_TIMESTAMP|timestamp(6)|N|||
        #replication_group_communication_information|
        WRITE_CONCURRENCY|bigint unsigned|N|||
        PROTOCOL_VERSION|longtext|N|utf8mb4_0900_ai_ci||
        WRITE_CONSENSUS_LEADERS_PREFERRED|longtext|N|utf8mb4_0900_ai_ci||
        WRITE_CONSENSUS_LEADERS_ACTUAL|longtext|N|utf8mb4_0900_ai_ci||
        WRITE_CONSENSUS_SINGLE_LEADER_CAPABLE|tinyint(1)|N|||
        MEMBER_FAILURE_SUSPICIONS_COUNT|longtext|N|utf8mb4_0900_ai_ci||
        #replication_group_configuration_version|
        name|char(255)|N|ascii_general_ci||
        version|bigint unsigned|N|||
        #replication_group_member_actions|
        name|char(255)|N|ascii_general_ci||
        event|char(64)|N|ascii_general_ci||
        enabled|tinyint(1)|N|||
        type|char(64)|N|ascii_general_ci||
        priority|tinyint unsigned|N|||
        error_handling|char(64)|N|ascii_general_ci||
        #replication_group_member_stats|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci||
        VIEW_ID|char(60)|N|utf8mb4_bin||
        MEMBER_ID|char(36)|N|utf8mb4_bin||
        COUNT_TRANSACTIONS_IN_QUEUE|bigint unsigned|N|||
        COUNT_TRANSACTIONS_CHECKED|bigint unsigned|N|||
        COUNT_CONFLICTS_DETECTED|bigint unsigned|N|||
        COUNT_TRANSACTIONS_ROWS_VALIDATING|bigint unsigned|N|||
        TRANSACTIONS_COMMITTED_ALL_MEMBERS|longtext|N|utf8mb4_0900_ai_ci||
        LAST_CONFLICT_FREE_TRANSACTION|text|N|utf8mb4_0900_ai_ci||
        COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE|bigint unsigned|N|||
        COUNT_TRANSACTIONS_REMOTE_APPLIED|bigint unsigned|N|||
        COUNT_TRANSACTIONS_LOCAL_PROPOSED|bigint unsigned|N|||
        COUNT_TRANSACTIONS_LOCAL_ROLLBACK|bigint unsigned|N|||
        #replication_group_members|
        CHANNEL_NAME|char(64)|N|utf8mb4_0900_ai_ci||
        MEMBER_ID|char(36)|N|utf8mb4_bin||
        MEMBER_HOST|char(255)|N|ascii_general_ci||
        MEMBER_PORT|int|Y|||
        MEMBER_STATE|char(64)|N|utf8mb4_bin||
        MEMBER_ROLE|char(64)|N|utf8mb4_bin||
        MEMBER_VERSION|char(64)|N|utf8mb4_bin||
        MEMBER_COMMUNICATION_STACK|char(64)|N|utf8mb4_bin||
        #connection_control_failed_login_attempts|
        USERHOST|varchar(6553)|N|utf8mb4_bin||
        FAILED_ATTEMPTS|int|N|||
        #session_account_connect_attrs|
        PROCESSLIST_ID|bigint unsigned|N||PRI|
        ATTR_NAME|varchar(32)|N|utf8mb4_bin|PRI|
        ATTR_VALUE|varchar(1024)|Y|utf8mb4_bin||
        ORDINAL_POSITION|int|Y|||
        #session_connect_attrs|
        PROCESSLIST_ID|bigint unsigned|N||PRI|
        ATTR_NAME|varchar(32)|N|utf8mb4_bin|PRI|
        ATTR_VALUE|varchar(1024)|Y|utf8mb4_bin||
        ORDINAL_POSITION|int|Y|||
        #session_status|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #session_variables|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #setup_actors|
        HOST|char(255)|N|ascii_general_ci|PRI|=%
        USER|char(32)|N|utf8mb4_bin|PRI|=%
        ROLE|char(32)|N|utf8mb4_bin|PRI|=%
        ENABLED|enum('YES','NO')|N|utf8mb4_0900_ai_ci||=YES
        HISTORY|enum('YES','NO')|N|utf8mb4_0900_ai_ci||=YES
        #setup_consumers|
        NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        ENABLED|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        #setup_instruments|
        NAME|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        ENABLED|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        TIMED|enum('YES','NO')|Y|utf8mb4_0900_ai_ci||
        PROPERTIES|set('singleton','progress','user','global_statistics','mutable','controlled_by_default')|N|utf8mb4_0900_ai_ci||
        FLAGS|set('controlled')|Y|utf8mb4_0900_ai_ci||
        VOLATILITY|int|N|||
        DOCUMENTATION|longtext|Y|utf8mb4_0900_ai_ci||
        #setup_objects|
        OBJECT_TYPE|enum('EVENT','FUNCTION','PROCEDURE','TABLE','TRIGGER')|N|utf8mb4_0900_ai_ci|MUL|=TABLE
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||=%
        OBJECT_NAME|varchar(64)|N|utf8mb4_0900_ai_ci||=%
        ENABLED|enum('YES','NO')|N|utf8mb4_0900_ai_ci||=YES
        TIMED|enum('YES','NO')|N|utf8mb4_0900_ai_ci||=YES
        #setup_threads|
        NAME|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        ENABLED|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        HISTORY|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        PROPERTIES|set('singleton','user')|N|utf8mb4_0900_ai_ci||
        VOLATILITY|int|N|||
        DOCUMENTATION|longtext|Y|utf8mb4_0900_ai_ci||
        #status_by_account|
        USER|char(32)|Y|utf8mb4_bin|MUL|
        HOST|char(255)|Y|ascii_general_ci||
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci||
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #status_by_host|
        HOST|char(255)|Y|ascii_general_ci|MUL|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci||
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #status_by_thread|
        THREAD_ID|bigint unsigned|N||PRI|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #status_by_user|
        USER|char(32)|Y|utf8mb4_bin|MUL|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci||
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #table_handles|
        OBJECT_TYPE|varchar(64)|N|utf8mb4_0900_ai_ci|MUL|
        OBJECT_SCHEMA|varchar(64)|N|utf8mb4_0900_ai_ci||
        OBJECT_NAME|varchar(64)|N|utf8mb4_0900_ai_ci||
        OBJECT_INSTANCE_BEGIN|bigint unsigned|N||PRI|
        OWNER_THREAD_ID|bigint unsigned|Y||MUL|
        OWNER_EVENT_ID|bigint unsigned|Y|||
        INTERNAL_LOCK|varchar(64)|Y|utf8mb4_0900_ai_ci||
        EXTERNAL_LOCK|varchar(64)|Y|utf8mb4_0900_ai_ci||
        #table_io_waits_summary_by_table|
        OBJECT_TYPE|varchar(64)|Y|utf8mb4_0900_ai_ci|MUL|
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        COUNT_STAR|bigint unsigned|N|||
        SUM_TIMER_WAIT|bigint unsigned|N|||
        MIN_TIMER_WAIT|bigint unsigned|N|||
        AVG_TIMER_WAIT|bigint unsigned|N|||
        MAX_TIMER_WAIT|bigint unsigned|N|||
        COUNT_READ|bigint unsigned|N|||
        SUM_TIMER_READ|bigint unsigned|N|||
        MIN_TIMER_READ|bigint unsigned|N|||
        AVG_TIMER_READ|bigint unsigned|N|||
        MAX_TIMER_READ|bigint unsigned|N|||
        COUNT_WRITE|bigint unsigned|N|||
        SUM_TIMER_WRITE|bigint unsigned|N|||
        MIN_TIMER_WRITE|bigint unsigned|N|||
        AVG_TIMER_WRITE|bigint unsigned|N|||
        MAX_TIMER_WRITE|bigint unsigned|N|||
        COUNT_FETCH|bigint unsigned|N|||
        SUM_TIMER_FETCH|bigint unsigned|N|||
        MIN_TIMER_FETCH|bigint unsigned|N|||
        AVG_TIMER_FETCH|bigint unsigned|N|||
        MAX_TIMER_FETCH|bigint unsigned|N|||
        COUNT_INSERT|bigint unsigned|N|||
        SUM_TIMER_INSERT|bigint unsigned|N|||
        MIN_TIMER_INSERT|bigint unsigned|N|||
        AVG_TIMER_INSERT|bigint unsigned|N|||
        MAX_TIMER_INSERT|bigint unsigned|N|||
        COUNT_UPDATE|bigint unsigned|N|||
        SUM_TIMER_UPDATE|bigint unsigned|N|||
        MIN_TIMER_UPDATE|bigint unsigned|N|||
        AVG_TIMER_UPDATE|bigint unsigned|N|||
        MAX_TIMER_UPDATE|bigint unsigned|N|||
        COUNT_DELETE|bigint unsigned|N|||
        SUM_TIMER_DELETE|bigint unsigned|N|||
        MIN_TIMER_DELETE|bigint unsigned|N|||
        AVG_TIMER_DELETE|bigint unsigned|N|||
        MAX_TIMER_DELETE|bigint unsigned|N|||
        #table_lock_waits_summary_by_table|
        OBJECT_TYPE|varchar(64)|Y|utf8mb4_0900_ai_ci|MUL|
        OBJECT_SCHEMA|varchar(64)|Y|utf8mb4_0900_ai_ci||
        OBJECT_NAME|varchar(64)|Y|utf8mb4_0900_ai_ci||
        COUNT_STAR|bigint unsigned|N|||
        SUM_TIMER_WAIT|bigint unsigned|N|||
        MIN_TIMER_WAIT|bigint unsigned|N|||
        AVG_TIMER_WAIT|bigint unsigned|N|||
        MAX_TIMER_WAIT|bigint unsigned|N|||
        COUNT_READ|bigint unsigned|N|||
        SUM_TIMER_READ|bigint unsigned|N|||
        MIN_TIMER_READ|bigint unsigned|N|||
        AVG_TIMER_READ|bigint unsigned|N|||
        MAX_TIMER_READ|bigint unsigned|N|||
        COUNT_WRITE|bigint unsigned|N|||
        SUM_TIMER_WRITE|bigint unsigned|N|||
        MIN_TIMER_WRITE|bigint unsigned|N|||
        AVG_TIMER_WRITE|bigint unsigned|N|||
        MAX_TIMER_WRITE|bigint unsigned|N|||
        COUNT_READ_NORMAL|bigint unsigned|N|||
        SUM_TIMER_READ_NORMAL|bigint unsigned|N|||
        MIN_TIMER_READ_NORMAL|bigint unsigned|N|||
        AVG_TIMER_READ_NORMAL|bigint unsigned|N|||
        MAX_TIMER_READ_NORMAL|bigint unsigned|N|||
        COUNT_READ_WITH_SHARED_LOCKS|bigint unsigned|N|||
        SUM_TIMER_READ_WITH_SHARED_LOCKS|bigint unsigned|N|||
        MIN_TIMER_READ_WITH_SHARED_LOCKS|bigint unsigned|N|||
        AVG_TIMER_READ_WITH_SHARED_LOCKS|bigint unsigned|N|||
        MAX_TIMER_READ_WITH_SHARED_LOCKS|bigint unsigned|N|||
        COUNT_READ_HIGH_PRIORITY|bigint unsigned|N|||
        SUM_TIMER_READ_HIGH_PRIORITY|bigint unsigned|N|||
        MIN_TIMER_READ_HIGH_PRIORITY|bigint unsigned|N|||
        AVG_TIMER_READ_HIGH_PRIORITY|bigint unsigned|N|||
        MAX_TIMER_READ_HIGH_PRIORITY|bigint unsigned|N|||
        COUNT_READ_NO_INSERT|bigint unsigned|N|||
        SUM_TIMER_READ_NO_INSERT|bigint unsigned|N|||
        MIN_TIMER_READ_NO_INSERT|bigint unsigned|N|||
        AVG_TIMER_READ_NO_INSERT|bigint unsigned|N|||
        MAX_TIMER_READ_NO_INSERT|bigint unsigned|N|||
        COUNT_READ_EXTERNAL|bigint unsigned|N|||
        SUM_TIMER_READ_EXTERNAL|bigint unsigned|N|||
        MIN_TIMER_READ_EXTERNAL|bigint unsigned|N|||
        AVG_TIMER_READ_EXTERNAL|bigint unsigned|N|||
        MAX_TIMER_READ_EXTERNAL|bigint unsigned|N|||
        COUNT_WRITE_ALLOW_WRITE|bigint unsigned|N|||
        SUM_TIMER_WRITE_ALLOW_WRITE|bigint unsigned|N|||
        MIN_TIMER_WRITE_ALLOW_WRITE|bigint unsigned|N|||
        AVG_TIMER_WRITE_ALLOW_WRITE|bigint unsigned|N|||
        MAX_TIMER_WRITE_ALLOW_WRITE|bigint unsigned|N|||
        COUNT_WRITE_CONCURRENT_INSERT|bigint unsigned|N|||
        SUM_TIMER_WRITE_CONCURRENT_INSERT|bigint unsigned|N|||
        MIN_TIMER_WRITE_CONCURRENT_INSERT|bigint unsigned|N|||
        AVG_TIMER_WRITE_CONCURRENT_INSERT|bigint unsigned|N|||
        MAX_TIMER_WRITE_CONCURRENT_INSERT|bigint unsigned|N|||
        COUNT_WRITE_LOW_PRIORITY|bigint unsigned|N|||
        SUM_TIMER_WRITE_LOW_PRIORITY|bigint unsigned|N|||
        MIN_TIMER_WRITE_LOW_PRIORITY|bigint unsigned|N|||
        AVG_TIMER_WRITE_LOW_PRIORITY|bigint unsigned|N|||
        MAX_TIMER_WRITE_LOW_PRIORITY|bigint unsigned|N|||
        COUNT_WRITE_NORMAL|bigint unsigned|N|||
        SUM_TIMER_WRITE_NORMAL|bigint unsigned|N|||
        MIN_TIMER_WRITE_NORMAL|bigint unsigned|N|||
        AVG_TIMER_WRITE_NORMAL|bigint unsigned|N|||
        MAX_TIMER_WRITE_NORMAL|bigint unsigned|N|||
        COUNT_WRITE_EXTERNAL|bigint unsigned|N|||
        SUM_TIMER_WRITE_EXTERNAL|bigint unsigned|N|||
        MIN_TIMER_WRITE_EXTERNAL|bigint unsigned|N|||
        AVG_TIMER_WRITE_EXTERNAL|bigint unsigned|N|||
        MAX_TIMER_WRITE_EXTERNAL|bigint unsigned|N|||
        #threads|
        THREAD_ID|bigint unsigned|N||PRI|
        NAME|varchar(128)|N|utf8mb4_0900_ai_ci|MUL|
        TYPE|varchar(10)|N|utf8mb4_0900_ai_ci||
        PROCESSLIST_ID|bigint unsigned|Y||MUL|
        PROCESSLIST_USER|varchar(32)|Y|utf8mb4_0900_ai_ci|MUL|
        PROCESSLIST_HOST|varchar(255)|Y|ascii_general_ci|MUL|
        PROCESSLIST_DB|varchar(64)|Y|utf8mb4_0900_ai_ci||
        PROCESSLIST_COMMAND|varchar(16)|Y|utf8mb4_0900_ai_ci||
        PROCESSLIST_TIME|bigint|Y|||
        PROCESSLIST_STATE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        PROCESSLIST_INFO|longtext|Y|utf8mb4_0900_ai_ci||
        PARENT_THREAD_ID|bigint unsigned|Y|||
        ROLE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        INSTRUMENTED|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        HISTORY|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        CONNECTION_TYPE|varchar(16)|Y|utf8mb4_0900_ai_ci||
        THREAD_OS_ID|bigint unsigned|Y||MUL|
        RESOURCE_GROUP|varchar(64)|Y|utf8mb4_0900_ai_ci|MUL|
        EXECUTION_ENGINE|enum('PRIMARY','SECONDARY')|Y|utf8mb4_0900_ai_ci||
        CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_CONTROLLED_MEMORY|bigint unsigned|N|||
        TOTAL_MEMORY|bigint unsigned|N|||
        MAX_TOTAL_MEMORY|bigint unsigned|N|||
        TELEMETRY_ACTIVE|enum('YES','NO')|N|utf8mb4_0900_ai_ci||
        #tls_channel_status|
        CHANNEL|varchar(128)|N|utf8mb4_0900_ai_ci||
        PROPERTY|varchar(128)|N|utf8mb4_0900_ai_ci||
        VALUE|varchar(2048)|N|utf8mb4_0900_ai_ci||
        #user_defined_functions|
        UDF_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        UDF_RETURN_TYPE|varchar(20)|N|utf8mb4_0900_ai_ci||
        UDF_TYPE|varchar(20)|N|utf8mb4_0900_ai_ci||
        UDF_LIBRARY|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        UDF_USAGE_COUNT|bigint|Y|||
        #user_variables_by_thread|
        THREAD_ID|bigint unsigned|N||PRI|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        VARIABLE_VALUE|longblob|Y|||
        #users|
        USER|char(32)|Y|utf8mb4_bin|UNI|
        CURRENT_CONNECTIONS|bigint|N|||
        TOTAL_CONNECTIONS|bigint|N|||
        MAX_SESSION_CONTROLLED_MEMORY|bigint unsigned|N|||
        MAX_SESSION_TOTAL_MEMORY|bigint unsigned|N|||
        #variables_by_thread|
        THREAD_ID|bigint unsigned|N||PRI|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci|PRI|
        VARIABLE_VALUE|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        #variables_info|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci||
        VARIABLE_SOURCE|enum('COMPILED','GLOBAL','SERVER','EXPLICIT','EXTRA','USER','LOGIN','COMMAND_LINE','PERSISTED','DYNAMIC')|Y|utf8mb4_0900_ai_ci||=COMPILED
        VARIABLE_PATH|varchar(1024)|Y|utf8mb4_0900_ai_ci||
        MIN_VALUE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        MAX_VALUE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        SET_TIME|timestamp(6)|Y|||
        SET_USER|char(32)|Y|utf8mb4_bin||
        SET_HOST|char(255)|Y|ascii_general_ci||
        #variables_metadata|
        VARIABLE_NAME|varchar(64)|N|utf8mb4_0900_ai_ci||
        VARIABLE_SCOPE|enum('GLOBAL','SESSION','SESSION_ONLY')|N|utf8mb4_0900_ai_ci||
        DATA_TYPE|enum('Integer','Numeric','String','Enumeration','Boolean','Set')|N|utf8mb4_0900_ai_ci||
        MIN_VALUE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        MAX_VALUE|varchar(64)|Y|utf8mb4_0900_ai_ci||
        DOCUMENTATION|mediumtext|N|utf8mb4_0900_ai_ci||
        """#
}
