/// Columns of information_schema.
extension SystemTableText {
    // swift-format-ignore: one column, one line
    package static let informationSchema: StaticString = #"""
        #ADMINISTRABLE_ROLE_AUTHORIZATIONS|
        USER|varchar(97)|Y|utf8mb3_general_ci||
        HOST|varchar(256)|Y|utf8mb3_general_ci||
        GRANTEE|varchar(97)|Y|utf8mb4_0900_ai_ci||
        GRANTEE_HOST|varchar(256)|Y|utf8mb4_0900_ai_ci||
        ROLE_NAME|varchar(255)|Y|utf8mb4_0900_ai_ci||
        ROLE_HOST|varchar(256)|Y|utf8mb4_0900_ai_ci||
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        IS_DEFAULT|varchar(3)|Y|utf8mb3_general_ci||
        IS_MANDATORY|varchar(3)|N|utf8mb3_general_ci||=
        #APPLICABLE_ROLES|
        USER|varchar(97)|Y|utf8mb3_general_ci||
        HOST|varchar(256)|Y|utf8mb3_general_ci||
        GRANTEE|varchar(97)|Y|utf8mb4_0900_ai_ci||
        GRANTEE_HOST|varchar(256)|Y|utf8mb4_0900_ai_ci||
        ROLE_NAME|varchar(255)|Y|utf8mb4_0900_ai_ci||
        ROLE_HOST|varchar(256)|Y|utf8mb4_0900_ai_ci||
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        IS_DEFAULT|varchar(3)|Y|utf8mb3_general_ci||
        IS_MANDATORY|varchar(3)|N|utf8mb3_general_ci||=
        #CHARACTER_SETS|
        CHARACTER_SET_NAME|varchar(64)|N|utf8mb3_general_ci||
        DEFAULT_COLLATE_NAME|varchar(64)|N|utf8mb3_general_ci||
        DESCRIPTION|varchar(2048)|N|utf8mb3_general_ci||
        MAXLEN|int unsigned|N|||
        #CHECK_CONSTRAINTS|
        CONSTRAINT_CATALOG|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_SCHEMA|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_NAME|varchar(64)|N|utf8mb3_tolower_ci||
        CHECK_CLAUSE|longtext|N|utf8mb3_bin||
        #COLLATIONS|
        COLLATION_NAME|varchar(64)|N|utf8mb3_general_ci||
        CHARACTER_SET_NAME|varchar(64)|N|utf8mb3_general_ci||
        ID|bigint unsigned|N|||=0
        IS_DEFAULT|varchar(3)|N|utf8mb3_general_ci||=
        IS_COMPILED|varchar(3)|N|utf8mb3_general_ci||=
        SORTLEN|int unsigned|N|||
        PAD_ATTRIBUTE|enum('PAD SPACE','NO PAD')|N|utf8mb3_bin||
        #COLLATION_CHARACTER_SET_APPLICABILITY|
        COLLATION_NAME|varchar(64)|N|utf8mb3_general_ci||
        CHARACTER_SET_NAME|varchar(64)|N|utf8mb3_general_ci||
        #COLUMNS|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        COLUMN_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        ORDINAL_POSITION|int unsigned|N|||
        COLUMN_DEFAULT|text|Y|utf8mb3_bin||
        IS_NULLABLE|varchar(3)|N|utf8mb3_general_ci||=
        DATA_TYPE|longtext|Y|utf8mb3_bin||
        CHARACTER_MAXIMUM_LENGTH|bigint|Y|||
        CHARACTER_OCTET_LENGTH|bigint|Y|||
        NUMERIC_PRECISION|bigint unsigned|Y|||
        NUMERIC_SCALE|bigint unsigned|Y|||
        DATETIME_PRECISION|int unsigned|Y|||
        CHARACTER_SET_NAME|varchar(64)|Y|utf8mb3_general_ci||
        COLLATION_NAME|varchar(64)|Y|utf8mb3_general_ci||
        COLUMN_TYPE|mediumtext|N|utf8mb3_bin||
        COLUMN_KEY|enum('','PRI','UNI','MUL')|N|utf8mb3_bin||
        EXTRA|varchar(256)|Y|utf8mb3_general_ci||
        PRIVILEGES|varchar(154)|Y|utf8mb3_general_ci||
        COLUMN_COMMENT|text|N|utf8mb3_bin||
        GENERATION_EXPRESSION|longtext|N|utf8mb3_bin||
        SRS_ID|int unsigned|Y|||
        #COLUMNS_EXTENSIONS|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        COLUMN_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        ENGINE_ATTRIBUTE|json|Y|||
        SECONDARY_ENGINE_ATTRIBUTE|json|Y|||
        #COLUMN_PRIVILEGES|
        GRANTEE|varchar(292)|N|utf8mb3_general_ci||=
        TABLE_CATALOG|varchar(512)|N|utf8mb3_general_ci||=
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_general_ci||=
        TABLE_NAME|varchar(64)|N|utf8mb3_general_ci||=
        COLUMN_NAME|varchar(64)|N|utf8mb3_general_ci||=
        PRIVILEGE_TYPE|varchar(64)|N|utf8mb3_general_ci||=
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        #COLUMN_STATISTICS|
        SCHEMA_NAME|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        COLUMN_NAME|varchar(64)|N|utf8mb3_tolower_ci||
        HISTOGRAM|json|N|||
        #ENABLED_ROLES|
        ROLE_NAME|varchar(255)|Y|utf8mb4_0900_ai_ci||
        ROLE_HOST|varchar(255)|Y|utf8mb4_0900_ai_ci||
        IS_DEFAULT|varchar(3)|Y|utf8mb3_general_ci||
        IS_MANDATORY|varchar(3)|N|utf8mb3_general_ci||=
        #ENGINES|
        ENGINE|varchar(64)|N|utf8mb3_general_ci||=
        SUPPORT|varchar(8)|N|utf8mb3_general_ci||=
        COMMENT|varchar(80)|N|utf8mb3_general_ci||=
        TRANSACTIONS|varchar(3)|Y|utf8mb3_general_ci||=
        XA|varchar(3)|Y|utf8mb3_general_ci||=
        SAVEPOINTS|varchar(3)|Y|utf8mb3_general_ci||=
        #EVENTS|
        EVENT_CATALOG|varchar(64)|N|utf8mb3_bin||
        EVENT_SCHEMA|varchar(64)|N|utf8mb3_bin||
        EVENT_NAME|varchar(64)|N|utf8mb3_general_ci||
        DEFINER|varchar(288)|N|utf8mb3_bin||
        TIME_ZONE|varchar(64)|N|utf8mb3_bin||
        EVENT_BODY|varchar(3)|N|utf8mb3_general_ci||=
        EVENT_DEFINITION|longtext|N|utf8mb3_bin||
        EVENT_TYPE|varchar(9)|N|utf8mb3_general_ci||=
        EXECUTE_AT|datetime|Y|||
        INTERVAL_VALUE|varchar(256)|Y|utf8mb3_general_ci||
        INTERVAL_FIELD|enum('YEAR','QUARTER','MONTH','DAY','HOUR','MINUTE','WEEK','SECOND','MICROSECOND','YEAR_MONTH','DAY_HOUR','DAY_MINUTE','DAY_SECOND','HOUR_MINUTE','HOUR_SECOND','MINUTE_SECOND','DAY_MICROSECOND','HOUR_MICROSECOND','MINUTE_MICROSECOND','SECOND_MICROSECOND')|Y|utf8mb3_bin||
        SQL_MODE|set('REAL_AS_FLOAT','PIPES_AS_CONCAT','ANSI_QUOTES','IGNORE_SPACE','NOT_USED','ONLY_FULL_GROUP_BY','NO_UNSIGNED_SUBTRACTION','NO_DIR_IN_CREATE','NOT_USED_9','NOT_USED_10','NOT_USED_11','NOT_USED_12','NOT_USED_13','NOT_USED_14','NOT_USED_15','NOT_USED_16','NOT_USED_17','NOT_USED_18','ANSI','NO_AUTO_VALUE_ON_ZERO','NO_BACKSLASH_ESCAPES','STRICT_TRANS_TABLES','STRICT_ALL_TABLES','NO_ZERO_IN_DATE','NO_ZERO_DATE','ALLOW_INVALID_DATES','ERROR_FOR_DIVISION_BY_ZERO','TRADITIONAL','NOT_USED_29','HIGH_NOT_PRECEDENCE','NO_ENGINE_SUBSTITUTION','PAD_CHAR_TO_FULL_LENGTH','TIME_TRUNCATE_FRACTIONAL','INTERPRET_UTF8_AS_UTF8MB4')|N|utf8mb3_bin||
        STARTS|datetime|Y|||
        ENDS|datetime|Y|||
        STATUS|varchar(21)|N|utf8mb3_bin||=
        ON_COMPLETION|varchar(12)|N|utf8mb3_general_ci||=
        CREATED|timestamp|N|||
        LAST_ALTERED|timestamp|N|||
        LAST_EXECUTED|datetime|Y|||
        EVENT_COMMENT|varchar(2048)|N|utf8mb3_bin||
        ORIGINATOR|int unsigned|N|||
        CHARACTER_SET_CLIENT|varchar(64)|N|utf8mb3_general_ci||
        COLLATION_CONNECTION|varchar(64)|N|utf8mb3_general_ci||
        DATABASE_COLLATION|varchar(64)|N|utf8mb3_general_ci||
        #FILES|
        FILE_ID|bigint|Y|||
        FILE_NAME|text|Y|utf8mb3_bin||
        FILE_TYPE|varchar(256)|Y|utf8mb3_general_ci||
        TABLESPACE_NAME|varchar(268)|N|utf8mb3_bin||
        TABLE_CATALOG|varchar(0)|N|utf8mb3_general_ci||=
        TABLE_SCHEMA|varbinary(0)|Y|||
        TABLE_NAME|varbinary(0)|Y|||
        LOGFILE_GROUP_NAME|varchar(256)|Y|utf8mb3_general_ci||
        LOGFILE_GROUP_NUMBER|bigint|Y|||
        ENGINE|varchar(64)|N|utf8mb3_general_ci||
        FULLTEXT_KEYS|varbinary(0)|Y|||
        DELETED_ROWS|varbinary(0)|Y|||
        UPDATE_COUNT|varbinary(0)|Y|||
        FREE_EXTENTS|bigint|Y|||
        TOTAL_EXTENTS|bigint|Y|||
        EXTENT_SIZE|bigint|Y|||
        INITIAL_SIZE|bigint|Y|||
        MAXIMUM_SIZE|bigint|Y|||
        AUTOEXTEND_SIZE|bigint|Y|||
        CREATION_TIME|varbinary(0)|Y|||
        LAST_UPDATE_TIME|varbinary(0)|Y|||
        LAST_ACCESS_TIME|varbinary(0)|Y|||
        RECOVER_TIME|varbinary(0)|Y|||
        TRANSACTION_COUNTER|varbinary(0)|Y|||
        VERSION|bigint|Y|||
        ROW_FORMAT|varchar(256)|Y|utf8mb3_general_ci||
        TABLE_ROWS|varbinary(0)|Y|||
        AVG_ROW_LENGTH|varbinary(0)|Y|||
        DATA_LENGTH|varbinary(0)|Y|||
        MAX_DATA_LENGTH|varbinary(0)|Y|||
        INDEX_LENGTH|varbinary(0)|Y|||
        DATA_FREE|bigint|Y|||
        CREATE_TIME|varbinary(0)|Y|||
        UPDATE_TIME|varbinary(0)|Y|||
        CHECK_TIME|varbinary(0)|Y|||
        CHECKSUM|varbinary(0)|Y|||
        STATUS|varchar(256)|Y|utf8mb3_general_ci||
        EXTRA|varchar(256)|Y|utf8mb3_general_ci||
        #INNODB_TABLES|
        TABLE_ID|bigint unsigned|N|||=
        NAME|varchar(655)|N|utf8mb3_general_ci||=
        FLAG|int|N|||=
        N_COLS|int|N|||=
        SPACE|bigint|N|||=
        ROW_FORMAT|varchar(12)|Y|utf8mb3_general_ci||=
        ZIP_PAGE_SIZE|int unsigned|N|||=
        SPACE_TYPE|varchar(10)|Y|utf8mb3_general_ci||=
        INSTANT_COLS|int|N|||=
        TOTAL_ROW_VERSIONS|int|N|||=
        #INNODB_TABLESPACES|
        SPACE|int unsigned|N|||=
        NAME|varchar(655)|N|utf8mb3_general_ci||=
        FLAG|int unsigned|N|||=
        ROW_FORMAT|varchar(22)|Y|utf8mb3_general_ci||=
        PAGE_SIZE|int unsigned|N|||=
        ZIP_PAGE_SIZE|int unsigned|N|||=
        SPACE_TYPE|varchar(10)|Y|utf8mb3_general_ci||=
        FS_BLOCK_SIZE|int unsigned|N|||=
        FILE_SIZE|bigint unsigned|N|||=
        ALLOCATED_SIZE|bigint unsigned|N|||=
        AUTOEXTEND_SIZE|bigint unsigned|N|||=
        SERVER_VERSION|varchar(10)|Y|utf8mb3_general_ci||=
        SPACE_VERSION|int unsigned|N|||=
        ENCRYPTION|varchar(1)|Y|utf8mb3_general_ci||=
        STATE|varchar(10)|Y|utf8mb3_general_ci||=
        #INNODB_TRX|
        trx_id|bigint unsigned|N|||=
        trx_state|varchar(13)|N|utf8mb3_general_ci||=
        trx_started|datetime|N|||=
        trx_requested_lock_id|varchar(126)|Y|utf8mb3_general_ci||=
        trx_wait_started|datetime|Y|||=
        trx_weight|bigint unsigned|N|||=
        trx_mysql_thread_id|bigint unsigned|N|||=
        trx_query|varchar(1024)|Y|utf8mb3_general_ci||=
        trx_operation_state|varchar(64)|Y|utf8mb3_general_ci||=
        trx_tables_in_use|bigint unsigned|N|||=
        trx_tables_locked|bigint unsigned|N|||=
        trx_lock_structs|bigint unsigned|N|||=
        trx_lock_memory_bytes|bigint unsigned|N|||=
        trx_rows_locked|bigint unsigned|N|||=
        trx_rows_modified|bigint unsigned|N|||=
        trx_concurrency_tickets|bigint unsigned|N|||=
        trx_isolation_level|varchar(16)|N|utf8mb3_general_ci||=
        trx_unique_checks|int|N|||=
        trx_foreign_key_checks|int|N|||=
        trx_last_foreign_key_error|varchar(256)|Y|utf8mb3_general_ci||=
        trx_adaptive_hash_latched|int|N|||=
        trx_adaptive_hash_timeout|bigint unsigned|N|||=
        trx_is_read_only|int|N|||=
        trx_autocommit_non_locking|int|N|||=
        trx_schedule_weight|bigint unsigned|Y|||=
        #INNODB_METRICS|
        NAME|varchar(193)|N|utf8mb3_general_ci||=
        SUBSYSTEM|varchar(193)|N|utf8mb3_general_ci||=
        COUNT|bigint|N|||=
        MAX_COUNT|bigint|Y|||=
        MIN_COUNT|bigint|Y|||=
        AVG_COUNT|float(12,0)|Y|||=
        COUNT_RESET|bigint|N|||=
        MAX_COUNT_RESET|bigint|Y|||=
        MIN_COUNT_RESET|bigint|Y|||=
        AVG_COUNT_RESET|float(12,0)|Y|||=
        TIME_ENABLED|datetime|Y|||=
        TIME_DISABLED|datetime|Y|||=
        TIME_ELAPSED|bigint|Y|||=
        TIME_RESET|datetime|Y|||=
        STATUS|varchar(193)|N|utf8mb3_general_ci||=
        TYPE|varchar(193)|N|utf8mb3_general_ci||=
        COMMENT|varchar(193)|N|utf8mb3_general_ci||=
        #INNODB_BUFFER_POOL_STATS|
        POOL_ID|bigint unsigned|N|||=
        POOL_SIZE|bigint unsigned|N|||=
        FREE_BUFFERS|bigint unsigned|N|||=
        DATABASE_PAGES|bigint unsigned|N|||=
        OLD_DATABASE_PAGES|bigint unsigned|N|||=
        MODIFIED_DATABASE_PAGES|bigint unsigned|N|||=
        PENDING_DECOMPRESS|bigint unsigned|N|||=
        PENDING_READS|bigint unsigned|N|||=
        PENDING_FLUSH_LRU|bigint unsigned|N|||=
        PENDING_FLUSH_LIST|bigint unsigned|N|||=
        PAGES_MADE_YOUNG|bigint unsigned|N|||=
        PAGES_NOT_MADE_YOUNG|bigint unsigned|N|||=
        PAGES_MADE_YOUNG_RATE|float(12,0)|N|||=
        PAGES_MADE_NOT_YOUNG_RATE|float(12,0)|N|||=
        NUMBER_PAGES_READ|bigint unsigned|N|||=
        NUMBER_PAGES_CREATED|bigint unsigned|N|||=
        NUMBER_PAGES_WRITTEN|bigint unsigned|N|||=
        PAGES_READ_RATE|float(12,0)|N|||=
        PAGES_CREATE_RATE|float(12,0)|N|||=
        PAGES_WRITTEN_RATE|float(12,0)|N|||=
        NUMBER_PAGES_GET|bigint unsigned|N|||=
        HIT_RATE|bigint unsigned|N|||=
        YOUNG_MAKE_PER_THOUSAND_GETS|bigint unsigned|N|||=
        NOT_YOUNG_MAKE_PER_THOUSAND_GETS|bigint unsigned|N|||=
        NUMBER_PAGES_READ_AHEAD|bigint unsigned|N|||=
        NUMBER_READ_AHEAD_EVICTED|bigint unsigned|N|||=
        READ_AHEAD_RATE|float(12,0)|N|||=
        READ_AHEAD_EVICTED_RATE|float(12,0)|N|||=
        LRU_IO_TOTAL|bigint unsigned|N|||=
        LRU_IO_CURRENT|bigint unsigned|N|||=
        UNCOMPRESS_TOTAL|bigint unsigned|N|||=
        UNCOMPRESS_CURRENT|bigint unsigned|N|||=
        #INNODB_COLUMNS|
        TABLE_ID|bigint unsigned|N|||=
        NAME|varchar(193)|N|utf8mb3_general_ci||=
        POS|bigint unsigned|N|||=
        MTYPE|int|N|||=
        PRTYPE|int|N|||=
        LEN|int|N|||=
        HAS_DEFAULT|int|N|||=
        DEFAULT_VALUE|text|Y|utf8mb3_general_ci||=
        #INNODB_INDEXES|
        INDEX_ID|bigint unsigned|N|||=
        NAME|varchar(193)|N|utf8mb3_general_ci||=
        TABLE_ID|bigint unsigned|N|||=
        TYPE|int|N|||=
        N_FIELDS|int|N|||=
        PAGE_NO|int|N|||=
        SPACE|int|N|||=
        MERGE_THRESHOLD|int|N|||=
        #INNODB_FOREIGN|
        ID|varchar(129)|Y|utf8mb3_bin||
        FOR_NAME|varchar(129)|Y|utf8mb3_bin||
        REF_NAME|varchar(129)|Y|utf8mb3_bin||
        N_COLS|bigint|N|||=0
        TYPE|bigint unsigned|N|||=0
        #INNODB_FOREIGN_COLS|
        ID|varchar(129)|Y|utf8mb3_bin||
        FOR_COL_NAME|varchar(64)|N|utf8mb3_tolower_ci||
        REF_COL_NAME|varchar(64)|N|utf8mb3_tolower_ci||
        POS|int unsigned|N|||
        #INNODB_FIELDS|
        INDEX_ID|varbinary(256)|Y|||
        NAME|varchar(64)|N|utf8mb3_tolower_ci||
        POS|bigint unsigned|N|||=0
        #INNODB_TABLESTATS|
        TABLE_ID|bigint unsigned|N|||=
        NAME|varchar(193)|N|utf8mb3_general_ci||=
        STATS_INITIALIZED|varchar(193)|N|utf8mb3_general_ci||=
        NUM_ROWS|bigint unsigned|N|||=
        CLUST_INDEX_SIZE|bigint unsigned|N|||=
        OTHER_INDEX_SIZE|bigint unsigned|N|||=
        MODIFIED_COUNTER|bigint unsigned|N|||=
        AUTOINC|bigint unsigned|N|||=
        REF_COUNT|int|N|||=
        #INNODB_VIRTUAL|
        TABLE_ID|bigint unsigned|N|||=
        POS|int unsigned|N|||=
        BASE_POS|int unsigned|N|||=
        #INNODB_DATAFILES|
        SPACE|varbinary(256)|Y|||
        PATH|varchar(512)|N|utf8mb3_bin||
        #INNODB_TEMP_TABLE_INFO|
        TABLE_ID|bigint unsigned|N|||=
        NAME|varchar(64)|Y|utf8mb3_general_ci||=
        N_COLS|int unsigned|N|||=
        SPACE|int unsigned|N|||=
        #KEYWORDS|
        WORD|varchar(128)|Y|utf8mb4_0900_ai_ci||
        RESERVED|int|Y|||
        #KEY_COLUMN_USAGE|
        CONSTRAINT_CATALOG|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_SCHEMA|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        COLUMN_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        ORDINAL_POSITION|int unsigned|N|||=0
        POSITION_IN_UNIQUE_CONSTRAINT|int unsigned|Y|||
        REFERENCED_TABLE_SCHEMA|varchar(64)|Y|utf8mb3_bin||
        REFERENCED_TABLE_NAME|varchar(64)|Y|utf8mb3_bin||
        REFERENCED_COLUMN_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        #OPTIMIZER_TRACE|
        QUERY|varchar(21845)|N|utf8mb3_general_ci||=
        TRACE|varchar(21845)|N|utf8mb3_general_ci||=
        MISSING_BYTES_BEYOND_MAX_MEM_SIZE|int|N|||=
        INSUFFICIENT_PRIVILEGES|tinyint(1)|N|||=
        #PARAMETERS|
        SPECIFIC_CATALOG|varchar(64)|N|utf8mb3_bin||
        SPECIFIC_SCHEMA|varchar(64)|N|utf8mb3_bin||
        SPECIFIC_NAME|varchar(64)|N|utf8mb3_general_ci||
        ORDINAL_POSITION|bigint unsigned|N|||=0
        PARAMETER_MODE|varchar(5)|Y|utf8mb3_bin||
        PARAMETER_NAME|varchar(64)|Y|utf8mb3_general_ci||
        DATA_TYPE|longtext|Y|utf8mb3_bin||
        CHARACTER_MAXIMUM_LENGTH|bigint|Y|||
        CHARACTER_OCTET_LENGTH|bigint|Y|||
        NUMERIC_PRECISION|int unsigned|Y|||
        NUMERIC_SCALE|bigint|Y|||
        DATETIME_PRECISION|int unsigned|Y|||
        CHARACTER_SET_NAME|varchar(64)|Y|utf8mb3_general_ci||
        COLLATION_NAME|varchar(64)|Y|utf8mb3_general_ci||
        DTD_IDENTIFIER|mediumtext|N|utf8mb3_bin||
        ROUTINE_TYPE|enum('FUNCTION','PROCEDURE','LIBRARY')|N|utf8mb3_bin||
        #PARTITIONS|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        PARTITION_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        SUBPARTITION_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        PARTITION_ORDINAL_POSITION|int unsigned|Y|||
        SUBPARTITION_ORDINAL_POSITION|int unsigned|Y|||
        SECONDARY_LOAD|varchar(1)|Y|utf8mb3_bin||
        PARTITION_METHOD|varchar(13)|Y|utf8mb3_general_ci||
        SUBPARTITION_METHOD|varchar(13)|Y|utf8mb3_general_ci||
        PARTITION_EXPRESSION|varchar(2048)|Y|utf8mb3_bin||
        SUBPARTITION_EXPRESSION|varchar(2048)|Y|utf8mb3_bin||
        PARTITION_DESCRIPTION|text|Y|utf8mb3_bin||
        TABLE_ROWS|bigint unsigned|Y|||
        AVG_ROW_LENGTH|bigint unsigned|Y|||
        DATA_LENGTH|bigint unsigned|Y|||
        MAX_DATA_LENGTH|bigint unsigned|Y|||
        INDEX_LENGTH|bigint unsigned|Y|||
        DATA_FREE|bigint unsigned|Y|||
        CREATE_TIME|timestamp|N|||
        UPDATE_TIME|datetime|Y|||
        CHECK_TIME|datetime|Y|||
        CHECKSUM|bigint|Y|||
        PARTITION_COMMENT|text|N|utf8mb3_bin||
        NODEGROUP|varchar(256)|Y|utf8mb3_general_ci||
        TABLESPACE_NAME|varchar(268)|Y|utf8mb3_bin||
        #PLUGINS|
        PLUGIN_NAME|varchar(64)|N|utf8mb3_general_ci||=
        PLUGIN_VERSION|varchar(20)|N|utf8mb3_general_ci||=
        PLUGIN_STATUS|varchar(10)|N|utf8mb3_general_ci||=
        PLUGIN_TYPE|varchar(80)|N|utf8mb3_general_ci||=
        PLUGIN_TYPE_VERSION|varchar(20)|N|utf8mb3_general_ci||=
        PLUGIN_LIBRARY|varchar(64)|Y|utf8mb3_general_ci||=
        PLUGIN_LIBRARY_VERSION|varchar(20)|Y|utf8mb3_general_ci||=
        PLUGIN_AUTHOR|varchar(64)|Y|utf8mb3_general_ci||=
        PLUGIN_DESCRIPTION|varchar(21845)|Y|utf8mb3_general_ci||=
        PLUGIN_LICENSE|varchar(80)|Y|utf8mb3_general_ci||=
        LOAD_OPTION|varchar(64)|N|utf8mb3_general_ci||=
        #PROCESSLIST|
        ID|bigint unsigned|N|||=
        USER|varchar(32)|N|utf8mb3_general_ci||=
        HOST|varchar(261)|N|utf8mb3_general_ci||=
        DB|varchar(64)|Y|utf8mb3_general_ci||=
        COMMAND|varchar(16)|N|utf8mb3_general_ci||=
        TIME|int|N|||=
        STATE|varchar(64)|Y|utf8mb3_general_ci||=
        INFO|longtext|Y|utf8mb3_general_ci||=
        #PROFILING|
        QUERY_ID|int|N|||=
        SEQ|int|N|||=
        STATE|varchar(30)|N|utf8mb3_general_ci||=
        DURATION|decimal(65,6)|N|||=
        CPU_USER|decimal(65,6)|Y|||=
        CPU_SYSTEM|decimal(65,6)|Y|||=
        CONTEXT_VOLUNTARY|int|Y|||=
        CONTEXT_INVOLUNTARY|int|Y|||=
        BLOCK_OPS_IN|int|Y|||=
        BLOCK_OPS_OUT|int|Y|||=
        MESSAGES_SENT|int|Y|||=
        MESSAGES_RECEIVED|int|Y|||=
        PAGE_FAULTS_MAJOR|int|Y|||=
        PAGE_FAULTS_MINOR|int|Y|||=
        SWAPS|int|Y|||=
        SOURCE_FUNCTION|varchar(30)|Y|utf8mb3_general_ci||=
        SOURCE_FILE|varchar(20)|Y|utf8mb3_general_ci||=
        SOURCE_LINE|int|Y|||=
        #REFERENTIAL_CONSTRAINTS|
        CONSTRAINT_CATALOG|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_SCHEMA|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        UNIQUE_CONSTRAINT_CATALOG|varchar(64)|N|utf8mb3_bin||
        UNIQUE_CONSTRAINT_SCHEMA|varchar(64)|N|utf8mb3_bin||
        UNIQUE_CONSTRAINT_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        MATCH_OPTION|enum('NONE','PARTIAL','FULL')|N|utf8mb3_bin||
        UPDATE_RULE|enum('NO ACTION','RESTRICT','CASCADE','SET NULL','SET DEFAULT')|N|utf8mb3_bin||
        DELETE_RULE|enum('NO ACTION','RESTRICT','CASCADE','SET NULL','SET DEFAULT')|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        REFERENCED_TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        #RESOURCE_GROUPS|
        RESOURCE_GROUP_NAME|varchar(64)|N|utf8mb3_general_ci||
        RESOURCE_GROUP_TYPE|enum('SYSTEM','USER')|N|utf8mb3_bin||
        RESOURCE_GROUP_ENABLED|tinyint(1)|N|||
        VCPU_IDS|blob|Y|||
        THREAD_PRIORITY|int|N|||
        #ROLE_COLUMN_GRANTS|
        GRANTOR|varchar(97)|Y|utf8mb3_general_ci||
        GRANTOR_HOST|varchar(256)|Y|utf8mb3_general_ci||
        GRANTEE|char(32)|N|utf8mb3_bin||=
        GRANTEE_HOST|char(255)|N|ascii_general_ci||=
        TABLE_CATALOG|varchar(3)|N|utf8mb3_general_ci||=
        TABLE_SCHEMA|char(64)|N|utf8mb3_bin||=
        TABLE_NAME|char(64)|N|utf8mb3_bin||=
        COLUMN_NAME|char(64)|N|utf8mb3_bin||=
        PRIVILEGE_TYPE|set('Select','Insert','Update','References')|N|utf8mb3_general_ci||=
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        #ROLE_ROUTINE_GRANTS|
        GRANTOR|varchar(97)|Y|utf8mb3_general_ci||
        GRANTOR_HOST|varchar(256)|Y|utf8mb3_general_ci||
        GRANTEE|char(32)|N|utf8mb3_bin||=
        GRANTEE_HOST|char(255)|N|ascii_general_ci||=
        SPECIFIC_CATALOG|varchar(3)|N|utf8mb3_general_ci||=
        SPECIFIC_SCHEMA|char(64)|N|utf8mb3_bin||=
        SPECIFIC_NAME|char(64)|N|utf8mb3_general_ci||=
        ROUTINE_CATALOG|varchar(3)|N|utf8mb3_general_ci||=
        ROUTINE_SCHEMA|char(64)|N|utf8mb3_bin||=
        ROUTINE_NAME|char(64)|N|utf8mb3_general_ci||=
        PRIVILEGE_TYPE|set('Execute','Alter Routine','Grant')|N|utf8mb3_general_ci||=
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        #ROLE_TABLE_GRANTS|
        GRANTOR|varchar(97)|Y|utf8mb3_general_ci||
        GRANTOR_HOST|varchar(256)|Y|utf8mb3_general_ci||
        GRANTEE|char(32)|N|utf8mb3_bin||=
        GRANTEE_HOST|char(255)|N|ascii_general_ci||=
        TABLE_CATALOG|varchar(3)|N|utf8mb3_general_ci||=
        TABLE_SCHEMA|char(64)|N|utf8mb3_bin||=
        TABLE_NAME|char(64)|N|utf8mb3_bin||=
        PRIVILEGE_TYPE|set('Select','Insert','Update','Delete','Create','Drop','Grant','References','Index','Alter','Create View','Show view','Trigger')|N|utf8mb3_general_ci||=
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        #ROUTINES|
        SPECIFIC_NAME|varchar(64)|N|utf8mb3_general_ci||
        ROUTINE_CATALOG|varchar(64)|N|utf8mb3_bin||
        ROUTINE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        ROUTINE_NAME|varchar(64)|N|utf8mb3_general_ci||
        ROUTINE_TYPE|enum('FUNCTION','PROCEDURE','LIBRARY')|N|utf8mb3_bin||
        DATA_TYPE|longtext|Y|utf8mb3_bin||
        CHARACTER_MAXIMUM_LENGTH|bigint|Y|||
        CHARACTER_OCTET_LENGTH|bigint|Y|||
        NUMERIC_PRECISION|int unsigned|Y|||
        NUMERIC_SCALE|int unsigned|Y|||
        DATETIME_PRECISION|int unsigned|Y|||
        CHARACTER_SET_NAME|varchar(64)|Y|utf8mb3_general_ci||
        COLLATION_NAME|varchar(64)|Y|utf8mb3_general_ci||
        DTD_IDENTIFIER|longtext|Y|utf8mb3_bin||
        ROUTINE_BODY|varchar(8)|N|utf8mb3_general_ci||=
        ROUTINE_DEFINITION|longtext|Y|utf8mb3_bin||
        EXTERNAL_NAME|varbinary(0)|Y|||
        EXTERNAL_LANGUAGE|varchar(64)|N|utf8mb3_bin||=SQL
        PARAMETER_STYLE|varchar(3)|N|utf8mb3_general_ci||=
        IS_DETERMINISTIC|varchar(3)|N|utf8mb3_general_ci||=
        SQL_DATA_ACCESS|enum('CONTAINS SQL','NO SQL','READS SQL DATA','MODIFIES SQL DATA')|N|utf8mb3_bin||
        SQL_PATH|varbinary(0)|Y|||
        SECURITY_TYPE|enum('DEFAULT','INVOKER','DEFINER')|N|utf8mb3_bin||
        CREATED|timestamp|N|||
        LAST_ALTERED|timestamp|N|||
        SQL_MODE|set('REAL_AS_FLOAT','PIPES_AS_CONCAT','ANSI_QUOTES','IGNORE_SPACE','NOT_USED','ONLY_FULL_GROUP_BY','NO_UNSIGNED_SUBTRACTION','NO_DIR_IN_CREATE','NOT_USED_9','NOT_USED_10','NOT_USED_11','NOT_USED_12','NOT_USED_13','NOT_USED_14','NOT_USED_15','NOT_USED_16','NOT_USED_17','NOT_USED_18','ANSI','NO_AUTO_VALUE_ON_ZERO','NO_BACKSLASH_ESCAPES','STRICT_TRANS_TABLES','STRICT_ALL_TABLES','NO_ZERO_IN_DATE','NO_ZERO_DATE','ALLOW_INVALID_DATES','ERROR_FOR_DIVISION_BY_ZERO','TRADITIONAL','NOT_USED_29','HIGH_NOT_PRECEDENCE','NO_ENGINE_SUBSTITUTION','PAD_CHAR_TO_FULL_LENGTH','TIME_TRUNCATE_FRACTIONAL','INTERPRET_UTF8_AS_UTF8MB4')|N|utf8mb3_bin||
        ROUTINE_COMMENT|text|N|utf8mb3_bin||
        DEFINER|varchar(288)|N|utf8mb3_bin||
        CHARACTER_SET_CLIENT|varchar(64)|N|utf8mb3_general_ci||
        COLLATION_CONNECTION|varchar(64)|N|utf8mb3_general_ci||
        DATABASE_COLLATION|varchar(64)|N|utf8mb3_general_ci||
        #SCHEMATA|
        CATALOG_NAME|varchar(64)|N|utf8mb3_bin||
        SCHEMA_NAME|varchar(64)|N|utf8mb3_bin||
        DEFAULT_CHARACTER_SET_NAME|varchar(64)|N|utf8mb3_general_ci||
        DEFAULT_COLLATION_NAME|varchar(64)|N|utf8mb3_general_ci||
        SQL_PATH|varbinary(0)|Y|||
        DEFAULT_ENCRYPTION|enum('NO','YES')|N|utf8mb3_bin||
        #SCHEMATA_EXTENSIONS|
        CATALOG_NAME|varchar(64)|N|utf8mb3_bin||
        SCHEMA_NAME|varchar(64)|N|utf8mb3_bin||
        OPTIONS|varchar(256)|Y|utf8mb3_general_ci||
        #SCHEMA_PRIVILEGES|
        GRANTEE|varchar(292)|N|utf8mb3_general_ci||=
        TABLE_CATALOG|varchar(512)|N|utf8mb3_general_ci||=
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_general_ci||=
        PRIVILEGE_TYPE|varchar(64)|N|utf8mb3_general_ci||=
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        #STATISTICS|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        NON_UNIQUE|int|N|||=0
        INDEX_SCHEMA|varchar(64)|N|utf8mb3_bin||
        INDEX_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        SEQ_IN_INDEX|int unsigned|N|||
        COLUMN_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        COLLATION|varchar(1)|Y|utf8mb3_general_ci||
        CARDINALITY|bigint|Y|||
        SUB_PART|bigint|Y|||
        PACKED|varbinary(0)|Y|||
        NULLABLE|varchar(3)|N|utf8mb3_general_ci||=
        INDEX_TYPE|varchar(11)|N|utf8mb3_bin||=
        COMMENT|varchar(8)|N|utf8mb3_general_ci||=
        INDEX_COMMENT|varchar(2048)|N|utf8mb3_bin||
        IS_VISIBLE|varchar(3)|N|utf8mb3_general_ci||=
        EXPRESSION|longtext|Y|utf8mb3_bin||
        #ST_GEOMETRY_COLUMNS|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        COLUMN_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        SRS_NAME|varchar(80)|Y|utf8mb3_general_ci||
        SRS_ID|int unsigned|Y|||
        GEOMETRY_TYPE_NAME|longtext|Y|utf8mb3_bin||
        #TABLES|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        TABLE_TYPE|enum('BASE TABLE','VIEW','SYSTEM VIEW')|N|utf8mb3_bin||
        ENGINE|varchar(64)|Y|utf8mb3_general_ci||
        VERSION|int|Y|||
        ROW_FORMAT|enum('Fixed','Dynamic','Compressed','Redundant','Compact','Paged')|Y|utf8mb3_bin||
        TABLE_ROWS|bigint unsigned|Y|||
        AVG_ROW_LENGTH|bigint unsigned|Y|||
        DATA_LENGTH|bigint unsigned|Y|||
        MAX_DATA_LENGTH|bigint unsigned|Y|||
        INDEX_LENGTH|bigint unsigned|Y|||
        DATA_FREE|bigint unsigned|Y|||
        AUTO_INCREMENT|bigint unsigned|Y|||
        CREATE_TIME|timestamp|N|||
        UPDATE_TIME|datetime|Y|||
        CHECK_TIME|datetime|Y|||
        TABLE_COLLATION|varchar(64)|Y|utf8mb3_general_ci||
        CHECKSUM|bigint|Y|||
        CREATE_OPTIONS|varchar(256)|Y|utf8mb3_general_ci||
        TABLE_COMMENT|text|Y|utf8mb3_general_ci||
        #TABLESPACES_EXTENSIONS|
        TABLESPACE_NAME|varchar(268)|N|utf8mb3_bin||
        ENGINE_ATTRIBUTE|json|Y|||
        #TABLES_EXTENSIONS|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        ENGINE_ATTRIBUTE|json|Y|||
        SECONDARY_ENGINE_ATTRIBUTE|json|Y|||
        #TABLE_CONSTRAINTS|
        CONSTRAINT_CATALOG|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_SCHEMA|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_NAME|varchar(64)|Y|utf8mb3_tolower_ci||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_TYPE|varchar(11)|N|utf8mb3_bin||=
        ENFORCED|varchar(3)|N|utf8mb3_bin||=
        #TABLE_CONSTRAINTS_EXTENSIONS|
        CONSTRAINT_CATALOG|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_SCHEMA|varchar(64)|N|utf8mb3_bin||
        CONSTRAINT_NAME|varchar(64)|N|utf8mb3_tolower_ci||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        ENGINE_ATTRIBUTE|json|Y|||
        SECONDARY_ENGINE_ATTRIBUTE|json|Y|||
        #TABLE_PRIVILEGES|
        GRANTEE|varchar(292)|N|utf8mb3_general_ci||=
        TABLE_CATALOG|varchar(512)|N|utf8mb3_general_ci||=
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_general_ci||=
        TABLE_NAME|varchar(64)|N|utf8mb3_general_ci||=
        PRIVILEGE_TYPE|varchar(64)|N|utf8mb3_general_ci||=
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        #TRIGGERS|
        TRIGGER_CATALOG|varchar(64)|N|utf8mb3_bin||
        TRIGGER_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TRIGGER_NAME|varchar(64)|N|utf8mb3_general_ci||
        EVENT_MANIPULATION|enum('INSERT','UPDATE','DELETE')|N|utf8mb3_bin||
        EVENT_OBJECT_CATALOG|varchar(64)|N|utf8mb3_bin||
        EVENT_OBJECT_SCHEMA|varchar(64)|N|utf8mb3_bin||
        EVENT_OBJECT_TABLE|varchar(64)|N|utf8mb3_bin||
        ACTION_ORDER|int unsigned|N|||
        ACTION_CONDITION|varbinary(0)|Y|||
        ACTION_STATEMENT|longtext|N|utf8mb3_bin||
        ACTION_ORIENTATION|varchar(3)|N|utf8mb3_general_ci||=
        ACTION_TIMING|enum('BEFORE','AFTER')|N|utf8mb3_bin||
        ACTION_REFERENCE_OLD_TABLE|varbinary(0)|Y|||
        ACTION_REFERENCE_NEW_TABLE|varbinary(0)|Y|||
        ACTION_REFERENCE_OLD_ROW|varchar(3)|N|utf8mb3_general_ci||=
        ACTION_REFERENCE_NEW_ROW|varchar(3)|N|utf8mb3_general_ci||=
        CREATED|timestamp(2)|N|||
        SQL_MODE|set('REAL_AS_FLOAT','PIPES_AS_CONCAT','ANSI_QUOTES','IGNORE_SPACE','NOT_USED','ONLY_FULL_GROUP_BY','NO_UNSIGNED_SUBTRACTION','NO_DIR_IN_CREATE','NOT_USED_9','NOT_USED_10','NOT_USED_11','NOT_USED_12','NOT_USED_13','NOT_USED_14','NOT_USED_15','NOT_USED_16','NOT_USED_17','NOT_USED_18','ANSI','NO_AUTO_VALUE_ON_ZERO','NO_BACKSLASH_ESCAPES','STRICT_TRANS_TABLES','STRICT_ALL_TABLES','NO_ZERO_IN_DATE','NO_ZERO_DATE','ALLOW_INVALID_DATES','ERROR_FOR_DIVISION_BY_ZERO','TRADITIONAL','NOT_USED_29','HIGH_NOT_PRECEDENCE','NO_ENGINE_SUBSTITUTION','PAD_CHAR_TO_FULL_LENGTH','TIME_TRUNCATE_FRACTIONAL','INTERPRET_UTF8_AS_UTF8MB4')|N|utf8mb3_bin||
        DEFINER|varchar(288)|N|utf8mb3_bin||
        CHARACTER_SET_CLIENT|varchar(64)|N|utf8mb3_general_ci||
        COLLATION_CONNECTION|varchar(64)|N|utf8mb3_general_ci||
        DATABASE_COLLATION|varchar(64)|N|utf8mb3_general_ci||
        #USER_ATTRIBUTES|
        USER|char(32)|N|utf8mb3_bin||=
        HOST|char(255)|N|ascii_general_ci||=
        ATTRIBUTE|longtext|Y|utf8mb4_bin||
        #USER_PRIVILEGES|
        GRANTEE|varchar(292)|N|utf8mb3_general_ci||=
        TABLE_CATALOG|varchar(512)|N|utf8mb3_general_ci||=
        PRIVILEGE_TYPE|varchar(64)|N|utf8mb3_general_ci||=
        IS_GRANTABLE|varchar(3)|N|utf8mb3_general_ci||=
        #VIEWS|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        VIEW_DEFINITION|longtext|Y|utf8mb3_bin||
        CHECK_OPTION|enum('NONE','LOCAL','CASCADED')|Y|utf8mb3_bin||
        IS_UPDATABLE|enum('NO','YES')|Y|utf8mb3_bin||
        DEFINER|varchar(288)|Y|utf8mb3_bin||
        SECURITY_TYPE|varchar(7)|Y|utf8mb3_bin||
        CHARACTER_SET_CLIENT|varchar(64)|N|utf8mb3_general_ci||
        COLLATION_CONNECTION|varchar(64)|N|utf8mb3_general_ci||
        #VIEW_ROUTINE_USAGE|
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        SPECIFIC_CATALOG|varchar(64)|N|utf8mb3_bin||
        SPECIFIC_SCHEMA|varchar(64)|N|utf8mb3_bin||
        SPECIFIC_NAME|varchar(64)|N|utf8mb3_general_ci||
        #VIEW_TABLE_USAGE|
        VIEW_CATALOG|varchar(64)|N|utf8mb3_bin||
        VIEW_SCHEMA|varchar(64)|N|utf8mb3_bin||
        VIEW_NAME|varchar(64)|N|utf8mb3_bin||
        TABLE_CATALOG|varchar(64)|N|utf8mb3_bin||
        TABLE_SCHEMA|varchar(64)|N|utf8mb3_bin||
        TABLE_NAME|varchar(64)|N|utf8mb3_bin||
        """#
}
