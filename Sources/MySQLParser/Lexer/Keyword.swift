/// The words that the grammar knows. Reserved words are never identifiers; function words count only before a
/// parenthesis; all others are identifiers where the grammar does not want them.
enum Keyword: UInt16, CaseIterable {
    // Reserved
    case accessible, add, all, alter, analyze, and, `as`, asc, asensitive, before, between, bigint, binary, blob, both
    case by, call, cascade, `case`, change, char, character, check, collate, column, condition, constraint, `continue`
    case convert, create, cross, cube, cumeDist, currentDate, currentTime, currentTimestamp, currentUser, cursor
    case database, databases, dayHour, dayMicrosecond, dayMinute, daySecond, dec, decimal, declare, `default`, delayed
    case delete, denseRank, desc, describe, deterministic, distinct, distinctrow, div, double, drop, dual, each
    case `else`, elseif, empty, enclosed, escaped, except, exists, exit, explain, `false`, fetch, firstValue, float
    case float4, float8, `for`, force, foreign, from, fulltext, function, generated, get, grant, group, grouping
    case groups, having, highPriority, hourMicrosecond, hourMinute, hourSecond, `if`, ignore, `in`, index, infile
    case inner, `inout`, insensitive, insert, int, int1, int2, int3, int4, int8, integer, intersect, interval, into
    case ioAfterGtids, ioBeforeGtids, `is`, iterate, join, jsonTable, key, keys, kill, lag, lastValue, lateral, lead
    case leading, leave, left, like, limit, linear, lines, load, localtime, localtimestamp, lock, long, longblob
    case longtext, loop, lowPriority, manual, match, maxvalue, mediumblob, mediumint, mediumtext, middleint
    case minuteMicrosecond, minuteSecond, mod, modifies, natural, not, noWriteToBinlog, nthValue, ntile, null, numeric
    case of, on, optimize, optimizerCosts, option, optionally, or, order, out, outer, outfile, over, parallel
    case partition, percentRank, precision, primary, procedure, purge, qualify, range, rank, read, reads, readWrite
    case real, recursive, references, regexp, release, rename, `repeat`, replace, require, resignal, restrict
    case `return`, revoke, right, rlike, row, rows, rowNumber, schema, schemas, secondMicrosecond, select, sensitive
    case separator, set, show, signal, smallint, spatial, specific, sql, sqlexception, sqlstate, sqlwarning
    case sqlBigResult, sqlCalcFoundRows, sqlSmallResult, ssl, starting, stored, straightJoin, system, table
    case tablesample, terminated, then, tinyblob, tinyint, tinytext, to, trailing, trigger, `true`, undo, union
    case unique, unlock, unsigned, update, usage, use, using, utcDate, utcTime, utcTimestamp, values, varbinary
    case varchar, varcharacter, varying, virtual, when, `where`, `while`, window, with, write, xor, yearMonth
    case zerofill
    // Functions, when a parenthesis follows at once
    case adddate, bitAnd, bitOr, bitXor, cast, count, curdate, curtime, dateAdd, dateSub, extract, groupConcat
    case jsonArrayagg, jsonObjectagg, max, mid, min, now, position, sessionUser, std, stddev, stddevPop, stddevSamp
    case stCollect, subdate, substr, substring, sum, sysdate, systemUser, trim, variance, varPop, varSamp
    // Not reserved
    case account, action, active, admin, after, against, aggregate, algorithm, always, `any`, applier, array, ascii
    case assignGtidsToAnonymousTransactions, at, attribute, authentication, auto, autoextendSize, autoIncrement, avg
    case avgRowLength, backup, begin, bernoulli, binlog, bit, block, bool, boolean, btree, buckets, bulk, byte, cache
    case cascaded, catalogName, chain, challengeResponse, changed, channel, charset, checksum, cipher, classOrigin
    case client, clone, close, coalesce, code, collation, columns, columnFormat, columnName, comment, commit
    case committed, compact, completion, component, compressed, compression, concurrent, connection, consistent
    case constraintCatalog, constraintName, constraintSchema, contains, context, cpu, current, cursorName, data
    case datafile, date, datetime, day, deallocate, defaultAuth, definer, definition, delayKeyWrite, description
    case diagnostics, directory, disable, discard, disk, `do`, dumpfile, duplicate, dynamic, enable, encryption, end
    case ends, enforced, engine, engines, engineAttribute, `enum`, error, errors, escape, event, events, every
    case exchange, exclude, execute, expansion, expire, export, extended, extentSize, external, factor
    case failedLoginAttempts, fast, faults, fields, file, fileBlockSize, filter, finish, first, fixed, flush
    case following, follows, format, found, full, general, generate, geomcollection, geometry, geometrycollection
    case getFormat, getSourcePublicKey, global, grants, groupReplication, gtids, gtidOnly, guided, handler, hash, help
    case histogram, history, host, hosts, hour, identified, ignoreServerIds, `import`, inactive, indexes, initial
    case initialSize, initiate, insertMethod, install, instance, invisible, invoker, io, ioThread, ipc, isolation
    case issuer, json, jsonValue, keyring, keyBlockSize, language, last, leaves, less, level, linestring, list, local
    case locked, locks, log, logfile, logs, master, maxConnectionsPerHour, maxQueriesPerHour, maxRows, maxSize
    case maxUpdatesPerHour, maxUserConnections, medium, member, memory, merge, messageText, microsecond, migrate
    case minute, minRows, mode, modify, month, multilinestring, multipoint, multipolygon, mutex, mysqlErrno, name
    case names, national, nchar, ndbcluster, nested, networkNamespace, never, new, next, no, nodegroup, `none`, nowait
    case noWait, nulls, number, nvarchar, off, offset, oj, old, one, only, open, optional, options, ordinality
    case organization, others, owner, packKeys, page, parser, parseTree, partial, partitioning, partitions, password
    case passwordLockTime, path, persist, persistOnly, phase, plugin, plugins, pluginDir, point, polygon, port
    case precedes, preceding, prepare, preserve, prev, privileges, privilegeChecksUser, process, processlist, profile
    case profiles, proxy, quarter, query, quick, random, readOnly, rebuild, recover, redoBufferSize, redundant
    case reference, registration, relay, relaylog, relayLogFile, relayLogPos, relayThread, reload, remove, reorganize
    case repair, repeatable, replica, replicas, replicateDoDb, replicateDoTable, replicateIgnoreDb
    case replicateIgnoreTable, replicateRewriteDb, replicateWildDoTable, replicateWildIgnoreTable, replication
    case requireRowFormat, reset, resource, respect, restart, restore, resume, retain, returnedSqlstate, returning
    case returns, reuse, reverse, role, rollback, rollup, rotate, routine, rowCount, rowFormat, rtree, s3, savepoint
    case schedule, schemaName, second, secondary, secondaryEngine, secondaryEngineAttribute, secondaryLoad
    case secondaryUnload, security, serial, serializable, server, session, share, shutdown, signed, simple, skip
    case slave, slow, snapshot, socket, `some`, soname, sounds, source, sourceDelay, sourceLogFile, sourceLogPos
    case sqlAfterGtids, sqlAfterMtsGaps, sqlBeforeGtids, sqlBufferResult, sqlNoCache, sqlThread, srid, stacked, start
    case starts, statsAutoRecalc, statsPersistent, statsSamplePages, status, stop, storage, stream, string
    case subclassOrigin, subject, subpartition, subpartitions, `super`, suspend, swaps, switches, tables, tablespace
    case tableChecksum, tableName, temporary, temptable, text, than, threadPriority, ties, time, timestamp
    case timestampadd, timestampdiff, tls, transaction, triggers, truncate, type, types, unbounded, uncommitted
    case undefined, undofile, undoBufferSize, unicode, uninstall, unknown, unregister, until, upgrade, url, user
    case userResources, useFrm, validation, value, variables, vcpu, vector, view, visible, wait, warnings, week
    case weightString, without, work, wrapper, x509, xa, xid, xml, year, zone, traditional, tree, innodb

    /// Never an identifier (except after a period).
    var isReserved: Bool {
        rawValue <= Keyword.zerofill.rawValue
    }

    /// A keyword only when a parenthesis follows at once.
    var isFunction: Bool {
        rawValue > Keyword.zerofill.rawValue && rawValue <= Keyword.varSamp.rawValue
    }

    /// All spellings, in the order of the cases.
    static let spellings = """
        ACCESSIBLE ADD ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BLOB BOTH BY \
        CALL CASCADE CASE CHANGE CHAR CHARACTER CHECK COLLATE COLUMN CONDITION CONSTRAINT CONTINUE CONVERT \
        CREATE CROSS CUBE CUME_DIST CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASE \
        DATABASES DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DEC DECIMAL DECLARE DEFAULT DELAYED DELETE \
        DENSE_RANK DESC DESCRIBE DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL EACH ELSE ELSEIF \
        EMPTY ENCLOSED ESCAPED EXCEPT EXISTS EXIT EXPLAIN FALSE FETCH FIRST_VALUE FLOAT FLOAT4 FLOAT8 FOR \
        FORCE FOREIGN FROM FULLTEXT FUNCTION GENERATED GET GRANT GROUP GROUPING GROUPS HAVING HIGH_PRIORITY \
        HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND IF IGNORE IN INDEX INFILE INNER INOUT INSENSITIVE INSERT \
        INT INT1 INT2 INT3 INT4 INT8 INTEGER INTERSECT INTERVAL INTO IO_AFTER_GTIDS IO_BEFORE_GTIDS IS \
        ITERATE JOIN JSON_TABLE KEY KEYS KILL LAG LAST_VALUE LATERAL LEAD LEADING LEAVE LEFT LIKE LIMIT \
        LINEAR LINES LOAD LOCALTIME LOCALTIMESTAMP LOCK LONG LONGBLOB LONGTEXT LOOP LOW_PRIORITY MANUAL \
        MATCH MAXVALUE MEDIUMBLOB MEDIUMINT MEDIUMTEXT MIDDLEINT MINUTE_MICROSECOND MINUTE_SECOND MOD \
        MODIFIES NATURAL NOT NO_WRITE_TO_BINLOG NTH_VALUE NTILE NULL NUMERIC OF ON OPTIMIZE OPTIMIZER_COSTS \
        OPTION OPTIONALLY OR ORDER OUT OUTER OUTFILE OVER PARALLEL PARTITION PERCENT_RANK PRECISION PRIMARY \
        PROCEDURE PURGE QUALIFY RANGE RANK READ READS READ_WRITE REAL RECURSIVE REFERENCES REGEXP RELEASE \
        RENAME REPEAT REPLACE REQUIRE RESIGNAL RESTRICT RETURN REVOKE RIGHT RLIKE ROW ROWS ROW_NUMBER SCHEMA \
        SCHEMAS SECOND_MICROSECOND SELECT SENSITIVE SEPARATOR SET SHOW SIGNAL SMALLINT SPATIAL SPECIFIC SQL \
        SQLEXCEPTION SQLSTATE SQLWARNING SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SSL STARTING \
        STORED STRAIGHT_JOIN SYSTEM TABLE TABLESAMPLE TERMINATED THEN TINYBLOB TINYINT TINYTEXT TO TRAILING \
        TRIGGER TRUE UNDO UNION UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING UTC_DATE UTC_TIME \
        UTC_TIMESTAMP VALUES VARBINARY VARCHAR VARCHARACTER VARYING VIRTUAL WHEN WHERE WHILE WINDOW WITH \
        WRITE XOR YEAR_MONTH ZEROFILL ADDDATE BIT_AND BIT_OR BIT_XOR CAST COUNT CURDATE CURTIME DATE_ADD \
        DATE_SUB EXTRACT GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG MAX MID MIN NOW POSITION SESSION_USER STD \
        STDDEV STDDEV_POP STDDEV_SAMP ST_COLLECT SUBDATE SUBSTR SUBSTRING SUM SYSDATE SYSTEM_USER TRIM \
        VARIANCE VAR_POP VAR_SAMP ACCOUNT ACTION ACTIVE ADMIN AFTER AGAINST AGGREGATE ALGORITHM ALWAYS ANY \
        APPLIER ARRAY ASCII ASSIGN_GTIDS_TO_ANONYMOUS_TRANSACTIONS AT ATTRIBUTE AUTHENTICATION AUTO \
        AUTOEXTEND_SIZE AUTO_INCREMENT AVG AVG_ROW_LENGTH BACKUP BEGIN BERNOULLI BINLOG BIT BLOCK BOOL \
        BOOLEAN BTREE BUCKETS BULK BYTE CACHE CASCADED CATALOG_NAME CHAIN CHALLENGE_RESPONSE CHANGED CHANNEL \
        CHARSET CHECKSUM CIPHER CLASS_ORIGIN CLIENT CLONE CLOSE COALESCE CODE COLLATION COLUMNS \
        COLUMN_FORMAT COLUMN_NAME COMMENT COMMIT COMMITTED COMPACT COMPLETION COMPONENT COMPRESSED \
        COMPRESSION CONCURRENT CONNECTION CONSISTENT CONSTRAINT_CATALOG CONSTRAINT_NAME CONSTRAINT_SCHEMA \
        CONTAINS CONTEXT CPU CURRENT CURSOR_NAME DATA DATAFILE DATE DATETIME DAY DEALLOCATE DEFAULT_AUTH \
        DEFINER DEFINITION DELAY_KEY_WRITE DESCRIPTION DIAGNOSTICS DIRECTORY DISABLE DISCARD DISK DO \
        DUMPFILE DUPLICATE DYNAMIC ENABLE ENCRYPTION END ENDS ENFORCED ENGINE ENGINES ENGINE_ATTRIBUTE ENUM \
        ERROR ERRORS ESCAPE EVENT EVENTS EVERY EXCHANGE EXCLUDE EXECUTE EXPANSION EXPIRE EXPORT EXTENDED \
        EXTENT_SIZE EXTERNAL FACTOR FAILED_LOGIN_ATTEMPTS FAST FAULTS FIELDS FILE FILE_BLOCK_SIZE FILTER \
        FINISH FIRST FIXED FLUSH FOLLOWING FOLLOWS FORMAT FOUND FULL GENERAL GENERATE GEOMCOLLECTION \
        GEOMETRY GEOMETRYCOLLECTION GET_FORMAT GET_SOURCE_PUBLIC_KEY GLOBAL GRANTS GROUP_REPLICATION GTIDS \
        GTID_ONLY GUIDED HANDLER HASH HELP HISTOGRAM HISTORY HOST HOSTS HOUR IDENTIFIED IGNORE_SERVER_IDS \
        IMPORT INACTIVE INDEXES INITIAL INITIAL_SIZE INITIATE INSERT_METHOD INSTALL INSTANCE INVISIBLE \
        INVOKER IO IO_THREAD IPC ISOLATION ISSUER JSON JSON_VALUE KEYRING KEY_BLOCK_SIZE LANGUAGE LAST \
        LEAVES LESS LEVEL LINESTRING LIST LOCAL LOCKED LOCKS LOG LOGFILE LOGS MASTER \
        MAX_CONNECTIONS_PER_HOUR MAX_QUERIES_PER_HOUR MAX_ROWS MAX_SIZE MAX_UPDATES_PER_HOUR \
        MAX_USER_CONNECTIONS MEDIUM MEMBER MEMORY MERGE MESSAGE_TEXT MICROSECOND MIGRATE MINUTE MIN_ROWS \
        MODE MODIFY MONTH MULTILINESTRING MULTIPOINT MULTIPOLYGON MUTEX MYSQL_ERRNO NAME NAMES NATIONAL \
        NCHAR NDBCLUSTER NESTED NETWORK_NAMESPACE NEVER NEW NEXT NO NODEGROUP NONE NOWAIT NO_WAIT NULLS \
        NUMBER NVARCHAR OFF OFFSET OJ OLD ONE ONLY OPEN OPTIONAL OPTIONS ORDINALITY ORGANIZATION OTHERS \
        OWNER PACK_KEYS PAGE PARSER PARSE_TREE PARTIAL PARTITIONING PARTITIONS PASSWORD PASSWORD_LOCK_TIME \
        PATH PERSIST PERSIST_ONLY PHASE PLUGIN PLUGINS PLUGIN_DIR POINT POLYGON PORT PRECEDES PRECEDING \
        PREPARE PRESERVE PREV PRIVILEGES PRIVILEGE_CHECKS_USER PROCESS PROCESSLIST PROFILE PROFILES PROXY \
        QUARTER QUERY QUICK RANDOM READ_ONLY REBUILD RECOVER REDO_BUFFER_SIZE REDUNDANT REFERENCE \
        REGISTRATION RELAY RELAYLOG RELAY_LOG_FILE RELAY_LOG_POS RELAY_THREAD RELOAD REMOVE REORGANIZE \
        REPAIR REPEATABLE REPLICA REPLICAS REPLICATE_DO_DB REPLICATE_DO_TABLE REPLICATE_IGNORE_DB \
        REPLICATE_IGNORE_TABLE REPLICATE_REWRITE_DB REPLICATE_WILD_DO_TABLE REPLICATE_WILD_IGNORE_TABLE \
        REPLICATION REQUIRE_ROW_FORMAT RESET RESOURCE RESPECT RESTART RESTORE RESUME RETAIN \
        RETURNED_SQLSTATE RETURNING RETURNS REUSE REVERSE ROLE ROLLBACK ROLLUP ROTATE ROUTINE ROW_COUNT \
        ROW_FORMAT RTREE S3 SAVEPOINT SCHEDULE SCHEMA_NAME SECOND SECONDARY SECONDARY_ENGINE \
        SECONDARY_ENGINE_ATTRIBUTE SECONDARY_LOAD SECONDARY_UNLOAD SECURITY SERIAL SERIALIZABLE SERVER \
        SESSION SHARE SHUTDOWN SIGNED SIMPLE SKIP SLAVE SLOW SNAPSHOT SOCKET SOME SONAME SOUNDS SOURCE \
        SOURCE_DELAY SOURCE_LOG_FILE SOURCE_LOG_POS SQL_AFTER_GTIDS SQL_AFTER_MTS_GAPS SQL_BEFORE_GTIDS \
        SQL_BUFFER_RESULT SQL_NO_CACHE SQL_THREAD SRID STACKED START STARTS STATS_AUTO_RECALC \
        STATS_PERSISTENT STATS_SAMPLE_PAGES STATUS STOP STORAGE STREAM STRING SUBCLASS_ORIGIN SUBJECT \
        SUBPARTITION SUBPARTITIONS SUPER SUSPEND SWAPS SWITCHES TABLES TABLESPACE TABLE_CHECKSUM TABLE_NAME \
        TEMPORARY TEMPTABLE TEXT THAN THREAD_PRIORITY TIES TIME TIMESTAMP TIMESTAMPADD TIMESTAMPDIFF TLS \
        TRANSACTION TRIGGERS TRUNCATE TYPE TYPES UNBOUNDED UNCOMMITTED UNDEFINED UNDOFILE UNDO_BUFFER_SIZE \
        UNICODE UNINSTALL UNKNOWN UNREGISTER UNTIL UPGRADE URL USER USER_RESOURCES USE_FRM VALIDATION VALUE \
        VARIABLES VCPU VECTOR VIEW VISIBLE WAIT WARNINGS WEEK WEIGHT_STRING WITHOUT WORK WRAPPER X509 XA XID \
        XML YEAR ZONE TRADITIONAL TREE INNODB
        """
}
