"""No expression in a definition ends, stops or parts the members of a group: what MySQL refuses is refused, and what each member
computes for itself is the same on all of them."""
import time

import pymysql
import pytest

# The statement, and the error that MySQL 9.7 gives; 0 where it takes it.
STATEMENTS = [
    ("ALTER TABLE x.t ADD COLUMN z VARCHAR(60) AS (FORMAT_BYTES(ROUND(a, -308)))", 0),
    ("ALTER TABLE x.t ADD COLUMN z2 VARCHAR(60) AS (FORMAT_PICO_TIME(ROUND(a, -308))) STORED", 0),
    ("ALTER TABLE x.t ADD COLUMN s2 INT DEFAULT (SLEEP(1000000))", 3770),
    ("ALTER TABLE x.t ADD COLUMN s2 INT DEFAULT (GET_LOCK('a', 1000000))", 3770),
    ("ALTER TABLE x.t ADD COLUMN s2 INT AS (SLEEP(1000000))", 3763),
    ("ALTER TABLE x.t ADD CHECK (SLEEP(3) = 0)", 3814),
    ("ALTER TABLE x.t ADD INDEX ((SLEEP(3) = 0))", 3758),
    ("ALTER TABLE x.t ADD COLUMN u VARCHAR(40) DEFAULT (UUID())", 1674),
    ("ALTER TABLE x.t ADD COLUMN u DOUBLE DEFAULT (RAND())", 1674),
    ("ALTER TABLE x.t ADD COLUMN u DATETIME(6) DEFAULT (SYSDATE(6))", 1674),
    ("ALTER TABLE x.t ADD COLUMN u VARBINARY(20) DEFAULT (RANDOM_BYTES(16))", 1674),
    ("ALTER TABLE x.t ADD COLUMN pw VARCHAR(50) DEFAULT ((SELECT authentication_string FROM mysql.user LIMIT 1))", 3769),
    ("ALTER TABLE x.t ADD COLUMN n DATETIME DEFAULT (NOW()), ADD COLUMN c BIGINT DEFAULT (CONNECTION_ID())", 0),
    ("ALTER TABLE x.t ADD COLUMN o DOUBLE AS (POW(a, 400))", 1690),
    ("ALTER TABLE x.t ADD COLUMN i TINYINT AS (id * 1000)", 1264),
    ("ALTER TABLE x.t ADD UNIQUE ((id > 0))", 1062),
    ("ALTER TABLE x.t ADD CHECK (id > 1)", 3819),
    ("ALTER TABLE x.t MODIFY s DATE", 1292),
    ("ALTER TABLE x.t ADD CONSTRAINT t_chk_9223372036854775807 CHECK (id > 0), ADD CHECK (id < 1000)", 0),
    ("ALTER TABLE x.t ADD COLUMN w INT DEFAULT (CONCAT(" + ",".join(["1"] * 300) + ") IS NULL)", 0),
    ("CREATE TABLE x.made (id INT PRIMARY KEY, u VARCHAR(40) DEFAULT (UUID()), r DOUBLE DEFAULT (RAND()))", 0),
    ("CREATE TABLE x.deep (id INT PRIMARY KEY, d INT AS (" + "(" * 50 + "id" + ")" * 50 + "))", 0),
    ("CREATE TABLE x.deeper (id INT PRIMARY KEY, d INT AS (" + "(" * 5000 + "id" + ")" * 5000 + "))", None),
    ("CREATE TABLE x.long_sum (id INT PRIMARY KEY, d INT AS (id" + " + 1" * 800 + "))", None),
]


def test_members_agree_whatever_a_definition_contains(group):
    primary = group.primary()
    primary.query("CREATE DATABASE x")
    primary.query("CREATE TABLE x.t (id INT PRIMARY KEY, a DOUBLE, s VARCHAR(20))")
    primary.query("INSERT INTO x.t VALUES (1, 1.797e308, 'a'), (2, 2, NULL), (3, -1, 'b')")
    for statement, expected in STATEMENTS:
        start = time.monotonic()
        try:
            primary.query(statement)
            code = 0
        except pymysql.err.MySQLError as error:
            code = error.args[0]
        if expected is not None:
            assert code == expected, statement
        assert code not in (1030, 2013), statement
        assert time.monotonic() - start < 20, statement
    primary.query("INSERT INTO x.made (id) VALUES (1), (2)")
    primary.query("UPDATE x.t SET s = 'changed'")
    group.wait_equal("CHECKSUM TABLE x.t, x.made, x.deep")
    group.wait_online()
    for node in group.nodes:
        assert node.scalar("SELECT COUNT(DISTINCT c) FROM x.t") == 1
        assert node.scalar("SELECT COUNT(DISTINCT u) FROM x.made") == 2


def test_refused_definitions_are_the_same_transactions_everywhere(group):
    primary = group.primary()
    with pytest.raises(pymysql.err.MySQLError):
        primary.query("ALTER TABLE x.t ADD CHECK (id > 2)")
    group.wait_equal("SELECT @@gtid_executed")
    group.wait_equal("SHOW CREATE TABLE x.t")
