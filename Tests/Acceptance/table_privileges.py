"""Privileges on tables, columns and views as a real MySQL has them: scenarios, and its answers in table_privileges.txt.

    table_privileges.py PORT     records from the MySQL at 127.0.0.1:PORT (root, no password)

A scenario is what root says first, the grants of one account, and what that account says, each statement on the same ground.
"""
import pathlib
import sys

import pymysql

RECORDED = pathlib.Path(__file__).parent / "table_privileges.txt"

GROUND = [
    "DROP DATABASE IF EXISTS tp", "DROP DATABASE IF EXISTS tpm", "DROP DATABASE IF EXISTS tpv",
    "DROP USER IF EXISTS tpu, tpd", "CREATE USER tpu, tpd", "CREATE DATABASE tp", "CREATE DATABASE tpm", "CREATE DATABASE tpv",
    "CREATE TABLE tp.t (id INT PRIMARY KEY, pub VARCHAR(20), pw VARCHAR(20))", "INSERT INTO tp.t VALUES (1, 'a', 'x'), (2, 'b', 'y')",
    "CREATE TABLE tp.u (id INT PRIMARY KEY, n INT)", "INSERT INTO tp.u VALUES (1, 10)",
    "CREATE TABLE tpm.t (id INT PRIMARY KEY, pub VARCHAR(20), pw VARCHAR(20))", "INSERT INTO tpm.t VALUES (1, 'm', 'n')",
    "GRANT ALL ON tpm.* TO tpu",
]

READS = """SELECT id FROM tp.t
SELECT pw FROM tp.t
SELECT * FROM tp.t
SELECT t.* FROM tp.t
TABLE tp.t
SELECT COUNT(*) FROM tp.t
SELECT 1 FROM tp.t
SELECT id FROM tp.t WHERE pw = 'x'
SELECT id FROM tp.t ORDER BY pw
SELECT id FROM tp.t GROUP BY id, pw
SELECT COUNT(*) FROM tp.t HAVING MAX(pw) > ''
SELECT a.id FROM tp.t a JOIN tp.t b USING (id)
SELECT a.id FROM tp.t a JOIN tp.t b ON a.pw = b.id
SELECT nosuch FROM tp.t
SELECT nosuch, pw FROM tp.t
SELECT pw, nosuch FROM tp.t
SELECT * FROM tp.nosuch
SELECT * FROM tpnosuch.t
SELECT id AS pw FROM tp.t ORDER BY pw
SELECT x FROM (SELECT pw AS x FROM tp.t) d
SELECT 1 FROM (SELECT pw AS x FROM tp.t) d
WITH c AS (SELECT pw FROM tp.t) SELECT 1 FROM c
WITH c AS (SELECT pw FROM tp.t) SELECT * FROM c
SELECT 1 FROM (SELECT DISTINCT pw FROM tp.t) d
SELECT id FROM tp.t UNION SELECT pw FROM tp.t
SELECT EXISTS (SELECT * FROM tp.t)
SELECT EXISTS (SELECT pw FROM tp.t)
SELECT (SELECT pw FROM tp.t LIMIT 1) FROM tpm.t
SELECT 1 FROM tpm.t WHERE id IN (SELECT pw FROM tp.t)
SELECT id FROM tp.t FOR UPDATE
SELECT id FROM tp.t FOR SHARE
SELECT id FROM tp.t LOCK IN SHARE MODE
SELECT tpm.t.id FROM tpm.t, tp.t b FOR UPDATE OF t
SELECT * FROM (SELECT id FROM tp.t FOR UPDATE) d
DO (SELECT pw FROM tp.t LIMIT 1)
SET @a = (SELECT pw FROM tp.t LIMIT 1)
PREPARE p FROM 'SELECT pw FROM tp.t'
EXPLAIN SELECT pw FROM tp.t
EXPLAIN SELECT id FROM tp.t
SHOW COLUMNS FROM tp.t
SHOW COLUMNS FROM tp.nosuch
SHOW INDEX FROM tp.t
SHOW CREATE TABLE tp.t
SHOW CREATE TABLE tp.nosuch
SHOW CREATE VIEW tp.nosuch
SHOW TABLES FROM tp
SHOW TABLES FROM tpnosuch
SHOW CREATE DATABASE tp
SHOW CREATE DATABASE tpnosuch
USE tp
USE tpnosuch
CHECK TABLE tp.t
CHECKSUM TABLE tp.t
ANALYZE TABLE tp.t
OPTIMIZE TABLE tp.t
LOCK TABLES tp.t READ
LOCK TABLES tp.nosuch READ
INSERT INTO tpm.t SELECT * FROM tp.t WHERE id > 9
CREATE TABLE tpm.z SELECT id FROM tp.t
CREATE TABLE tpm.z2 LIKE tp.t
CREATE TABLE tpm.z3 LIKE tp.nosuch
CREATE TABLE tpnosuch.z (id INT)
CREATE TEMPORARY TABLE tp.z (id INT)
CREATE VIEW tpm.w1 AS SELECT id FROM tp.t
CREATE VIEW tpm.w2 AS SELECT pw FROM tp.t
CREATE VIEW tpm.w3 AS SELECT id FROM tp.t WHERE pw = 'x'
CREATE VIEW tpm.w4 AS SELECT * FROM tp.t
CREATE VIEW tpm.w5 AS SELECT id + 1 AS a FROM tp.t
CREATE VIEW tpm.w6 AS SELECT CONCAT(pw) AS a FROM tp.t
CREATE VIEW tpm.w7 AS SELECT (SELECT MAX(id) FROM tp.t) AS a""".splitlines()

WRITES = """UPDATE tp.t SET pub = 'q'
UPDATE tp.t SET pub = 'q' WHERE id = 1
UPDATE tp.t SET pub = pw
UPDATE tp.t SET pub = 'q' WHERE pw LIKE 'h%'
UPDATE tp.t SET pw = 'a' WHERE id = 1
UPDATE tp.t SET id = id
UPDATE tp.t SET pub = 'q' ORDER BY pw LIMIT 1
UPDATE tp.t SET nosuch = 1
UPDATE tp.t SET pub = nosuch
UPDATE tp.nosuch SET pub = 1
UPDATE tp.t SET pub = (SELECT MAX(n) FROM tp.u)
UPDATE tp.t SET pub = DEFAULT(pw)
UPDATE tp.t a, tpm.t b SET a.pub = '1' WHERE a.id = b.id
UPDATE tp.t a, tpm.t b SET a.pw = '1' WHERE a.id = b.id
UPDATE tp.t a, tpm.t b SET b.pub = '1' WHERE a.id = b.id
UPDATE tp.t a, tpm.t b SET b.pub = a.pw WHERE a.id = b.id
DELETE FROM tp.t WHERE id = 9
DELETE FROM tp.t WHERE pw = '9'
DELETE FROM tp.t ORDER BY pw LIMIT 0
DELETE FROM tp.nosuch
DELETE tp.t FROM tp.t WHERE id = 9
INSERT INTO tp.t (id) VALUES (5)
INSERT INTO tp.t VALUES (6, '', '')
INSERT INTO tp.t (id, pw) VALUES (7, '')
INSERT INTO tp.t SET id = 8, pub = pw
INSERT INTO tp.t (id, pub) VALUES (9, id)
INSERT INTO tp.t (id) VALUES (1) ON DUPLICATE KEY UPDATE pub = 'q'
INSERT INTO tp.t (id) VALUES (1) ON DUPLICATE KEY UPDATE pub = pw
INSERT INTO tp.t (id) VALUES (1) ON DUPLICATE KEY UPDATE pw = 'q'
INSERT INTO tp.t (id) VALUES (1) ON DUPLICATE KEY UPDATE pub = VALUES(pw)
INSERT INTO tp.t (id) VALUES (1) AS n ON DUPLICATE KEY UPDATE pub = n.id
INSERT INTO tp.t (id) SELECT 44
INSERT INTO tp.t (id) SELECT id + 90 FROM tp.t
INSERT INTO tp.t (id) VALUES ((SELECT MAX(n) + 60 FROM tp.u))
INSERT INTO tp.t (id, pub) VALUES (50, DEFAULT(pw))
INSERT INTO tp.t (id, pub) VALUES (51, DEFAULT)
INSERT INTO tp.t (nosuch) VALUES (5)
INSERT INTO tp.nosuch VALUES (5)
REPLACE INTO tp.t (id) VALUES (5)
REPLACE INTO tp.t VALUES (5, '', '')
TRUNCATE tp.nosuch
EXPLAIN UPDATE tp.t SET pub = pw
EXPLAIN INSERT INTO tp.t (pw) VALUES (5)
EXPLAIN DELETE FROM tp.t WHERE pw = '9'""".splitlines()

VIEWS = """SELECT * FROM tpv.d
SELECT id FROM tpv.d
SELECT * FROM tpv.dd
SELECT * FROM tpv.di
SELECT c, CURRENT_USER() FROM tpv.cu
SHOW CREATE VIEW tpv.d
SHOW CREATE TABLE tpv.d
EXPLAIN SELECT * FROM tpv.d
CHECK TABLE tpv.d
INSERT INTO tpv.d VALUES (7, '')
UPDATE tpv.d SET pub = 'z' WHERE id = 1
UPDATE tpv.d SET pub = 'z'
DELETE FROM tpv.d WHERE id = 9
UPDATE tpv.w SET pub = 'z' WHERE id = 1
INSERT INTO tpv.w VALUES (8, '')
UPDATE tpv.dd SET id = id
SELECT * FROM tpv.d FOR UPDATE
LOCK TABLES tpv.d READ
SELECT view_definition, definer, security_type FROM information_schema.views WHERE table_schema = 'tpv' AND table_name = 'd'""".splitlines()

MADE = """CREATE DEFINER = root@localhost VIEW tpm.x AS SELECT 1
CREATE DEFINER = tpnobody VIEW tpm.x2 AS SELECT 1
CREATE DEFINER = tpu VIEW tpm.x3 AS SELECT 1
CREATE OR REPLACE VIEW tpm.x3 AS SELECT 2
ALTER VIEW tpm.x3 AS SELECT 3
ALTER VIEW tpv.d AS SELECT 3""".splitlines()

MAKES_VIEWS = [
    "GRANT ALL ON tp.* TO tpd", "GRANT ALL ON tpv.* TO tpd", "CREATE DEFINER = tpd VIEW tpv.d AS SELECT id, pub FROM tp.t",
    "CREATE DEFINER = tpd VIEW tpv.dd AS SELECT id FROM tpv.d",
    "CREATE SQL SECURITY INVOKER VIEW tpv.di AS SELECT id FROM tpv.d",
    "CREATE DEFINER = tpd VIEW tpv.w AS SELECT id, pub FROM tp.t WHERE pw <> 'zzz' WITH CHECK OPTION",
    "CREATE DEFINER = tpd VIEW tpv.cu AS SELECT CURRENT_USER() AS c",
    "REVOKE ALL ON tp.* FROM tpd", "REVOKE ALL ON tpv.* FROM tpd",
]
ALL_OF_VIEWS = "SELECT, INSERT, UPDATE, DELETE, SHOW VIEW, LOCK TABLES ON tpv.*"


def scenarios():
    """(name, what root says first, grants of the account, its statements)."""
    for grants in [
        [], ["SELECT (id, pub) ON tp.t"], ["SELECT ON tp.t"], ["INSERT ON tp.t"], ["DELETE ON tp.t"], ["CREATE ON tp.*"],
        ["SELECT ON tp.t", "UPDATE (pub) ON tp.t"], ["SELECT ON tp.t", "INSERT ON tp.t"], ["LOCK TABLES ON tp.*"],
        ["SELECT, LOCK TABLES ON tp.*"], ["SHOW VIEW ON tp.t"], ["SHOW DATABASES ON *.*"], ["CREATE TEMPORARY TABLES ON tp.*"],
        ["SELECT ON *.*"], ["PROCESS, REPLICATION SLAVE ON *.*"],
    ]:
        yield "reads", [], grants, READS
    for grants in [
        [], ["UPDATE (pub) ON tp.t"], ["UPDATE (pub), SELECT (id, pub) ON tp.t"], ["UPDATE ON tp.t"], ["DELETE ON tp.t"],
        ["DELETE, SELECT (id) ON tp.t"], ["INSERT ON tp.t"], ["INSERT (id) ON tp.t"], ["INSERT, UPDATE ON tp.t"],
        ["INSERT (id), UPDATE (pub) ON tp.t"], ["INSERT, UPDATE, SELECT (id) ON tp.t"], ["INSERT, DELETE ON tp.t"],
        ["INSERT (id), DELETE ON tp.t"], ["SELECT ON tp.t"],
    ]:
        yield "writes", [], grants, WRITES
    for definer in [
        [], ["SELECT ON tp.t"], ["SELECT ON tp.t", "SELECT ON tpv.*"], ["SELECT (id) ON tp.t"], ["ALL ON tp.*", "ALL ON tpv.*"],
        ["INSERT, UPDATE, DELETE ON tp.t"], ["UPDATE (pub), SELECT ON tp.t"],
    ]:
        yield f"definer {definer}", MAKES_VIEWS + [f"GRANT {grant} TO tpd" for grant in definer], [ALL_OF_VIEWS], VIEWS
    strong = MAKES_VIEWS + ["GRANT ALL ON tp.* TO tpd", "GRANT ALL ON tpv.* TO tpd"]
    for grants in [
        [], ["SELECT ON tpv.*"], ["SELECT (id) ON tpv.d"], ["UPDATE ON tpv.d"], ["UPDATE (pub), SELECT (id) ON tpv.d"],
        ["SHOW VIEW ON tpv.d"], ["SELECT, SHOW VIEW ON tpv.d"], ["SELECT, SHOW VIEW ON tpv.d", "SELECT ON tp.t"],
        ["INSERT, DELETE ON tpv.d"],
    ]:
        yield "views", strong, grants, VIEWS
    role = ["DROP ROLE IF EXISTS tpr", "CREATE ROLE tpr", "GRANT SELECT ON tp.t TO tpr", "GRANT tpr TO tpd"]
    yield "definer with a role", MAKES_VIEWS + role, [ALL_OF_VIEWS], VIEWS[:2]
    yield "definer with a default role", MAKES_VIEWS + role + ["ALTER USER tpd DEFAULT ROLE tpr"], [ALL_OF_VIEWS], VIEWS[:2]
    gone = strong + ["DROP USER tpd"]
    yield "definer gone", gone, [ALL_OF_VIEWS], VIEWS
    yield "definer gone", gone, [ALL_OF_VIEWS, "SUPER ON *.*"], VIEWS[:2]
    for grants in [
        [], ["SET_ANY_DEFINER ON *.*"], ["SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER ON *.*"], ["SUPER ON *.*"],
        ["ALLOW_NONEXISTENT_DEFINER ON *.*"], ["SET_ANY_DEFINER, SYSTEM_USER ON *.*"], ["CREATE VIEW, DROP ON tpv.*"],
        ["SET_ANY_DEFINER ON *.*", "CREATE VIEW, DROP ON tpv.*"],
    ]:
        yield "definers", strong, grants, MADE


def ask(connection, statement):
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall()
        return f"ok {rows}" if rows and ("CURRENT_USER" in statement or "definer" in statement) else "ok"
    except pymysql.MySQLError as error:
        return f"{error.args[0]} {error.args[1]}"


def connect(port, user="root"):
    return pymysql.connect(host="127.0.0.1", port=port, user=user, autocommit=True)


def answers(port):
    """Lines `scenario  grants  statement  answer`, each statement on fresh ground where it changes it."""
    root = connect(port)
    lines = []
    for name, first, grants, statements in scenarios():
        for statement in GROUND + first + [f"GRANT {grant} TO tpu" for grant in grants]:
            said = ask(root, statement)
            assert said.startswith("ok"), f"{statement}: {said}"
        for statement in statements:
            connection = connect(port, "tpu")
            lines.append(f"{name}  {'; '.join(grants)}  {statement}  {ask(connection, statement)}")
            connection.close()
    root.close()
    return lines


if __name__ == "__main__":
    RECORDED.write_text("\n".join(line.replace("\n", " ") for line in answers(int(sys.argv[1]))) + "\n")
