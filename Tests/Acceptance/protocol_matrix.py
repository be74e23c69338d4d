"""The protocol matrix: every command under every set of capability flags that could matter, recorded from a real MySQL as
packets told field by field, and replayed against GroupLite.

    protocol_matrix.py record PORT [-k TEXT]           records protocol_matrix.json from the MySQL at 127.0.0.1:PORT (root, no
                                                       password); uses schema pxm and accounts pxm*, and drops them
    protocol_matrix.py replay [--port PORT] [-k TEXT]  replays against a GroupLite, its own or one that runs; prints differences
    protocol_matrix.py replay --write                  writes the differences to protocol_matrix_known.txt

A scenario is a list of steps on one connection; see `Player.step`. The file holds for each scenario its different
transcripts, each with the names of the flag sets that lead to it.
"""
import argparse
import json
import pathlib
import struct
import sys
import tempfile
import time

import pymysql

from protocol_client import COMMANDS, FLAGS, Client, Gone, flags_of, lenenc

HERE = pathlib.Path(__file__).parent
DATA = HERE / "protocol_matrix.json"
KNOWN = HERE / "protocol_matrix_known.txt"

BARE = ["LONG_FLAG", "PROTOCOL_41", "SECURE_CONNECTION", "PLUGIN_AUTH"]
CLASSIC = [*BARE, "LONG_PASSWORD", "TRANSACTIONS", "MULTI_RESULTS", "CONNECT_ATTRS"]
FULL = [*CLASSIC, "MULTI_STATEMENTS", "PS_MULTI_RESULTS", "SESSION_TRACK", "DEPRECATE_EOF", "OPTIONAL_METADATA", "QUERY_ATTRIBUTES",
        "LOCAL_FILES", "IGNORE_SPACE", "EXPIRED_PASSWORDS", "FOUND_ROWS"]
# Not NO_SCHEMA, which MySQL deprecates and GroupLite does not offer.
SINGLE = ["FOUND_ROWS", "ODBC", "LOCAL_FILES", "IGNORE_SPACE", "INTERACTIVE", "TRANSACTIONS", "MULTI_STATEMENTS",
          "MULTI_RESULTS", "PS_MULTI_RESULTS", "CONNECT_ATTRS", "EXPIRED_PASSWORDS", "SESSION_TRACK", "DEPRECATE_EOF",
          "OPTIONAL_METADATA", "QUERY_ATTRIBUTES", "COMPRESS", "ZSTD", "REMEMBER_OPTIONS", "MULTI_FACTOR", "RESERVED"]
SETS = {"bare": BARE, "classic": CLASSIC, "full": FULL}
SETS |= {f"bare+{flag}": [*BARE, flag] for flag in SINGLE}
SETS |= {f"full-{flag}": [name for name in FULL if name != flag] for flag in
         ["SESSION_TRACK", "DEPRECATE_EOF", "OPTIONAL_METADATA", "QUERY_ATTRIBUTES", "MULTI_STATEMENTS", "MULTI_RESULTS", "FOUND_ROWS"]}
SETS |= {"full+COMPRESS": [*FULL, "COMPRESS"], "full+ZSTD": [*FULL, "ZSTD"], "full+COMPRESS+ZSTD": [*FULL, "COMPRESS", "ZSTD"]}
EVERY = list(SETS)
# Where what is asked does not depend on much more than how answers end.
FORMS = ["bare", "classic", "full", "bare+DEPRECATE_EOF", "bare+SESSION_TRACK", "bare+OPTIONAL_METADATA", "full-DEPRECATE_EOF",
         "full-SESSION_TRACK"]
# Where it matters what a statement changed, or how many there are.
MIXED = [*FORMS, "bare+FOUND_ROWS", "bare+MULTI_STATEMENTS", "full-MULTI_STATEMENTS", "full-FOUND_ROWS", "bare+COMPRESS", "full+ZSTD"]
PACKED = ["bare+COMPRESS", "bare+ZSTD", "full+COMPRESS", "full+ZSTD", "full+COMPRESS+ZSTD"]

FIXTURE = [
    "DROP DATABASE IF EXISTS pxm", "CREATE DATABASE pxm DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci",
    "CREATE TABLE pxm.t (id INT PRIMARY KEY AUTO_INCREMENT, v VARCHAR(20), n INT NOT NULL DEFAULT 7)",
    "CREATE TABLE pxm.types (id BIGINT UNSIGNED NOT NULL PRIMARY KEY, tiny TINYINT, big BIGINT, f FLOAT, d DOUBLE, dec_ DECIMAL(10,3), "
    "c CHAR(5), vc VARCHAR(30) DEFAULT 'x', b BINARY(4), vb VARBINARY(9), tx TEXT, bl BLOB, da DATE, ti TIME(2), dt DATETIME(6), "
    "ts TIMESTAMP NULL, y YEAR, e ENUM('a','bb'), s SET('p','q'), j JSON, bi BIT(10), UNIQUE KEY (tiny), KEY (vc))",
    "DROP USER IF EXISTS pxm1, pxm2, pxm3", "CREATE USER pxm1", "CREATE USER pxm2 IDENTIFIED BY 'geheim'",
    "CREATE USER pxm3 IDENTIFIED BY 'x' PASSWORD EXPIRE", "GRANT ALL ON pxm.* TO pxm1, pxm2, pxm3",
]
ROWS = [
    "TRUNCATE TABLE pxm.t", "INSERT INTO pxm.t (v) VALUES ('a'), ('b'), (NULL), ('d'), ('e')", "DELETE FROM pxm.types",
    "INSERT INTO pxm.types VALUES (1, -1, 9223372036854775807, 1.5, 2.25, 3.125, 'ab', 'cde', 'bi', 'vb', 'text', 'blob', '2026-01-02', "
    "'-12:34:56.78', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05', 2026, 'bb', 'p,q', '{\"a\": [1, null]}', b'1000000001'), "
    "(2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
]
CLEANING = ["DROP DATABASE pxm", "DROP USER pxm1, pxm2, pxm3"]


def q(text, **more):
    return ("query", text, more)


def prepare(text):
    return ("prepare", text)


def execute(place, values=(), **more):
    return ("execute", place, values, more)


def fetch(place, count):
    return ("fetch", place, count)


def com(name, data=b""):
    return ("com", name, data)


PING = com("ping")
USE = com("init_db", b"pxm")
TRACK_ALL = q("SET session_track_state_change = 1, session_track_transaction_info = 'CHARACTERISTICS', session_track_gtids = OWN_GTID")
TABLE = "SELECT id, v, n FROM t ORDER BY id"

# Name: (flag sets, steps). A name that ends in "!" changes rows: they are made anew before and after.
SCENARIOS = {
    "login": (EVERY, [("login",)]),
    "login with a schema": (EVERY, [("login", {"schema": "pxm"}), q("SELECT DATABASE()")]),
    "login with an unknown schema": (FORMS, [("login", {"schema": "pxm_none"})]),
    "login with an empty schema": (FORMS, [("login", {"schema": ""})]),
    "login in latin1": (["bare"], [("login", {"collation": 8}), q("SELECT 'x', @@character_set_results, @@collation_connection")]),
    "login in an unknown collation": (["bare"], [("login", {"collation": 0}), q("SELECT @@collation_connection")]),
    "login by password": (["bare", "full"], [("login", {"user": "pxm2", "password": b"geheim"})]),
    "login by a wrong password": (["bare", "full"], [("login", {"user": "pxm2", "password": b"falsch"})]),
    "login of an unknown user": (["bare", "full"], [("login", {"user": "pxm_nobody"})]),
    "login of an expired password": (EVERY, [("login", {"user": "pxm3", "password": b"x"}), PING, q("SELECT 1"), USE, com("statistics"), com("reset_connection")]),
    "login by another plugin": (["bare", "full"], [("login", {"plugin": "mysql_clear_password"})]),
    "login without protocol 4.1": (["bare", "full"], [("without", ["PROTOCOL_41"]), ("login",)]),
    "login without plugins": (["bare", "full"], [("without", ["PLUGIN_AUTH"]), ("login",)]),
    "login with length-encoded proof": (["bare", "full"], [("with", ["PLUGIN_AUTH_LENENC"]), ("login", {"user": "pxm2", "password": b"geheim"})]),

    "ok": (EVERY, [q("SET @a = 1"), q("DO 0"), q("DO 1/0")]),
    "errors": (EVERY, [q("SELEC"), q("SELECT * FROM pxm.nowhere"), q(""), q(" ; "), q("-- nothing"), q("SELECT \xff\xfe'"), PING]),
    "changes !": (MIXED, [
        USE, q("INSERT INTO t (v) VALUES ('x')"), q("INSERT INTO t (v) VALUES ('x'), ('y')"), q("INSERT INTO t SELECT 50, 'z', 1"),
        q("INSERT IGNORE INTO t VALUES (1, 'q', 1), (60, 'r', 2)"), q("INSERT INTO t VALUES (1, 'q', 1) ON DUPLICATE KEY UPDATE v = 'k'"),
        q("INSERT INTO t VALUES (1, 'q', 1) ON DUPLICATE KEY UPDATE v = 'k'"), q("INSERT INTO t VALUES (1, 'q', 1)"),
        q("REPLACE INTO t VALUES (1, 'q', 1)"), q("REPLACE INTO t VALUES (1, 'q', 1), (2, 's', 3)"), q("UPDATE t SET v = 'u' WHERE id < 3"),
        q("UPDATE t SET v = 'u' WHERE id < 3"), q("UPDATE t SET n = n WHERE id = 77"), q("DELETE FROM t WHERE id = 1"),
        q("DELETE FROM t WHERE id = 1"), q("UPDATE t SET id = LAST_INSERT_ID(id + 10) WHERE id = 2"), q("SELECT LAST_INSERT_ID(), ROW_COUNT()"),
        q("TRUNCATE TABLE t"), q("INSERT INTO t () VALUES ()")]),
    "definitions": (FORMS, [
        USE, q("CREATE TABLE d (a INT PRIMARY KEY)"), q("INSERT INTO d VALUES (1), (2)"), q("ALTER TABLE d ADD COLUMN b INT"),
        q("ALTER TABLE d MODIFY b BIGINT, ALGORITHM = COPY"), q("CREATE INDEX i ON d (b)"), q("DROP INDEX i ON d"), q("RENAME TABLE d TO d2"),
        q("CREATE TABLE IF NOT EXISTS d2 (a INT)"), q("CREATE VIEW dv AS SELECT 1"), q("DROP VIEW dv"), q("DROP TABLE IF EXISTS d2, nowhere"),
        q("DROP TABLE nowhere"), q("CREATE DATABASE pxm_other"), q("USE pxm_other"), q("DROP DATABASE pxm_other"), q("SELECT DATABASE()"),
        q("CREATE TABLE c AS SELECT 1 AS a UNION SELECT 2"), q("DROP TABLE pxm.c"), q("ANALYZE TABLE pxm.t"), q("CHECK TABLE pxm.t")]),
    "rows": (EVERY, [
        USE, q("SELECT 1"), q(TABLE), q("SELECT t.v AS w, n + 1, 'lit', NULL FROM t AS x, t WHERE x.id = 1 AND t.id = 2"),
        q("SELECT * FROM t WHERE 0"), q("SELECT v FROM t LIMIT 0"), q("SELECT 1 / 0, CAST('x' AS SIGNED)"), q("SELECT id, v FROM t WHERE id > 0 AND v = 'b'"),
        q("SELECT exp(id * 300) FROM t ORDER BY id"), q("(SELECT 1) UNION (SELECT 'a')")]),
    "types": (FORMS, [USE, q("SELECT * FROM types ORDER BY id"), prepare("SELECT * FROM types ORDER BY id"), execute(0)]),
    "other rows": (FORMS, [
        USE, q("SHOW DATABASES LIKE 'pxm'"), q("SHOW TABLES"), q("SHOW COLUMNS FROM t"), q("DESCRIBE t"), q("SHOW WARNINGS"), q("SHOW COUNT(*) WARNINGS"),
        q("SHOW VARIABLES LIKE 'autocommit'"), q("SHOW STATUS LIKE 'nothing'"), q("SHOW CREATE DATABASE pxm"), q("SHOW INDEX FROM t"),
        q("SELECT @@version_comment LIMIT 0"), q("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'pxm'"),
        q("SELECT ROW_COUNT(), FOUND_ROWS()"), q("SELECT 1 INTO @x"), q("SELECT id FROM t INTO @x"), q("SELECT 1 FROM t WHERE 0 INTO @x"), q("SHOW ERRORS")]),
    "several statements !": (MIXED, [
        USE, q("SELECT 1; SELECT 2"), q("SELECT 1;"), q("SELECT 1; "), q("SELECT 1; -- nothing"), q("SELECT 1; SELEC"), q("SELECT 1; SELECT * FROM nowhere; SELECT 3"),
        q("INSERT INTO t (v) VALUES ('m'), ('n'); UPDATE t SET v = 'o' WHERE v = 'm'; SELECT ROW_COUNT(); DELETE FROM t WHERE id > 5"),
        q("SELECT 1 / 0; SELECT @@warning_count; SET @b = 2"), q("CREATE TABLE ms (a INT PRIMARY KEY); DROP TABLE ms"), q(";"), q(";;"), q("SELECT 1;; SELECT 2")]),
    "set option": (MIXED, [
        q("SELECT 1; SELECT 2"), com("set_option", b"\0\0"), q("SELECT 1; SELECT 2"), com("set_option", b"\1\0"), q("SELECT 1; SELECT 2"),
        com("set_option", b"\2\0"), com("set_option", b"\1"), com("set_option"), com("set_option", b"\0\0\0\0"), PING]),
    "schemas": (FORMS, [
        USE, com("init_db", b"pxm_none"), com("init_db"), com("init_db", b"mysql"), com("init_db", b"x" * 65), com("init_db", b"pxm\0"), q("USE pxm"), q("USE pxm_none"),
        q("SELECT DATABASE()")]),
    "simple commands": (EVERY, [
        PING, com("ping", b"more"), com("statistics"), com("debug"), com("debug", b"more"), com("statistics", b"more"), com("sleep"), com("time"), com("connect"),
        com("delayed_insert"), com("daemon"), com("connect_out"), com("table_dump", b"\3pxm\1t"), com("create_db", b"pxm_x"), com("drop_db", b"pxm_x"),
        com("refresh", b"\1"), com("shutdown", b"\0"), com("process_info"), com("process_kill", b"\xff\xff\xff\x7f"), com(35), com(64), com(128), com(255), PING]),
    "an empty packet": (["bare", "full"], [("raw", b""), PING]),
    "commands of few": (["bare", "full"], [("user", "pxm1"), com("debug"), com("statistics"), com("end"), PING]),
    "clone": (["bare"], [com("clone"), PING]),
    "subscribe": (["bare"], [("user", "pxm1"), com("subscribe"), PING]),
    "quit": (["bare", "full"], [com("quit")]),
    "quit with more": (["bare"], [com("quit", b"bye")]),
    "field list": (FORMS, [
        com("field_list", b"t\0"), USE, com("field_list", b"t\0"), com("field_list", b"t\0v%\0"), com("field_list", b"nowhere\0"), com("field_list", b"t"),
        com("field_list"), com("field_list", b"types\0"), PING]),
    "register": (["bare", "full"], [("user", "pxm1"), com("register_replica", b""), com("binlog_dump", b""), PING]),
    "out of order": (["bare", "full"], [("sequence", 5), PING]),
    "transactions !": (FORMS, [
        USE, q("BEGIN"), q("SELECT 1"), q(TABLE), q("INSERT INTO t (v) VALUES ('x')"), com("init_db", b"pxm"), PING, q("SELEC"), q("ROLLBACK"), q("START TRANSACTION READ ONLY"),
        q(TABLE), q("DELETE FROM t"), q("COMMIT AND CHAIN"), q("COMMIT"), q("SET autocommit = 0"), q("SELECT 1"), q(TABLE), q("INSERT INTO t (v) VALUES ('x')"),
        q("COMMIT"), q("SET autocommit = 1"), q("SET sql_mode = 'NO_BACKSLASH_ESCAPES'"), q("SELECT 1"), q("COMMIT RELEASE"), PING]),

    "tracking": (["bare", "bare+SESSION_TRACK", "full", "full-SESSION_TRACK", "full-DEPRECATE_EOF", "full+COMPRESS"], [
        USE, q("USE pxm"), q("SET autocommit = 1"), q("SET autocommit = 0"), q("SET autocommit = 1, time_zone = '+01:00'"), q("SET sql_mode = ''"), q("SET NAMES latin1"), q("SET NAMES utf8mb4"),
        q("SET @x = 1"), q("SET character_set_results = NULL"), q("SET names utf8mb4, time_zone = 'nowhere'"), q("SET session_track_system_variables = 'sql_mode,max_heap_table_size'"),
        q("SET sql_mode = 'ANSI'"), q("SET autocommit = 1"), q("SET max_heap_table_size = 20000"), q("SET session_track_system_variables = '*'"), q("SET sort_buffer_size = 40000"),
        q("SET lc_time_names = 'de_DE'"), q("SET sql_select_limit = DEFAULT"), q("SET @@session.foreign_key_checks = 0"), q("SET unique_checks = OFF"), q("SET transaction_isolation = 'READ-COMMITTED'"),
        q("SET tx_none = 1"), q("SET session_track_system_variables = 'nothing'"), q("SET session_track_system_variables = ''"), q("SET autocommit = 1"),
        q("SET session_track_schema = 0"), USE, q("USE mysql"), q("SET session_track_schema = 1"), q("USE mysql"), q("SELECT 1; USE pxm; SELECT 2")]),
    "tracking of state": (["bare", "bare+SESSION_TRACK", "full"], [
        q("SET session_track_system_variables = ''"), q("SET session_track_state_change = 1"), q("SET @x = 1"), q("SET @x = 1, @y = 2"), USE, q("SELECT 1"), q("CREATE TEMPORARY TABLE pxm.tt (a INT)"),
        q("INSERT INTO pxm.tt VALUES (1)"), q("DROP TEMPORARY TABLE pxm.tt"), q("PREPARE p FROM 'SELECT 1'"), q("EXECUTE p"), q("DEALLOCATE PREPARE p"), prepare("SELECT 1"), execute(0), ("close", 0), q("SET sort_buffer_size = 50000"), q("SELECT @z := 1"),
        q("SET ROLE NONE"), q("SET session_track_state_change = 0"), q("SET @x = 3"), com("reset_connection")]),
    "tracking of transactions !": (["bare", "bare+SESSION_TRACK", "full", "full-DEPRECATE_EOF"], [
        USE, q("SET session_track_transaction_info = 'STATE'"), q("BEGIN"), q("SELECT 1"), q("SELECT 1 FROM t"), q("INSERT INTO t (v) VALUES ('x')"), q("COMMIT"), q("SELECT 1 FROM t"),
        q("SET session_track_transaction_info = 'CHARACTERISTICS'"), q("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"), q("START TRANSACTION READ ONLY"), q("SELECT 1 FROM t"), q("ROLLBACK"),
        q("SET TRANSACTION READ ONLY"), q("BEGIN"), q("COMMIT"), q("START TRANSACTION WITH CONSISTENT SNAPSHOT"), q("INSERT INTO t (v) VALUES (UUID())"), q("COMMIT AND CHAIN"), q("ROLLBACK"),
        q("SET autocommit = 0"), q("SELECT 1"), q("SELECT 1 FROM t"), q("INSERT INTO t (v) VALUES ('y')"), q("ROLLBACK"), q("SET autocommit = 1"), q("LOCK TABLES t READ"), q("SELECT 1 FROM t"), q("UNLOCK TABLES"),
        q("CREATE TEMPORARY TABLE tt (a INT)"), q("BEGIN"), q("INSERT INTO tt VALUES (1)"), q("COMMIT"), q("SET session_track_transaction_info = 'OFF'"), q("BEGIN"), q("COMMIT")]),
    "tracking of gtids !": (["bare", "bare+SESSION_TRACK", "full"], [
        USE, q("SET session_track_gtids = 'OWN_GTID'"), q("INSERT INTO t (v) VALUES ('g')"), q("UPDATE t SET v = 'g' WHERE id = 999"), q("BEGIN"), q("INSERT INTO t (v) VALUES ('g')"), q("COMMIT"), q("SELECT 1"),
        q("CREATE TABLE gt (a INT PRIMARY KEY)"), q("DROP TABLE gt"), q("BEGIN"), q("INSERT INTO t (v) VALUES ('g')"), q("ROLLBACK"),
        q("SET session_track_gtids = 'ALL_GTIDS'"), q("INSERT INTO t (v) VALUES ('g')"), q("SELECT 1"), q("SET session_track_gtids = 'OFF'"), q("INSERT INTO t (v) VALUES ('g')")]),

    "prepare": (EVERY, [
        USE, prepare("SELECT 1"), prepare("SELECT ?, v FROM t WHERE id = ?"), prepare("INSERT INTO t (v) VALUES (?)"), prepare("SELEC"), prepare("SELECT * FROM nowhere"), prepare(""),
        prepare("SELECT 1; SELECT 2"), prepare("PREPARE p FROM 'SELECT 1'"), prepare("SHOW TABLES"), prepare("SHOW VARIABLES LIKE 'autocommit'"), prepare("SET @a = ?"), prepare("SELECT 1 INTO @a"), prepare("BEGIN"),
        prepare("EXPLAIN SELECT 1"), prepare("SELECT ? + 1, CONCAT(?, 'a'), IFNULL(?, 1)"), prepare("UPDATE t SET v = ?, n = ? WHERE id = ?"), prepare("SELECT 1 / 0")]),
    "execute !": (FORMS, [
        USE, prepare("SELECT ?, v FROM t WHERE id > ? ORDER BY id"), execute(0, ("x", 3)), execute(0, (None, 4)), execute(0, (7, 99)), prepare("INSERT INTO t (v) VALUES (?), (?)"),
        execute(1, ("ä", None)), prepare("UPDATE t SET v = ? WHERE id = ?"), execute(2, ("k", 1)), execute(2, ("k", 1)), prepare("SELECT 1"), execute(3), execute(3), execute(9), ("close", 3), execute(3),
        ("close", 3), ("close", 9), PING, ("reset", 0), ("reset", 3), ("reset", 9), com("stmt_reset", b"\1"), com("stmt_execute", b"\1\0\0\0"), com("stmt_execute", b""), com("stmt_close", b"\1"), PING,
        prepare("SELECT exp(id * 300) FROM t ORDER BY id"), execute(4), prepare("DO 1 / 0"), execute(5), prepare("SHOW TABLES"), execute(6), prepare("BEGIN"), execute(7), prepare("ROLLBACK"), execute(8)]),
    "long data": (FORMS, [
        USE, prepare("SELECT LENGTH(?), LENGTH(?)"), ("long", 0, 0, b"ab"), ("long", 0, 0, b"cd"), execute(0, ("x", "yy")), execute(0, ("x", "yy")), ("long", 0, 1, b"abc"), ("reset", 0), execute(0, ("x", "yy")),
        ("long", 0, 5, b"a"), execute(0, ("x", "yy")), ("long", 9, 0, b"a"), PING, ("raw", b"\x18\1\0"), PING, ("long", 0, 0, b""), execute(0, ("x", "yy"))]),
    "long data of 20 MB": (["full", "full+COMPRESS"], [
        prepare("SELECT LENGTH(?), SHA2(?, 256)"), *[("long", 0, 0, b"abcdefghij" * 100_000) for _ in range(20)], ("long", 0, 1, b"x"), execute(0, ("", "x")), PING]),
    "a result of 20 MB": (["bare", "full+ZSTD"], [q("SELECT LENGTH(REPEAT('ab', 10000000))"), ("big", "SELECT REPEAT('ab', 10000000)")]),
    "a query of 17 MB": (["bare+COMPRESS"], [("query", b"SELECT LENGTH('" + b"a" * 17_000_000 + b"')", {})]),
    "compressed rows": (PACKED, [USE, q(TABLE), q("SELECT REPEAT('x', 100), REPEAT('y', 1000)"), q("SELECT 1"), PING, q("SELECT '" + "z" * 70000 + "'"), q("SHOW STATUS LIKE 'Compression%'")]),
    "zstd levels": (["bare+ZSTD", "full+ZSTD"], [("login", {"zstd_level": 1}), q("SELECT REPEAT('x', 1000)"), ("again", {"zstd_level": 22}), q("SELECT REPEAT('x', 1000)"), q("SHOW STATUS LIKE 'Compression%'"), ("again", {"zstd_level": 0}), ("again", {"zstd_level": 23})]),

    "cursor": (EVERY, [
        USE, prepare(TABLE), execute(0, cursor=1), fetch(0, 2), fetch(0, 2), fetch(0, 2), fetch(0, 2), fetch(0, 1), execute(0, cursor=1), fetch(0, 5), fetch(0, 1), execute(0, cursor=1), fetch(0, 0), fetch(0, 4294967295),
        # Not asked: an execution without a cursor after one with, where MySQL 9.7 sends no rows and an OK out of place.
        execute(0, cursor=1), ("reset", 0), fetch(0, 1), execute(0, cursor=1), execute(0, cursor=1), fetch(0, 1), ("close", 0), fetch(0, 1), fetch(9, 1), PING]),
    "cursor of no rows": (MIXED, [USE, prepare("SELECT v FROM t WHERE id = ?"), execute(0, (99,), cursor=1), fetch(0, 1), fetch(0, 1)]),
    "cursor of every kind of statement !": (["bare", "full", "full-DEPRECATE_EOF"], [
        USE, prepare("SHOW TABLES"), execute(0, cursor=1), fetch(0, 9), prepare("INSERT INTO t (v) VALUES ('c')"), execute(1, cursor=1), fetch(1, 1), prepare("SHOW VARIABLES LIKE 'autocommit'"), execute(2, cursor=1), fetch(2, 9),
        prepare("SET @a = 1"), execute(3, cursor=1), prepare("EXPLAIN SELECT 1"), execute(4, cursor=1), prepare("SELECT 1 INTO @a"), execute(5, cursor=1), fetch(5, 1), prepare("SELECT 1 / 0, CAST('x' AS SIGNED)"), execute(6, cursor=1), fetch(6, 1),
        q("SHOW WARNINGS"), prepare("SELECT exp(id * 300) FROM t ORDER BY id"), execute(7, cursor=1), fetch(7, 1), prepare("SELECT id FROM t ORDER BY id FOR UPDATE"), execute(8, cursor=1), fetch(8, 1),
        prepare("(SELECT 1) UNION (SELECT 'a')"), execute(9, cursor=1), fetch(9, 5), prepare("ANALYZE TABLE t"), execute(10, cursor=1), prepare("CHECKSUM TABLE t"), execute(11, cursor=1), prepare("SHOW CREATE TABLE t"), execute(12, cursor=1),
        prepare("SHOW WARNINGS"), execute(13, cursor=1), prepare("SELECT SQL_CALC_FOUND_ROWS id FROM t LIMIT 2"), execute(14, cursor=1), fetch(14, 9), q("SELECT FOUND_ROWS()"), prepare("SHOW GRANTS"), execute(15, cursor=1)]),
    "cursor of every type": (FORMS, [USE, prepare("SELECT * FROM types ORDER BY id"), execute(0, cursor=1), fetch(0, 5)]),
    "cursor of expressions": (["bare", "full"], [
        USE, prepare("SELECT 1, 'a', 1.5, 1e0, NULL, NOW() > '2000-01-01', DATE '2026-01-01', TIME '01:02:03', v, n + 1, COUNT(*), GROUP_CONCAT(v), ? FROM t GROUP BY v, n ORDER BY v"), execute(0, ("p",), cursor=1), fetch(0, 9)]),
    "cursor types": (["bare", "full"], [USE, prepare(TABLE), execute(0, cursor=2), fetch(0, 1), execute(0, cursor=4), fetch(0, 1), execute(0, cursor=5), fetch(0, 1), execute(0, cursor=3), fetch(0, 1)]),
    "cursor and transactions !": (FORMS, [
        USE, prepare(TABLE), execute(0, cursor=1), fetch(0, 1), q("COMMIT"), fetch(0, 1), q("BEGIN"), fetch(0, 1), q("ROLLBACK"), fetch(0, 1), q("BEGIN"), execute(0, cursor=1), fetch(0, 1), q("COMMIT"), fetch(0, 1), q("BEGIN"), execute(0, cursor=1),
        q("DELETE FROM t WHERE id = 3"), fetch(0, 9), q("ROLLBACK"), execute(0, cursor=1), q("ROLLBACK"), fetch(0, 1), q("SET autocommit = 0"), execute(0, cursor=1), q("DROP TABLE IF EXISTS nowhere"), fetch(0, 1), q("SELECT * FROM nowhere"), fetch(0, 1),
        q("SET autocommit = 1"), fetch(0, 1)]),
    "cursor and the rest": (FORMS, [
        USE, prepare(TABLE), execute(0, cursor=1), prepare("SELECT 2"), execute(1, cursor=1), fetch(0, 1), fetch(1, 1), fetch(0, 1), q("CREATE TABLE cc (a INT)"), q("DROP TABLE cc"), fetch(0, 1), q("TRUNCATE TABLE nowhere"), com("reset_connection"), fetch(0, 1),
        execute(0)]),
    "cursor and a parameter": (FORMS, [USE, prepare("SELECT ?, v FROM t WHERE id > ? ORDER BY id"), execute(0, ("x", 1), cursor=1), fetch(0, 1), execute(0, (5, 2), cursor=1), fetch(0, 9), ("long", 0, 0, b"long"), execute(0, (None, 4), cursor=1), fetch(0, 9)]),
    "fetch what is malformed": (["bare"], [com("stmt_fetch", b"\1\0"), com("stmt_fetch", b""), PING]),

    "optional metadata": ([name for name in EVERY if "OPTIONAL" in name] + ["full", "bare"], [
        USE, q("SET resultset_metadata = 'NONE'"), q("SELECT 1"), q(TABLE), q("SHOW TABLES"), prepare("SELECT ?, v FROM t"), execute(0, ("x",)), prepare(TABLE), execute(1, cursor=1), fetch(1, 9), q("SELECT 1; SELECT 2"), com("field_list", b"t\0"),
        q("SET resultset_metadata = 'FULL'"), q("SELECT 1"), execute(0, ("x",)), q("SET resultset_metadata = 'SOME'"), q("SET GLOBAL resultset_metadata = 'NONE'")]),
    "attributes": (["bare", "bare+QUERY_ATTRIBUTES", "full", "full-QUERY_ATTRIBUTES"], [
        ("root", "INSTALL COMPONENT 'file://component_query_attributes'"), q("SELECT mysql_query_attribute_string('a'), mysql_query_attribute_string('none')", attributes=[("a", "1"), ("b", "zwei")]), q("SELECT mysql_query_attribute_string('b')", attributes=[("b", "zwei")]),
        q("SELECT mysql_query_attribute_string('b')"), prepare("SELECT mysql_query_attribute_string('c'), ?"), execute(0, ("p",), attributes=[("c", "drei")]), execute(0, ("p",)), prepare("SELECT mysql_query_attribute_string('d')"), execute(1, (), attributes=[("d", "vier")]),
        execute(1), q("SELECT mysql_query_attribute_string(NULL), mysql_query_attribute_string(1)", attributes=[("1", "eins")]), q("SELECT mysql_query_attribute_string()"), q("SELECT mysql_query_attribute_string('a', 'b')"),
        q("SELECT mysql_query_attribute_string('A')", attributes=[("a", "1")]), q("SELECT 1; SELECT mysql_query_attribute_string('a')", attributes=[("a", "1")]), ("root", "UNINSTALL COMPONENT 'file://component_query_attributes'"),
        q("SELECT mysql_query_attribute_string('a')")]),
    "attributes malformed": (["full"], [com("query", b"\1\1"), com("query", b"\0\2SELECT 1"), com("query", b"\1\1\0\0SELECT 1"), com("query", b""), com("query", b"\0"), PING]),

    "reset connection": (FORMS, [USE, q("SET @a = 1, autocommit = 0"), prepare("SELECT 1"), q("BEGIN"), com("reset_connection"), q("SELECT @a, DATABASE(), @@autocommit"), execute(0), com("reset_connection", b"more"), PING]),
    "change user": (EVERY, [
        USE, q("SET @a = 1"), prepare("SELECT 1"), ("change", "pxm1", b"", "", {}), q("SELECT @a, DATABASE(), USER()"), execute(0), ("change", "pxm1", b"", "pxm", {}), q("SELECT DATABASE(), CURRENT_USER()"), PING]),
    "change user by password": (["bare", "full", "bare+SESSION_TRACK"], [("change", "pxm2", b"geheim", "pxm", {}), q("SELECT CURRENT_USER()"), ("change", "pxm2", b"falsch", "", {}), PING]),
    "change user in vain": (["bare", "full"], [("change", "pxm_nobody", b"", "", {}), PING]),
    "change user to no schema": (["bare", "full"], [("change", "pxm1", b"", "pxm_none", {}), PING]),
    "change user in latin1": (["bare", "full"], [("change", "pxm1", b"", "", {"collation": 8}), q("SELECT @@collation_connection")]),
    "change user cut off": (["bare", "full"], [com("change_user", b"pxm1"), PING]),
    "change user to nothing": (["bare"], [com("change_user", b""), PING]),
    "ignore space": (["bare", "bare+IGNORE_SPACE"], [q("SELECT COUNT (*) FROM pxm.t"), q("SELECT @@sql_mode"), q("SELECT pi ()")]),
    "interactive": (["bare", "bare+INTERACTIVE"], [q("SELECT @@wait_timeout = @@interactive_timeout")]),
}


class Player:
    """Plays scenarios on the server at `port`."""

    def __init__(self, port):
        self.port = port
        self.is_changed = False
        self.link = None

    def root(self, *statements):
        if self.link is None:
            self.link = pymysql.connect(
                host="127.0.0.1", port=self.port, user="root", password="", autocommit=True, connect_timeout=5)
        with self.link.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def try_root(self, statement):
        try:
            self.root(statement)
        except pymysql.Error as error:
            return [repr(error)]
        return []

    def play(self, name, flag_set):
        """The lines that the scenario's steps lead to under a set of flags."""
        if self.is_changed or name.endswith("!"):
            self.root(*ROWS)
        self.is_changed = name.endswith("!")
        flags = flags_of(SETS[flag_set])
        self.client = None
        options, sequence, transcript = {}, 0, []
        try:
            for step in SCENARIOS[name][1]:
                kind = step[0]
                if kind == "without":
                    flags &= ~flags_of(step[1])
                elif kind == "with":
                    flags |= flags_of(step[1])
                elif kind == "user":
                    options["user"] = step[1]
                elif kind in ("login", "again"):
                    if len(step) > 1:
                        options = {**options, **step[1]}
                    lines = self.open(flags, options)
                    transcript.append([self.title(step), *lines])
                elif kind == "root":
                    transcript.append([self.title(step), *self.try_root(step[1])])
                elif kind == "sequence":
                    sequence = step[1]
                else:
                    if self.client is None:
                        lines = self.open(flags, options)
                        if not lines[-1].startswith("OK"):
                            transcript.append(["login", *lines])
                    transcript.append([self.title(step), *self.step(step, sequence)])
        except Gone:
            transcript.append([self.title(step), "the connection is over"])
        except TimeoutError:
            transcript.append([self.title(step), "no answer"])
        except ValueError as error:
            transcript.append([self.title(step), f"malformed: {error}"])
        finally:
            if self.client:
                self.client.close()
        return transcript

    def open(self, flags, options):
        if self.client:
            self.client.close()
        if "schema" in options:
            flags |= flags_of(["CONNECT_WITH_DB"])
        self.client = Client(self.port, flags, **options)
        return self.client.login()

    @staticmethod
    def title(step):
        text = repr(step)
        return text if len(text) < 300 else text[:300] + "..."

    def step(self, step, sequence=0):
        client = self.client
        match step:
            case ("query", text, more):
                return client.query(text, **more)
            case ("prepare", text):
                return client.command("stmt_prepare", text.encode())
            case ("execute", place, values, more):
                return client.execute(place, values, **more)
            case ("fetch", place, count):
                return client.fetch(place, count)
            case ("close" | "reset" as name, place):
                return client.command(f"stmt_{name}", struct.pack("<I", self.statement(place)))
            case ("long", place, parameter, data):
                return client.command("stmt_send_long_data", struct.pack("<IH", self.statement(place), parameter) + data)
            case ("change", user, password, schema, more):
                client.password = password
                data = user.encode() + b"\0" + b"\0" + schema.encode() + b"\0" + struct.pack("<H", more.get("collation", 255))
                if client.has("PLUGIN_AUTH"):
                    data += b"caching_sha2_password\0"
                if client.has("CONNECT_ATTRS"):
                    data += lenenc(lenenc("program") + lenenc("changed"))
                return client.command("change_user", data)
            case ("big", text):
                return [line[:200] for line in client.query(text)]
            case ("raw", data):
                client.send(data)
                return [client.describe(client.read())]
            case ("com", name, data):
                if name == "quit":
                    client.command(name, data)
                return client.command(name, data, sequence)
        raise ValueError(step)

    def statement(self, place):
        return self.client.statements[place] if place < len(self.client.statements) else 999_999

    def all(self, only=None, times=None):
        """Scenario: [{"flags": [...], "steps": [...]}]; `times` gets how long each took."""
        self.root(*FIXTURE, *ROWS)
        outcomes = {}
        try:
            for name, (flag_sets, _) in SCENARIOS.items():
                if only and only not in name:
                    continue
                kinds, start = {}, time.monotonic()
                for flag_set in dict.fromkeys(flag_sets):
                    steps = self.play(name, flag_set)
                    kinds.setdefault(json.dumps(steps), []).append(flag_set)
                outcomes[name] = [{"flags": sets, "steps": json.loads(steps)} for steps, sets in kinds.items()]
                if times is not None:
                    times[name] = time.monotonic() - start
        finally:
            self.root(*CLEANING)
        return outcomes


def cells(outcomes):
    return {(name, flag_set): kind["steps"] for name, kinds in outcomes.items() for kind in kinds for flag_set in kind["flags"]}


def differences(theirs, ours):
    """(scenario, step, what MySQL says, what we say): the flag sets where that is so."""
    theirs, ours, found = cells(theirs), cells(ours), {}
    for (name, flag_set), steps in ours.items():
        expected = theirs.get((name, flag_set))
        if expected is None:
            found.setdefault((name, "not recorded", "", ""), []).append(flag_set)
            continue
        for index in range(max(len(steps), len(expected))):
            left = expected[index] if index < len(expected) else ["nothing"]
            right = steps[index] if index < len(steps) else ["nothing"]
            if left == right:
                continue
            for line in range(max(len(left), len(right))):
                a, b = (part[line] if line < len(part) else "nothing" for part in (left, right))
                if a != b:
                    found.setdefault((name, left[0] if left[0] != "nothing" else right[0], a[:400], b[:400]), []).append(flag_set)
    return found


def lines(found):
    """One for each difference, as protocol_matrix_known.txt has them."""
    return sorted("  ||  ".join(difference) for difference in found)


def known():
    return KNOWN.read_text().splitlines() if KNOWN.exists() else []


def load():
    return json.loads(DATA.read_text())


def save(outcomes):
    DATA.write_text("{\n" + ",\n".join(
        f"{json.dumps(name)}: [\n" + ",\n".join(
            f'{{"flags": {json.dumps(kind["flags"])}, "steps": [\n' + ",\n".join(json.dumps(step) for step in kind["steps"]) + "]}"
            for kind in kinds) + "]"
        for name, kinds in outcomes.items()) + "}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["record", "replay"])
    parser.add_argument("port", nargs="?", type=int)
    parser.add_argument("--port", dest="own_port", type=int)
    parser.add_argument("-k", dest="only")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.action == "record":
        outcomes = Player(arguments.port).all(arguments.only)
        save({**load(), **outcomes} if arguments.only else outcomes)
        return 0
    times = {}
    if arguments.own_port:
        ours = Player(arguments.own_port).all(arguments.only, times)
    else:
        from cluster import Node, free_port
        with tempfile.TemporaryDirectory() as directory:
            node = Node(1, directory, "", f"127.0.0.1:{free_port()}").start()
            try:
                ours = Player(node.port).all(arguments.only, times)
            finally:
                node.stop()
    found = differences(load(), ours)
    for (name, step, a, b), sets in found.items():
        print(f"{name}: {step}\n    MySQL: {a}\n    ours:  {b}\n    under: {', '.join(sets)}")
    if arguments.write:
        KNOWN.write_text("".join(line + "\n" for line in lines(found)))
    slowest = sorted(times.items(), key=lambda item: -item[1])[:8]
    print(f"{len(found)} differences; {sum(times.values()):.1f} s: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in slowest))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
