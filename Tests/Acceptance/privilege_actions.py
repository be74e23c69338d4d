"""What the privilege matrix tries, and with which grants. Only the recorder reads this; see privilege_matrix.py."""
import re

TABLE = ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "REFERENCES", "INDEX", "ALTER", "CREATE VIEW", "SHOW VIEW",
         "TRIGGER"]
SCHEMA = TABLE + ["CREATE TEMPORARY TABLES", "LOCK TABLES", "EXECUTE", "CREATE ROUTINE", "ALTER ROUTINE", "EVENT"]
STATIC = SCHEMA + ["RELOAD", "SHUTDOWN", "PROCESS", "FILE", "SHOW DATABASES", "SUPER", "REPLICATION SLAVE", "REPLICATION CLIENT",
                   "CREATE USER", "CREATE TABLESPACE", "CREATE ROLE", "DROP ROLE", "GRANT OPTION"]
DATA = ["SELECT", "INSERT", "UPDATE", "DELETE"]
COLUMNS = ["SELECT(id)@pm.t", "SELECT(id,pub)@pm.t", "SELECT(pub)@pm.t", "SELECT(pw)@pm.t", "SELECT(id,pub,pw)@pm.t",
           "INSERT(id,pub)@pm.t", "UPDATE(pub)@pm.t", "REFERENCES(id)@pm.t", "UPDATE(pub)@pm.t + SELECT(id)@pm.t",
           "UPDATE(pub)@pm.t + SELECT(id,pub)@pm.t", "UPDATE(pub)@pm.t + SELECT@pm.t", "UPDATE@pm.t + SELECT(id)@pm.t",
           "INSERT(id,pub)@pm.t + UPDATE(pub)@pm.t", "INSERT(id,pub)@pm.t + UPDATE(pub)@pm.t + SELECT(pub)@pm.t",
           "INSERT@pm.t + SELECT(id)@pm.t", "DELETE@pm.t + SELECT(id)@pm.t", "DELETE@pm.t + SELECT(pw)@pm.t"]

ACTIONS = {}


def add(steps, grants, undo=None, rows=False, name=None, always=False):
    steps = [steps] if isinstance(steps, str) else steps
    action = {"steps": steps, "name": name or "; ".join(steps), "grants": list(dict.fromkeys(grants))}
    if undo:
        action["undo"] = [undo] if isinstance(undo, str) else undo
        if always:
            action["undo_always"] = True
    if rows:
        action["rows"] = True
    known = ACTIONS.get(action["name"])
    if known:
        known["grants"] = list(dict.fromkeys(known["grants"] + action["grants"]))
    else:
        ACTIONS[action["name"]] = action


def single(privileges, place):
    return [f"{privilege}@{place}" for privilege in privileges]


def together(privileges, place, without=None):
    return " + ".join(f"{privilege}@{place}" for privilege in privileges if privilege != without) or "none"


def needing(needs, places=("pm.t",)):
    """Exactly what is needed, and that less one, at each place."""
    out = []
    for place in places:
        out.append(together(needs, place))
        out += [together(needs, place, need) for need in needs]
    return out


def data(*needs, more=()):
    """A statement that reads or changes pm.t."""
    grants = ["none", *single(TABLE, "pm.t"), *single(DATA + ["LOCK TABLES", "CREATE TEMPORARY TABLES", "EXECUTE", "SHOW VIEW"], "pm"),
              *single(DATA + ["REPLICATION SLAVE", "PROCESS", "FILE", "SUPER", "SHOW DATABASES", "CREATE USER", "LOCK TABLES",
                              "BACKUP_ADMIN"], "*"),
              "ALL@pm2", "ALL@pm.u", *needing(needs, ("pm.t", "pm", "*")), *COLUMNS, "ALL@*", "expired: ALL@*",
              *(f"ALL@* - {need}@*" for need in DATA),
              f"role: {together(needs, 'pm.t')}", f"setrole: {together(needs, 'pm.t')}", f"setrole: {together(needs, 'pm')}",
              f"setrole: {together(needs, '*')}"]
    return grants + list(more)


def lean(*needs, more=()):
    """The same for variants of a statement."""
    return ["none", *needing(needs), *COLUMNS[:5], "SELECT@*", "LOCK TABLES@pm", "REFERENCES@pm.t", "REPLICATION SLAVE@*", "ALL@*",
            "ALL@* - SELECT@*", f"setrole: {together(needs, 'pm.t')}", *more]


def admin(*privileges, more=(), safe=True):
    """A statement of the server: which single privileges suffice."""
    grants = ["none", *single(privileges, "*"), "SUPER@*", "SELECT@*", "GRANT OPTION@*", "PROCESS@*", "ALL@pm"]
    minus = " - ".join(["ALL@*"] + [f"{privilege}@*" for privilege in privileges] + ([] if "SUPER" in privileges else ["SUPER@*"]))
    grants.append(minus)
    if safe:
        grants += ["ALL@*", "expired: ALL@*", *(f"ALL@* - {privilege}@*" for privilege in privileges)]
        grants += [f"setrole: {privileges[0]}@*", f"role: {privileges[0]}@*"] if privileges else []
        if len(privileges) > 1:
            grants += [together(privileges, "*"), *(together(privileges, "*", privilege) for privilege in privileges)]
    return grants + list(more)


def begin(sql):
    return ["@quiet BEGIN", sql]


# MARK: Data

READS = [
    "SELECT * FROM pm.t", "SELECT id FROM pm.t", "SELECT pub FROM pm.t", "SELECT pw FROM pm.t", "SELECT COUNT(*) FROM pm.t",
    "SELECT 1 FROM pm.t", "SELECT t.id, t.pub FROM pm.t", "SELECT pm.t.pw FROM pm.t", "SELECT a.* FROM pm.t a",
]
MORE_READS = [
    "SELECT id FROM pm.t WHERE pw LIKE 'x%'", "SELECT id FROM pm.t ORDER BY pw", "SELECT COUNT(id) FROM pm.t GROUP BY pw",
    "SELECT COUNT(id) FROM pm.t HAVING MAX(pw) > ''", "SELECT MAX(pw) FROM pm.t", "SELECT a.id FROM pm.t a JOIN pm.t b ON a.pw = b.pub",
    "SELECT a.id FROM pm.t a JOIN pm.t b USING (id)", "SELECT 1 FROM pm.t a NATURAL JOIN pm.t b", "SELECT (SELECT pw FROM pm.t LIMIT 1)",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM pm.t)", "SELECT 1 WHERE EXISTS (SELECT * FROM pm.t)", "SELECT 'x' IN (SELECT pw FROM pm.t)",
    "SELECT x.id FROM (SELECT id, pw FROM pm.t) x", "WITH c AS (SELECT pw FROM pm.t) SELECT * FROM c",
    "WITH c AS (SELECT pw FROM pm.t) SELECT 1", "WITH RECURSIVE c AS (SELECT id FROM pm.t WHERE id = 1 UNION ALL SELECT c.id + 1 FROM c WHERE c.id < 3) SELECT * FROM c",
    "SELECT 1 UNION SELECT pw FROM pm.t", "SELECT id, ROW_NUMBER() OVER (ORDER BY pw) FROM pm.t", "SELECT id AS pw FROM pm.t ORDER BY 1",
    "SELECT IF(1, id, pw) FROM pm.t", "SELECT pw FROM pm.t WHERE 1 = 0", "SELECT id FROM pm.t LIMIT 0", "SELECT DISTINCT pub FROM pm.t",
    "TABLE pm.t", "VALUES ROW((SELECT pw FROM pm.t LIMIT 1))", "SET @a = (SELECT pw FROM pm.t LIMIT 1)", "DO (SELECT pw FROM pm.t LIMIT 1)",
    "SELECT pw INTO @a FROM pm.t LIMIT 1", "SELECT id INTO @a FROM pm.t LIMIT 1", "SELECT x.id FROM pm.t x, LATERAL (SELECT pw FROM pm.t y WHERE y.id = x.id) z",
    "SELECT GROUP_CONCAT(pub ORDER BY pw) FROM pm.t", "SELECT COUNT(DISTINCT pw) FROM pm.t", "SELECT id FROM pm.t WHERE (id, pw) = (1, 'x')",
    "SELECT DEFAULT(pw) FROM pm.t", "SELECT j.a FROM pm.t, JSON_TABLE(pm.t.pw, '$' COLUMNS (a INT PATH '$')) j",
    "SELECT t.id FROM pm.t t LEFT JOIN pm.u u ON u.v = t.pw", "SELECT 1 FROM pm.u WHERE v = (SELECT pw FROM pm.t LIMIT 1)",
]
LOCKING = ["SELECT id FROM pm.t FOR UPDATE", "SELECT id FROM pm.t FOR SHARE", "SELECT id FROM pm.t LOCK IN SHARE MODE",
           "SELECT id FROM pm.t FOR UPDATE OF t SKIP LOCKED", "SELECT x.id FROM (SELECT id FROM pm.t FOR UPDATE) x",
           "SELECT * FROM pm.t FOR UPDATE NOWAIT"]
CHANGES = [
    ("INSERT INTO pm.t VALUES (9, 'c', 'z')", ["INSERT"]), ("INSERT INTO pm.t (id, pub) VALUES (9, 'c')", ["INSERT"]),
    ("INSERT INTO pm.t (id) VALUES (9)", ["INSERT"]), ("INSERT INTO pm.t SET id = 9, pw = 'c'", ["INSERT"]),
    ("INSERT INTO pm.t () VALUES ()", ["INSERT"]), ("INSERT IGNORE INTO pm.t (id, pub) VALUES (1, 'c')", ["INSERT"]),
    ("INSERT INTO pm.t (id, pub) VALUES (9, id)", ["INSERT"]), ("INSERT INTO pm.t (id, pub) VALUES (9, DEFAULT(pw))", ["INSERT"]),
    ("INSERT INTO pm.t (id, pub) SELECT id + 10, pw FROM pm.t", ["INSERT", "SELECT"]),
    ("INSERT INTO pm.t (id, pub) TABLE pm.u", ["INSERT", "SELECT"]),
    ("INSERT INTO pm.t (id, pub) VALUES (1, 'c') ON DUPLICATE KEY UPDATE pub = 'd'", ["INSERT", "UPDATE"]),
    ("INSERT INTO pm.t (id, pub) VALUES (1, 'c') ON DUPLICATE KEY UPDATE pub = VALUES(pub)", ["INSERT", "UPDATE"]),
    ("INSERT INTO pm.t (id, pub) VALUES (1, 'c') AS n ON DUPLICATE KEY UPDATE pub = n.pub", ["INSERT", "UPDATE"]),
    ("INSERT INTO pm.t (id, pub) VALUES (1, 'c') ON DUPLICATE KEY UPDATE pub = CONCAT(pub, 'd')", ["INSERT", "UPDATE", "SELECT"]),
    ("INSERT INTO pm.t (id, pub) VALUES (1, 'c') ON DUPLICATE KEY UPDATE pub = pw", ["INSERT", "UPDATE", "SELECT"]),
    ("INSERT INTO pm.t (id, pub) VALUES (9, 'c') ON DUPLICATE KEY UPDATE pw = 'd'", ["INSERT", "UPDATE"]),
    ("REPLACE INTO pm.t (id, pub) VALUES (1, 'c')", ["INSERT", "DELETE"]), ("REPLACE INTO pm.t SET id = 9", ["INSERT", "DELETE"]),
    ("REPLACE INTO pm.t (id, pub) SELECT id, pw FROM pm.t", ["INSERT", "DELETE", "SELECT"]),
    ("UPDATE pm.t SET pub = 'c'", ["UPDATE"]), ("UPDATE pm.t SET pw = 'c'", ["UPDATE"]), ("UPDATE pm.t SET pub = pw", ["UPDATE", "SELECT"]),
    ("UPDATE pm.t SET pub = pub", ["UPDATE", "SELECT"]), ("UPDATE pm.t SET pub = 'c' WHERE id = 1", ["UPDATE", "SELECT"]),
    ("UPDATE pm.t SET pub = 'c' WHERE pw LIKE 'x%'", ["UPDATE", "SELECT"]), ("UPDATE pm.t SET pub = 'c' ORDER BY pw LIMIT 1", ["UPDATE", "SELECT"]),
    ("UPDATE pm.t SET pub = (SELECT v FROM pm.u LIMIT 1)", ["UPDATE"]), ("UPDATE pm.t SET pub = DEFAULT", ["UPDATE"]),
    ("UPDATE pm.t, pm.u SET t.pub = u.v", ["UPDATE"]), ("UPDATE pm.t JOIN pm.u ON t.id = u.id SET t.pub = u.v", ["UPDATE", "SELECT"]),
    ("UPDATE pm.u JOIN pm.t ON t.id = u.id SET u.v = t.pw", ["SELECT"]), ("UPDATE pm.t x JOIN (SELECT id FROM pm.t) y ON x.id = y.id SET x.pub = 'c'", ["UPDATE", "SELECT"]),
    ("WITH c AS (SELECT id FROM pm.u) UPDATE pm.t SET pub = 'c' WHERE id IN (SELECT id FROM c)", ["UPDATE", "SELECT"]),
    ("DELETE FROM pm.t", ["DELETE"]), ("DELETE FROM pm.t WHERE id = 1", ["DELETE", "SELECT"]), ("DELETE FROM pm.t WHERE pw LIKE 'x%'", ["DELETE", "SELECT"]),
    ("DELETE FROM pm.t ORDER BY pw LIMIT 1", ["DELETE", "SELECT"]), ("DELETE FROM pm.t LIMIT 1", ["DELETE"]), ("DELETE pm.t FROM pm.t", ["DELETE"]),
    ("DELETE FROM pm.t USING pm.t JOIN pm.u ON t.id = u.id", ["DELETE", "SELECT"]), ("DELETE pm.t FROM pm.t JOIN pm.u USING (id)", ["DELETE", "SELECT"]),
    ("DELETE pm.u FROM pm.u JOIN pm.t ON u.v = t.pw", ["SELECT"]), ("DELETE FROM pm.u WHERE id IN (SELECT id FROM pm.t)", ["SELECT"]),
    ("INSERT INTO pm.u SELECT id + 10, pw FROM pm.t", ["SELECT"]),
]


def data_actions():
    for sql in READS:
        add(sql, data("SELECT"))
    other = ["INSERT@pm.u + SELECT@pm.t", "UPDATE@pm.u + SELECT@pm.u + SELECT@pm.t", "DELETE@pm.u + SELECT@pm.u + SELECT@pm.t",
             "DELETE@pm.u + SELECT@pm.u", "SELECT@pm.u + UPDATE@pm.t", "SELECT@pm.u + UPDATE@pm.t + SELECT@pm.t", "SELECT@pm.u + DELETE@pm.t",
             "SELECT@pm.u + DELETE@pm.t + SELECT@pm.t", "SELECT@pm.u + INSERT@pm.t", "SELECT@pm.u + SELECT@pm.t",
             "UPDATE@pm.u + SELECT@pm.u + SELECT(id)@pm.t"]
    for sql in MORE_READS:
        add(sql, lean("SELECT", more=other[-3:] if "pm.u" in sql else ()))
    for sql in LOCKING:
        add(begin(sql), data("SELECT", "UPDATE", more=["SELECT@pm.t + DELETE@pm.t", "SELECT@pm.t + LOCK TABLES@pm", "SELECT@pm.t + INSERT@pm.t",
                                                      "SELECT@pm + LOCK TABLES@pm", "SELECT(id)@pm.t + UPDATE(pub)@pm.t"]), name=sql)
    for sql, needs in CHANGES:
        add(begin(sql), data(*needs, more=other if "pm.u" in sql else ()), name=sql)
    add("TRUNCATE pm.t", data("DROP", more=["DROP@pm", "DROP@*", "DROP@pm.t + DELETE@pm.t", "ALL@* - DROP@*"]),
        undo=["REPLACE INTO pm.t VALUES (1, 'a', 'x'), (2, 'b', 'y')"])
    for sql in ("SELECT * FROM pm.t INTO OUTFILE '/tmp/none/pm'", "SELECT pw FROM pm.t LIMIT 1 INTO DUMPFILE '/tmp/none/pm'",
                "LOAD DATA INFILE '/tmp/none/pm' INTO TABLE pm.t", "SELECT 1 INTO OUTFILE '/tmp/none/pm'"):
        add(sql, lean("SELECT", "INSERT", more=["FILE@*", "FILE@* + SELECT@pm.t", "FILE@* + INSERT@pm.t", "FILE@* + INSERT(id)@pm.t", "ALL@* - FILE@*"]))
    add("SELECT LOAD_FILE('/etc/passwd') IS NULL", ["none", "FILE@*", "ALL@*", "ALL@* - FILE@*"], rows=True)
    add("CALL pm.nosuch()", ["none", "EXECUTE@pm", "EXECUTE@*", "ALL@*", "ALL@pm2", "CREATE ROUTINE@pm", "ALTER ROUTINE@pm"])
    add("CALL nosuch.nosuch()", ["none", "EXECUTE@pm", "ALL@*", "ALL@pm"])
    add("SELECT pm.nosuch(1)", ["none", "EXECUTE@pm", "EXECUTE@*", "ALL@*", "ALL@pm2"])
    for sql in ("HANDLER pm.t OPEN", "IMPORT TABLE FROM '/tmp/none.sdi'"):
        add(sql, lean("SELECT", more=["FILE@*"]))
    # The same through prepared statements, both kinds.
    for sql in ("SELECT id, pub FROM pm.t", "SELECT pw FROM pm.t WHERE id = 1", "UPDATE pm.t SET pub = pw", "DELETE FROM pm.t WHERE id = 1",
                "INSERT INTO pm.t (id, pub) VALUES (1, 'c') ON DUPLICATE KEY UPDATE pub = pw", "SHOW CREATE TABLE pm.t", "SHOW COLUMNS FROM pm.t",
                "SELECT id FROM pm.t FOR UPDATE", "CREATE TABLE pm.n (id INT PRIMARY KEY)", "DROP TABLE pm.t", "SET GLOBAL max_connections = 1200",
                "SHOW BINARY LOGS", "FLUSH TABLES", "CREATE USER pmnew", "SELECT user FROM mysql.user", "KILL QUERY {system}", "TRUNCATE pm.u",
                "START GROUP_REPLICATION", "ALTER TABLE pm.t ADD COLUMN z INT", "CHECK TABLE pm.t", "CHECKSUM TABLE pm.t",
                "SELECT * FROM pm.nosuch", "SELECT * FROM nosuch.nosuch", "UNINSTALL PLUGIN group_replication"):
        grants = ["none", "SELECT@pm.t", "SELECT(id,pub)@pm.t", "UPDATE@pm.t", "UPDATE@pm.t + SELECT@pm.t", "DELETE@pm.t",
                  "DELETE@pm.t + SELECT@pm.t", "INSERT@pm.t + UPDATE@pm.t", "INSERT@pm.t + UPDATE@pm.t + SELECT@pm.t", "ALL@pm2",
                  "REPLICATION SLAVE@*", "setrole: SELECT@pm.t", "role: SELECT@pm.t", "expired: ALL@*"]
        undo = "@fixture" if "TABLE pm" in sql or "TRUNCATE" in sql else None
        if not sql.startswith("SET GLOBAL"):  # MySQL answers its COM_STMT_PREPARE with a plain OK packet
            add([f"@stmt {sql}"], grants, undo=undo)
        add(["@quiet BEGIN", f"PREPARE s FROM '{sql.replace(chr(39), chr(39) * 2)}'", "EXECUTE s"], grants, undo=undo, name=f"PREPARE, EXECUTE {sql}")


# MARK: Every place that takes an expression

def place_actions():
    one = "(SELECT pw FROM pm.t LIMIT 1)"
    exists = "EXISTS (SELECT 1 FROM pm.t)"
    grants = ["none", "ALL@pm2", "ALL@* - SELECT@*", "ALL@pm2 + INSERT@pm.t", "ALL@pm2 + SELECT(id)@pm.t", "ALL@pm2 + SELECT@pm.t", "ALL@pm2 + REFERENCES@pm.t", "SELECT@pm.t", "ALL@*",
              "role: ALL@pm2 + SELECT@pm.t", "setrole: ALL@pm2 + SELECT@pm.t"]
    shows = [f"SHOW DATABASES WHERE `Database` = {one}", f"SHOW TABLES FROM pm2 WHERE {exists}", f"SHOW COLUMNS FROM pm2.t WHERE Field = {one}", f"SHOW VARIABLES WHERE Variable_name = {one}", f"SHOW STATUS WHERE Variable_name = {one}", f"SHOW INDEX FROM pm2.t WHERE {exists}",
             f"SHOW COLLATION WHERE {exists}", f"SHOW CHARACTER SET WHERE {exists}", f"SHOW TABLE STATUS FROM pm2 WHERE {exists}", f"SHOW TRIGGERS FROM pm2 WHERE {exists}", f"SHOW OPEN TABLES FROM pm2 WHERE {exists}", f"SHOW PROCEDURE STATUS WHERE {exists}"]
    reads = [f"SELECT {one}", f"SELECT 1 FROM pm2.t WHERE v = {one}", f"SELECT 1 FROM pm2.t ORDER BY {one}", f"SELECT COUNT(*) FROM pm2.t GROUP BY {one}", f"SELECT COUNT(*) FROM pm2.t HAVING {exists}", f"SELECT ROW_NUMBER() OVER (ORDER BY {one}) FROM pm2.t", f"SELECT CASE WHEN {exists} THEN 1 END",
             f"SELECT 1 FROM pm2.t x JOIN pm2.t y ON x.v = {one}", f"SELECT 1 FROM pm2.t x LEFT JOIN pm2.t y ON {exists}", f"SELECT * FROM (SELECT {one} AS a) d", f"SELECT 1 FROM (SELECT {one} AS a) d", f"WITH c AS (SELECT {one} AS a) SELECT * FROM c", "SELECT (SELECT COUNT(*) FROM pm.t WHERE id > x.id) FROM pm2.t x",
             "SELECT 'a' UNION ALL (SELECT pw FROM pm.t)", "SELECT 'a' INTERSECT SELECT pw FROM pm.t", "SELECT 'a' EXCEPT SELECT pw FROM pm.t", f"VALUES ROW({one})", f"SELECT GET_LOCK({one}, 0)", "SELECT SLEEP((SELECT 0 FROM pm.t LIMIT 1))", "SELECT JSON_ARRAYAGG(pw) FROM pm.t",
             "SELECT 1 FROM pm2.t WHERE (id, v) IN (SELECT id, pw FROM pm.t)", "SELECT 1 FROM pm2.t WHERE id = ANY (SELECT id FROM pm.t)", "SELECT 1 FROM pm2.t NATURAL JOIN pm.t", "SELECT 1 FROM pm2.t JOIN pm.t USING (id)", f"SELECT 1 FROM pm2.t WHERE id IN (1, (SELECT id FROM pm.t LIMIT 1))", f"SELECT COALESCE(NULL, {one})",
             f"SELECT {one} INTO @x", f"DO {one}", f"SET @a = {one}", f"SET @a = 1, @b = {one}", "SET SESSION sort_buffer_size = (SELECT 262144 FROM pm.t LIMIT 1)", "SET GLOBAL max_connections = (SELECT 1200 FROM pm.t LIMIT 1)", "KILL QUERY (SELECT 999999999 FROM pm.t LIMIT 1)",
             "PURGE BINARY LOGS BEFORE (SELECT '2000-01-01' FROM pm.t LIMIT 1)", f"CALL pm2.nosuch({one})", f"EXPLAIN SELECT {one}", f"EXPLAIN UPDATE pm2.t SET v = {one}", f"EXPLAIN DELETE FROM pm2.t WHERE {exists}", "SELECT authentication_string FROM mysql.user", "SELECT (SELECT authentication_string FROM mysql.user LIMIT 1)",
             "SELECT 1 FROM pm2.t WHERE v = (SELECT user FROM performance_schema.threads LIMIT 1)", "SELECT (SELECT processlist_info FROM performance_schema.threads LIMIT 1)"]
    changes = [f"INSERT INTO pm2.t VALUES (9, {one})", f"INSERT INTO pm2.t SET id = 9, v = {one}", f"INSERT INTO pm2.t (id) VALUES (1) ON DUPLICATE KEY UPDATE v = {one}", f"REPLACE INTO pm2.t VALUES (9, {one})", "REPLACE INTO pm2.t SELECT id, pw FROM pm.t", "INSERT INTO pm2.t SELECT id, pub FROM pm.t", "INSERT INTO pm2.t (id) SELECT id FROM pm.t ON DUPLICATE KEY UPDATE v = pm.t.pw",
               "INSERT INTO pm2.t WITH c AS (SELECT id, pw FROM pm.t) SELECT * FROM c", f"UPDATE pm2.t SET v = {one}", f"UPDATE pm2.t SET v = 'x' WHERE v = {one}", f"UPDATE pm2.t SET v = 'x' ORDER BY {one} LIMIT 1", f"UPDATE pm2.t x JOIN (SELECT id FROM pm.t) y USING (id) SET x.v = 'x'", f"DELETE FROM pm2.t WHERE {exists}",
               f"DELETE FROM pm2.t ORDER BY {one} LIMIT 1", "DELETE pm2.t FROM pm2.t JOIN pm.t USING (id)", "INSERT INTO pm2.t SELECT 9, authentication_string FROM mysql.user LIMIT 1", "UPDATE pm2.t SET v = (SELECT authentication_string FROM mysql.user LIMIT 1)"]
    makes = [f"CREATE TABLE pm2.n (PRIMARY KEY (id)) AS SELECT 1 AS id, {one} AS x", f"CREATE TEMPORARY TABLE pm2.n AS SELECT {one} AS x", f"CREATE VIEW pm2.nv AS SELECT {one} AS x", f"CREATE VIEW pm2.nv AS SELECT 1 AS x WHERE {exists}", f"CREATE TABLE pm2.n (id INT PRIMARY KEY, v VARCHAR(20) DEFAULT ({one}))",
             f"CREATE TABLE pm2.n (id INT PRIMARY KEY, CHECK (id = {one}))", f"CREATE TABLE pm2.n (id INT PRIMARY KEY, g VARCHAR(20) AS ({one}))", f"CREATE TABLE pm2.n (id INT PRIMARY KEY, KEY ((({one}))))", f"ALTER TABLE pm2.t ALTER COLUMN v SET DEFAULT ({one})", f"ALTER TABLE pm2.t ADD CHECK ({exists})",
             "CREATE TABLE pm2.n (PRIMARY KEY (id)) AS SELECT 1 AS id, (SELECT authentication_string FROM mysql.user LIMIT 1) AS x", "CREATE VIEW pm2.nv AS SELECT authentication_string FROM mysql.user"]
    undo = ["DROP TABLE IF EXISTS pm2.n", "DROP VIEW IF EXISTS pm2.nv"]
    for sql in shows + reads:
        add(sql, grants)
        if sql.split()[0] not in ("PURGE", "EXPLAIN", "KILL") and not sql.startswith("SET GLOBAL"):
            add([f"@stmt {sql}"], grants[:7])
    for sql in changes:
        add(begin(sql), grants, name=sql)
        add(["@quiet BEGIN", f"@stmt {sql}"], grants[:7])
    for sql in makes:
        add(sql, grants, undo=undo if "ALTER" not in sql else "@fixture")
    # A temporary table hides a table from its own session alone, and opens nothing.
    hide = "@quiet CREATE TEMPORARY TABLE pm2.t (id INT PRIMARY KEY, v VARCHAR(50))"
    for sql in ("INSERT INTO pm2.t SELECT id, pw FROM pm.t", "SELECT 1 FROM pm2.t, pm.t", f"UPDATE pm2.t SET v = {one}", "CREATE TEMPORARY TABLE pm2.t2 LIKE pm.t", "CREATE TEMPORARY TABLE pm2.t2 AS SELECT * FROM pm.t"):
        add([hide, sql], ["CREATE TEMPORARY TABLES@pm2", "CREATE TEMPORARY TABLES@pm2 + SELECT@pm.t", "CREATE TEMPORARY TABLES@pm2 + INSERT@pm.t", "CREATE TEMPORARY TABLES@*", "ALL@*"], name=f"temporary table hides: {sql}")


# MARK: Cached plans

def cached_actions():
    statements = [
        ("SELECT id FROM pm.t WHERE id = 1", "SELECT", "pm.t"), ("SELECT id FROM pm.vd WHERE id = 1", "SELECT", "pm.vd"),
        ("SELECT id FROM pm.t WHERE id = 1", "SELECT", "pm"), ("SELECT id FROM pm.t WHERE id = 1", "SELECT", "*"),
        ("SELECT id FROM pm.t WHERE id = 1", "SELECT(id)", "pm.t"), ("UPDATE pm.t SET pub = 'a'", "UPDATE", "pm.t"),
        ("UPDATE pm.t SET pub = 'a'", "UPDATE(pub)", "pm.t"), ("INSERT IGNORE INTO pm.t (id) VALUES (1)", "INSERT", "pm.t"),
        ("INSERT IGNORE INTO pm.t (id) VALUES (1)", "INSERT(id)", "pm.t"), ("DELETE FROM pm.t LIMIT 0", "DELETE", "pm.t"),
        ("SELECT user FROM mysql.user LIMIT 1", "SELECT", "mysql.user"), ("SHOW COLUMNS FROM pm.t", "SELECT", "pm.t"),
        ("SELECT COUNT(*) FROM performance_schema.threads", "SELECT", "performance_schema"),
        ("SHOW BINARY LOGS", "REPLICATION CLIENT", "*"), ("SET GLOBAL max_connections = 1200", "SYSTEM_VARIABLES_ADMIN", "*"),
        ("FLUSH TABLES", "RELOAD", "*"), ("CHECKSUM TABLE pm.t", "SELECT", "pm.t"), ("EXPLAIN SELECT id FROM pm.t", "SELECT", "pm.t"),
        ("SHOW CREATE TABLE pm.t", "INSERT", "pm.t"), ("USE pm", "INSERT", "pm.t"),
    ]
    for sql, privilege, place in statements:
        on = "*.*" if place == "*" else place if "." in place else place + ".*"
        grant, revoke = f"@root GRANT {privilege} ON {on} TO {{me}}", f"@root REVOKE {privilege} ON {on} FROM {{me}}"
        which = f"{sql} with {privilege}@{place}"
        undo = [f"REVOKE IF EXISTS {privilege} ON {on} FROM pmrole2"]
        add([sql, grant, sql, sql, revoke, sql], ["none"], name=f"REVOKE between: {which}")
        add([grant, f"@prepare {sql}", "@exec", "@exec", revoke, "@exec"], ["none"], name=f"REVOKE before @exec: {which}")
        add([grant, f"PREPARE s FROM '{sql.replace(chr(39), chr(39) * 2)}'", "EXECUTE s", revoke, "EXECUTE s"], ["none"], name=f"REVOKE before EXECUTE: {which}")
        role = [f"@root GRANT {privilege} ON {on} TO pmrole2", "@root GRANT pmrole2 TO {me}", "SET ROLE pmrole2"]
        add([*role, sql, sql, "SET ROLE NONE", sql, "SET ROLE ALL", sql, "@root REVOKE pmrole2 FROM {me}", sql], ["none"], undo=undo,
            name=f"SET ROLE NONE and REVOKE role between: {which}")
        add(["@root CREATE ROLE pmnewrole", f"@root GRANT {privilege} ON {on} TO pmnewrole", "@root GRANT pmnewrole TO {me}", "SET ROLE pmnewrole", sql, sql,
             "@root DROP ROLE pmnewrole", sql], ["none"], undo=["DROP ROLE IF EXISTS pmnewrole"], always=True, name=f"DROP ROLE between: {which}")
        add([*role, f"@prepare {sql}", "@exec", "SET ROLE NONE", "@exec", "@root REVOKE pmrole2 FROM {me}"], ["none"], undo=undo, name=f"SET ROLE NONE before @exec: {which}")
        add([*role, f"@root REVOKE {privilege} ON {on} FROM pmrole2", sql, "@root REVOKE pmrole2 FROM {me}"], ["none"], name=f"REVOKE from active role: {which}")
    for sql in ("SET ROLE pmrole", "SET ROLE ALL", "SET ROLE NONE", "SET ROLE DEFAULT", "SET ROLE ALL EXCEPT pmrole", "SET ROLE nosuch", "SET DEFAULT ROLE ALL TO {me}",
                "SET DEFAULT ROLE pmrole TO {me}", "SET DEFAULT ROLE NONE TO pmother", "SET DEFAULT ROLE pmrole TO pmother", "ALTER USER {me} DEFAULT ROLE NONE"):
        add(sql, ["none", "CREATE USER@*", "ROLE_ADMIN@*", "UPDATE@mysql", "SUPER@*", "setrole: SELECT@pm.t", "expired: ALL@*"])
    add(["SELECT CURRENT_ROLE()", "SET ROLE ALL", "SELECT CURRENT_ROLE()", "SELECT id FROM pm.t LIMIT 0"], ["none", "role: SELECT@pm.t", "role: none"], rows=True)


# MARK: Views

def view_actions():
    on = ["none", *single(TABLE, "pm.vd"), *single(TABLE, "pm.vi"), *single(DATA + ["SHOW VIEW"], "pm.vw"), *single(DATA, "pm.t"), "SELECT@pm", "SELECT@*", "SHOW VIEW@pm",
          "SELECT@pm.vd + SHOW VIEW@pm.vd", "SELECT@pm.vi + SELECT@pm.t", "SELECT@pm.vi + SELECT(id)@pm.t", "SELECT@pm.vi + SELECT(id,pub)@pm.t",
          "SELECT(id)@pm.vd", "SELECT(id)@pm.vi + SELECT@pm.t", "UPDATE@pm.vd + SELECT@pm.vd", "UPDATE@pm.vi + SELECT@pm.vi", "UPDATE(pub)@pm.vd",
          "UPDATE@pm.vi + UPDATE@pm.t", "UPDATE@pm.vi + SELECT@pm.vi + UPDATE@pm.t + SELECT@pm.t", "INSERT@pm.vi + INSERT@pm.t", "INSERT(id)@pm.vd",
          "DELETE@pm.vi + DELETE@pm.t", "DELETE@pm.vd + SELECT@pm.vd", "SELECT@pm.vi + SHOW VIEW@pm.vi", "SELECT@pm.vi + SHOW VIEW@pm.vi + SELECT@pm.t",
          "SELECT@pm.vi + SHOW VIEW@pm.vi + SHOW VIEW@pm.t", "SELECT@pm.vd + SHOW VIEW@pm.vd + SELECT@pm.t", "SELECT@pm + SHOW VIEW@pm", "ALL@*", "ALL@* - SELECT@*",
          "ALL@* - SHOW VIEW@*", "ALL@* - UPDATE@*", "setrole: SELECT@pm.vd", "setrole: SELECT@pm.vi"]
    for view in ("vd", "vi", "vw"):
        for sql in (f"SELECT * FROM pm.{view}", f"SELECT id FROM pm.{view}", f"SELECT pub FROM pm.{view} WHERE id = 1", f"SELECT COUNT(*) FROM pm.{view}",
                    f"EXPLAIN SELECT * FROM pm.{view}", f"SHOW CREATE VIEW pm.{view}", f"SHOW CREATE TABLE pm.{view}", f"SHOW COLUMNS FROM pm.{view}", f"DESCRIBE pm.{view}",
                    f"CHECK TABLE pm.{view}", f"CHECKSUM TABLE pm.{view}", f"EXPLAIN UPDATE pm.{view} SET pub = 'c' WHERE id = 1"):
            grants = [grant for grant in on if view in ("vd", "vi") or "pm.vd" not in grant]
            add(sql, grants)
        for sql in (f"UPDATE pm.{view} SET pub = 'c'", f"UPDATE pm.{view} SET pub = 'c' WHERE id = 1", f"INSERT INTO pm.{view} (id, pub) VALUES (9, 'c')",
                    f"INSERT INTO pm.{view} (id) VALUES (9)", f"DELETE FROM pm.{view} WHERE id = 1", f"DELETE FROM pm.{view}", f"REPLACE INTO pm.{view} VALUES (1, 'c')",
                    f"SELECT id FROM pm.{view} FOR UPDATE", f"INSERT INTO pm.{view} (id, pub) VALUES (1, 'c') ON DUPLICATE KEY UPDATE pub = 'd'"):
            add(begin(sql), on, name=sql)
        add(f"DROP VIEW pm.{view}", ["none", f"DROP@pm.{view}", "DROP@pm", "DROP@pm.t", "ALL@*", "ALL@* - DROP@*", f"SELECT@pm.{view}", f"CREATE VIEW@pm.{view}"], undo="@fixture")
        add(f"LOCK TABLES pm.{view} READ", ["none", "LOCK TABLES@pm", f"LOCK TABLES@pm + SELECT@pm.{view}", f"SELECT@pm.{view}", "LOCK TABLES@pm + SELECT@pm", "ALL@*"])
    make = ["none", "CREATE VIEW@pm", "CREATE VIEW@pm + SELECT@pm.t", "CREATE VIEW@pm + SELECT(id)@pm.t", "CREATE VIEW@pm + SELECT(id,pub)@pm.t", "SELECT@pm.t",
            "CREATE VIEW@pm + INSERT@pm.t", "CREATE VIEW@* + SELECT@*", "CREATE VIEW@pm + DROP@pm + SELECT@pm.t", "CREATE@pm + SELECT@pm", "ALL@*", "ALL@* - CREATE VIEW@*",
            "ALL@* - SELECT@*", "ALL@* - DROP@*", "ALL@* - SET_ANY_DEFINER@*", "ALL@* - SYSTEM_USER@*", "SET_ANY_DEFINER@* + CREATE VIEW@pm + SELECT@pm.t",
            "SET_ANY_DEFINER@* + ALLOW_NONEXISTENT_DEFINER@* + CREATE VIEW@pm + SELECT@pm.t", "CREATE VIEW@pm + SELECT@pm", "CREATE VIEW@pm + SELECT@pm.vd", "SUPER@* + CREATE VIEW@pm + SELECT@pm.t"]
    for sql in ("CREATE VIEW pm.nv AS SELECT id FROM pm.t", "CREATE VIEW pm.nv AS SELECT pw FROM pm.t", "CREATE VIEW pm.nv AS SELECT * FROM pm.t", "CREATE VIEW pm.nv AS SELECT 1",
                "CREATE OR REPLACE VIEW pm.nv AS SELECT id FROM pm.t", "CREATE OR REPLACE VIEW pm.vd AS SELECT id FROM pm.t", "ALTER VIEW pm.vd AS SELECT id FROM pm.t",
                "CREATE VIEW pm.nv AS SELECT id FROM pm.vd", "CREATE VIEW pm.nv AS SELECT id FROM pm.vi", "CREATE VIEW pm.nv AS SELECT * FROM pm.nosuch", "CREATE VIEW pm2.nv AS SELECT id FROM pm.t",
                "CREATE DEFINER=pmother VIEW pm.nv AS SELECT id FROM pm.t", "CREATE DEFINER=pmsystem VIEW pm.nv AS SELECT id FROM pm.t", "CREATE DEFINER=nosuch VIEW pm.nv AS SELECT id FROM pm.t",
                "CREATE DEFINER=root@localhost VIEW pm.nv AS SELECT 1", "CREATE VIEW nosuch.nv AS SELECT id FROM pm.t", "CREATE VIEW pm.nv AS SELECT user FROM mysql.user",
                "CREATE VIEW pm.nv AS SELECT (SELECT pw FROM pm.t LIMIT 1) AS x"):
        add(sql, make, undo=["DROP VIEW IF EXISTS pm.nv, pm2.nv"] if "pm.vd AS" not in sql and "TER VIEW pm.vd" not in sql else "@fixture")
    # C6: views of one's own are no way around privileges on the table.
    own = ["@quiet CREATE VIEW pm2.w AS SELECT * FROM pm.t", "@quiet BEGIN"]
    for sql in ("SELECT * FROM pm2.w", "UPDATE pm2.w SET pub = 'c'", "DELETE FROM pm2.w", "INSERT INTO pm2.w VALUES (9, 'c', 'z')"):
        add([*own, sql], ["ALL@pm2", "ALL@pm2 + SELECT@pm.t", "ALL@pm2 + SELECT@pm.t + UPDATE@pm.t", "ALL@pm2 + SELECT@pm.t + DELETE@pm.t", "ALL@pm2 + SELECT@pm.t + INSERT@pm.t",
                          "ALL@*"], undo=["DROP VIEW IF EXISTS pm2.w"], always=True, name=f"own view: {sql}")
        add(["@root GRANT SELECT ON pm.t TO {me}", "@quiet CREATE VIEW pm2.w AS SELECT * FROM pm.t", "@root REVOKE SELECT ON pm.t FROM {me}", "@quiet BEGIN", sql], ["ALL@pm2"],
            undo=["DROP VIEW IF EXISTS pm2.w"], always=True, name=f"own view after REVOKE: {sql}")


# MARK: Definitions

def ddl(*needs, more=(), table=True):
    return ["none", *single(SCHEMA, "pm"), *(single(TABLE, "pm.t") if table else ()), *single(["CREATE", "DROP", "ALTER", "INDEX", "SUPER", "CREATE TABLESPACE", "SELECT"], "*"),
            *needing(needs, ("pm", "pm.t", "*") if table else ("pm", "*")), "ALL@pm2", "ALL@pm", "ALL@*", "expired: ALL@*", *(f"ALL@* - {need}@*" for need in needs),
            f"setrole: {together(needs, 'pm')}", f"role: {together(needs, 'pm')}", *more]


def definition_actions():
    drop_n = ["DROP TABLE IF EXISTS pm.n", "DROP TABLE IF EXISTS pm2.n"]
    both = ["CREATE@pm2 + SELECT@pm.t", "CREATE@pm2", "CREATE@pm2 + INSERT@pm2 + SELECT@pm.t", "CREATE@pm2 + INSERT@pm2 + SELECT(id)@pm.t", "CREATE@pm2 + INSERT@pm2", "CREATE@pm2 + REFERENCES@pm.t",
            "CREATE@pm2 + REFERENCES(id)@pm.t", "CREATE@pm2 + REFERENCES@pm", "CREATE@pm2 + SHOW VIEW@pm.t", "CREATE@pm2 + DROP@pm.t", "CREATE TEMPORARY TABLES@pm2", "CREATE TEMPORARY TABLES@pm2 + SELECT@pm.t",
            "CREATE@pm.n", "CREATE@pm.n + INSERT@pm.n + SELECT@pm.t"]
    add("CREATE TABLE pm.n (id INT PRIMARY KEY)", ddl("CREATE", more=["CREATE@pm.n"]), undo=drop_n)
    add("CREATE TABLE IF NOT EXISTS pm.t (id INT PRIMARY KEY)", ddl("CREATE"))
    add("CREATE TABLE pm.t (id INT PRIMARY KEY)", ddl("CREATE"))
    add("CREATE TABLE pm2.n LIKE pm.t", ddl("CREATE", "SELECT", more=both), undo=drop_n)
    add("CREATE TABLE pm2.n LIKE pm.nosuch", ["none", "ALL@pm2", "SELECT@pm + CREATE@pm2", "ALL@*"], undo=drop_n)
    add("CREATE TABLE pm2.n (PRIMARY KEY (id)) AS SELECT id, pub FROM pm.t", ddl("CREATE", "SELECT", more=both), undo=drop_n)
    add("CREATE TABLE pm.n (PRIMARY KEY (id)) AS SELECT 1 AS id", ddl("CREATE", "INSERT", more=both), undo=drop_n)
    add("CREATE TEMPORARY TABLE pm2.n (id INT PRIMARY KEY)", ddl("CREATE TEMPORARY TABLES", more=both, table=False))
    add("CREATE TEMPORARY TABLE pm.t (id INT PRIMARY KEY)", ddl("CREATE TEMPORARY TABLES", table=False))
    add("CREATE TEMPORARY TABLE pm2.n LIKE pm.t", ddl("CREATE TEMPORARY TABLES", more=both, table=False))
    add("CREATE TEMPORARY TABLE pm2.n AS SELECT id FROM pm.t", ddl("CREATE TEMPORARY TABLES", more=both, table=False))
    temporary = "@quiet CREATE TEMPORARY TABLE pm.t (id INT PRIMARY KEY, pub INT, pw INT)"
    for sql in ("SELECT * FROM pm.t", "INSERT INTO pm.t VALUES (1, 1, 1)", "UPDATE pm.t SET pw = 2 WHERE id = 1", "DELETE FROM pm.t", "DROP TABLE pm.t", "DROP TEMPORARY TABLE pm.t", "TRUNCATE pm.t",
                "ALTER TABLE pm.t ADD COLUMN z INT", "CREATE INDEX i ON pm.t (pub)", "SHOW CREATE TABLE pm.t", "SHOW COLUMNS FROM pm.t", "SELECT * FROM pm.u", "ALTER TABLE pm.t RENAME pm.n",
                "CHECKSUM TABLE pm.t", "INSERT INTO pm.t (id) SELECT id FROM pm.u", "LOCK TABLES pm.t READ", "SELECT a.id FROM pm.t a JOIN pm.t b"):
        add([temporary, sql], ["CREATE TEMPORARY TABLES@pm", "CREATE TEMPORARY TABLES@*", "CREATE TEMPORARY TABLES@pm + SELECT@pm.u", "none", "ALL@*"], name=f"temporary table: {sql}")
    for sql in ("CREATE TABLE pm2.n (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES pm.t (id))", "ALTER TABLE pm2.t ADD FOREIGN KEY f (id) REFERENCES pm.t (id)"):
        add(sql, ddl("CREATE", "REFERENCES", more=[*both, "ALTER@pm2 + REFERENCES@pm.t", "ALTER@pm2", "ALTER@pm2 + REFERENCES(id)@pm.t", "ALTER@pm2 + SELECT@pm.t", "REFERENCES@pm.t + ALL@pm2"]),
            undo=drop_n + ["ALTER TABLE pm2.t DROP FOREIGN KEY t_ibfk_1"])
    add("CREATE TABLE pm2.n (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES pm.nosuch (id))", ["none", "ALL@pm2", "ALL@*"], undo=drop_n)
    add("DROP TABLE pm.t", ddl("DROP"), undo="@fixture")
    add("DROP TABLE IF EXISTS pm.nosuch", ddl("DROP"))
    add("DROP TABLE pm.nosuch", ddl("DROP"))
    add("DROP TABLE pm.t, pm.u", ["none", "DROP@pm.t", "DROP@pm.u", "DROP@pm.t + DROP@pm.u"], undo="@fixture")
    add("DROP TABLE pm.vd", ["none", "DROP@pm", "ALL@*"], undo="@fixture")
    add("DROP TEMPORARY TABLE pm.t", ["none", "DROP@pm", "CREATE TEMPORARY TABLES@pm", "ALL@*"])
    add("RENAME TABLE pm.t TO pm.n", ddl("ALTER", "DROP", "CREATE", "INSERT", more=["ALTER@pm.t + DROP@pm.t", "ALTER@pm.t + DROP@pm.t + CREATE@pm.n", "ALTER@pm.t + DROP@pm.t + CREATE@pm.n + INSERT@pm.n"]), undo="@fixture")
    add("RENAME TABLE pm.t TO pm2.n", ["none", "ALL@pm", "ALL@pm2", "ALL@pm + ALL@pm2", "ALTER@pm.t + DROP@pm.t + CREATE@pm2 + INSERT@pm2", "ALTER@pm.t + DROP@pm.t + CREATE@pm2", "ALTER@pm.t + CREATE@pm2 + INSERT@pm2", "DROP@pm.t + CREATE@pm2 + INSERT@pm2"], undo="@fixture")
    add("RENAME TABLE pm.nosuch TO pm.n", ["none", "ALL@pm", "ALL@pm2"], undo=drop_n)
    alters = ["ALTER@pm.t", "ALTER@pm.t + CREATE@pm + INSERT@pm", "ALTER@pm.t + CREATE@pm.t + INSERT@pm.t", "ALTER@pm.t + INSERT@pm.t", "ALTER@pm.t + CREATE@pm.t", "ALTER@pm.t + DROP@pm.t", "ALTER@pm.t + DROP@pm.t + CREATE@pm.n + INSERT@pm.n",
              "INDEX@pm.t", "ALTER@pm.t + INDEX@pm.t", "ALTER@pm.t + REFERENCES@pm.t"]
    for sql in ("ALTER TABLE pm.t ADD COLUMN z INT", "ALTER TABLE pm.t DROP COLUMN pub", "ALTER TABLE pm.t RENAME COLUMN pub TO pub2", "ALTER TABLE pm.t ADD INDEX i (pub)", "ALTER TABLE pm.t RENAME TO pm.n",
                "ALTER TABLE pm.t COMMENT 'x'", "ALTER TABLE pm.t ENGINE=InnoDB", "ALTER TABLE pm.t ALTER COLUMN pub SET DEFAULT 'a'", "ALTER TABLE pm.t TABLESPACE innodb_system", "ALTER TABLE pm.t"):
        add(sql, ddl("ALTER", "CREATE", "INSERT", more=alters), undo=["DROP TABLE IF EXISTS pm.n", "@fixture"])
    add("ALTER TABLE pm.t RENAME TO pm2.n", ["none", "ALL@pm", "ALL@pm2", "ALL@pm + ALL@pm2", "ALTER@pm.t + DROP@pm.t + CREATE@pm2 + INSERT@pm2", "ALTER@pm.t + DROP@pm.t + CREATE@pm2"], undo="@fixture")
    add("ALTER TABLE pm.nosuch ADD COLUMN z INT", ddl("ALTER", "CREATE", "INSERT", table=False))
    add("ALTER TABLE pm2.t ADD COLUMN s VARCHAR(50) DEFAULT ((SELECT pw FROM pm.t LIMIT 1))", ["none", "ALL@pm2", "ALL@*"])
    add("CREATE INDEX i ON pm.t (pub)", ddl("INDEX", more=alters), undo=["DROP INDEX i ON pm.t"])
    add("CREATE INDEX i ON pm.nosuch (pub)", ["none", "INDEX@pm", "ALL@pm2", "ALTER@pm"])
    add("DROP INDEX nosuch ON pm.t", ddl("INDEX", more=alters))
    add("DROP INDEX nosuch ON pm.nosuch", ["none", "INDEX@pm", "ALL@pm2"])
    # Databases
    bases = ["none", *single(SCHEMA, "pm"), *single(["CREATE", "DROP", "ALTER", "SHOW DATABASES", "SELECT", "SUPER", "TABLE_ENCRYPTION_ADMIN"], "*"), "ALL@pm2", "ALL@pm", "ALL@*", "expired: ALL@*", "ALL@* - CREATE@*", "ALL@* - DROP@*",
             "ALL@* - ALTER@*", "CREATE@pm3", "ALL@pm3", "ALL@pm.t", "SELECT@pm.t", "SELECT(id)@pm.t", "role: SELECT@pm", "setrole: SELECT@pm", "setrole: CREATE@pm3"]
    for sql, undo in (("CREATE DATABASE pm3", "DROP DATABASE pm3"), ("CREATE DATABASE pm", None), ("CREATE DATABASE IF NOT EXISTS pm", None), ("DROP DATABASE pm", "@fixture"), ("DROP DATABASE nosuch", None),
                      ("DROP DATABASE IF EXISTS nosuch", None), ("ALTER DATABASE pm COLLATE utf8mb4_0900_ai_ci", None), ("ALTER DATABASE nosuch COLLATE utf8mb4_0900_ai_ci", None), ("ALTER DATABASE pm READ ONLY = 0", None),
                      ("USE pm", None), ("USE nosuch", None), ("USE mysql", None), ("USE performance_schema", None), ("USE information_schema", None), ("USE sys", None), ("SHOW CREATE DATABASE pm", None), ("SHOW CREATE DATABASE nosuch", None),
                      ("SHOW CREATE DATABASE mysql", None), ("@com init_db pm", None), ("@com init_db nosuch", None), ("@com init_db mysql", None), ("@com init_db ", None)):
        add(sql, bases, undo=undo)
    for sql in ("DROP DATABASE mysql", "DROP DATABASE information_schema", "DROP DATABASE performance_schema", "CREATE DATABASE information_schema", "CREATE DATABASE mysql", "CREATE TABLE mysql.n (id INT PRIMARY KEY)",
                "CREATE TABLE information_schema.n (id INT PRIMARY KEY)", "CREATE TABLE performance_schema.n (id INT PRIMARY KEY)", "DROP TABLE mysql.user", "DROP TABLE information_schema.tables", "DROP TABLE performance_schema.threads",
                "ALTER TABLE mysql.user ADD COLUMN z INT", "RENAME TABLE mysql.user TO pm.user", "TRUNCATE mysql.user", "TRUNCATE performance_schema.threads", "INSERT INTO mysql.user (host, user) VALUES ('a', 'b')",
                "UPDATE mysql.user SET user = 'x'", "DELETE FROM mysql.user", "UPDATE performance_schema.threads SET name = 'x'", "DELETE FROM performance_schema.threads", "INSERT INTO performance_schema.threads (name) VALUES ('a')",
                "UPDATE information_schema.tables SET table_name = 'x'", "DELETE FROM information_schema.tables", "INSERT INTO information_schema.tables VALUES (1)", "UPDATE performance_schema.setup_consumers SET enabled = enabled",
                "TRUNCATE performance_schema.events_statements_summary_by_digest", "CREATE VIEW information_schema.v AS SELECT 1", "LOCK TABLES mysql.user WRITE", "LOCK TABLES performance_schema.threads READ", "LOCK TABLES information_schema.tables READ",
                "DELETE FROM mysql.gtid_executed", "CHECK TABLE mysql.user", "CHECK TABLE information_schema.tables", "SHOW CREATE TABLE mysql.user", "SHOW COLUMNS FROM mysql.user", "SHOW COLUMNS FROM performance_schema.threads", "SHOW COLUMNS FROM information_schema.tables",
                "SHOW INDEX FROM mysql.user", "SHOW TABLES FROM mysql", "SHOW TABLES FROM performance_schema", "SHOW TABLES FROM information_schema", "SHOW TABLES FROM sys", "SHOW CREATE TABLE information_schema.tables", "SHOW CREATE TABLE performance_schema.threads"):
        add(sql, ["none", "SELECT@*", "SELECT@mysql", "INSERT@pm", "PROCESS@*", "REPLICATION SLAVE@*"] + ([] if sql.split()[0] in ("TRUNCATE", "DROP", "RENAME", "ALTER", "UPDATE", "DELETE", "INSERT", "CREATE") else ["ALL@*", "ALL@* - SELECT@*"]))
    # What is not there, without a privilege on where it would be.
    there = ["none", "SELECT@pm", "SELECT@pm.t", "ALL@pm2", "ALL@pm", "INSERT@pm", "SELECT@*", "PROCESS@*", "SHOW DATABASES@*", "CREATE@pm", "ALL@*", "CREATE@pm.nosuch + SELECT@pm.nosuch"]
    for sql in ("SELECT * FROM {}", "INSERT INTO {} VALUES (1)", "UPDATE {} SET a = 1", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} ADD COLUMN b INT", "SHOW COLUMNS FROM {}", "SHOW INDEX FROM {}", "SHOW CREATE TABLE {}", "SHOW CREATE VIEW {}",
                "DESCRIBE {}", "CHECK TABLE {}", "CHECKSUM TABLE {}", "ANALYZE TABLE {}", "OPTIMIZE TABLE {}", "LOCK TABLES {} READ", "DROP VIEW {}", "REPLACE INTO {} VALUES (1)", "EXPLAIN SELECT * FROM {}", "CREATE TABLE pm2.n AS SELECT * FROM {}",
                "FLUSH TABLES {}", "HANDLER {} OPEN", "SELECT 1 FROM pm.t WHERE EXISTS (SELECT 1 FROM {})", "INSERT INTO pm.t (id) SELECT 1 FROM {}", "GRANT SELECT ON {} TO pmother", "CREATE TRIGGER pm.tr BEFORE INSERT ON {} FOR EACH ROW SET @a = 1"):
        for name in ("pm.nosuch", "nosuch.nosuch"):
            add(sql.format(name), there, undo=drop_n)
    for sql in ("SELECT nosuch FROM pm.t", "SELECT pm.nosuch.id FROM pm.t", "UPDATE pm.t SET nosuch = 1", "INSERT INTO pm.t (nosuch) VALUES (1)", "DELETE FROM pm.t WHERE nosuch = 1", "SELECT id FROM pm.t WHERE nosuch = pw", "UPDATE pm.t SET pub = nosuch"):
        add(sql, ["none", *single(DATA, "pm.t"), "SELECT(id)@pm.t", "UPDATE(pub)@pm.t", "INSERT(id)@pm.t", "ALL@*"])
    # Kinds that GroupLite may not have.
    for sql, needs, undo in (
            ("CREATE PROCEDURE pm.p() SELECT 1", ["CREATE ROUTINE"], "DROP PROCEDURE IF EXISTS pm.p"), ("CREATE FUNCTION pm.f() RETURNS INT DETERMINISTIC RETURN 1", ["CREATE ROUTINE"], "DROP FUNCTION IF EXISTS pm.f"),
            ("DROP PROCEDURE pm.nosuch", ["ALTER ROUTINE"], None), ("DROP PROCEDURE IF EXISTS pm.nosuch", ["ALTER ROUTINE"], None), ("DROP FUNCTION pm.nosuch", ["ALTER ROUTINE"], None), ("ALTER PROCEDURE pm.nosuch COMMENT 'x'", ["ALTER ROUTINE"], None),
            ("CREATE EVENT pm.e ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1", ["EVENT"], "DROP EVENT IF EXISTS pm.e"), ("ALTER EVENT pm.nosuch COMMENT 'x'", ["EVENT"], None), ("DROP EVENT pm.nosuch", ["EVENT"], None),
            ("CREATE TRIGGER pm.tr BEFORE INSERT ON pm.t FOR EACH ROW SET @a = 1", ["TRIGGER"], "DROP TRIGGER IF EXISTS pm.tr"), ("DROP TRIGGER pm.nosuch", ["TRIGGER"], None)):
        add(sql, ["none", *single(SCHEMA, "pm"), *single(needs + ["SUPER", "SELECT"], "*"), "TRIGGER@pm.t", "ALL@pm2", "ALL@*", f"ALL@* - {needs[0]}@*", f"setrole: {needs[0]}@pm", "expired: ALL@*"], undo=undo)
    for sql in ("CREATE TABLESPACE ts ADD DATAFILE 'ts.ibd'", "DROP TABLESPACE nosuch", "ALTER TABLESPACE nosuch RENAME TO n2", "CREATE UNDO TABLESPACE ts ADD DATAFILE 'ts.ibu'", "CREATE LOGFILE GROUP g ADD UNDOFILE 'u' ENGINE=NDB"):
        add(sql, admin("CREATE TABLESPACE", "SUPER"), undo=["DROP TABLESPACE ts", "ALTER UNDO TABLESPACE ts SET INACTIVE", "DROP UNDO TABLESPACE ts"])
    for sql in ("CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h')", "DROP SERVER nosuch", "ALTER SERVER nosuch OPTIONS (HOST 'h')"):
        add(sql, admin("SUPER"), undo=["DROP SERVER s"])
    for sql in ("CREATE SPATIAL REFERENCE SYSTEM 4120 NAME 'x' DEFINITION 'y'", "DROP SPATIAL REFERENCE SYSTEM 999999", "DROP SPATIAL REFERENCE SYSTEM IF EXISTS 999999"):
        add(sql, admin("SUPER", "CREATE_SPATIAL_REFERENCE_SYSTEM"))


# MARK: Accounts

def remade(sql):
    """Makes the accounts anew that a statement names."""
    made = {
        "pmother": ["DROP USER IF EXISTS pmother", "CREATE USER pmother", "GRANT SELECT ON pm.u TO pmother"],
        "pmsystem": ["DROP USER IF EXISTS pmsystem", "CREATE USER pmsystem", "GRANT SYSTEM_USER ON *.* TO pmsystem"],
        "pmrole": ["DROP USER IF EXISTS pmrole", "CREATE ROLE pmrole", "GRANT SELECT ON pm.t TO pmrole"],
        "pmweak": ["DROP USER IF EXISTS pmweak", "CREATE USER pmweak"],
        "pmnew": ["DROP USER IF EXISTS pmnew"],
    }
    verb = sql.split()[0]
    if verb in ("GRANT", "REVOKE", "ALTER"):
        made["pmrole"] = []
    return [statement for name, statements in made.items() if re.search(rf"\b{name}\b", sql) for statement in statements]


def account_actions():
    new = ["DROP USER IF EXISTS pmnew, pmnew@localhost, pmnewrole"]
    acc = ["none", *single(["CREATE USER", "CREATE ROLE", "DROP ROLE", "ROLE_ADMIN", "SYSTEM_USER", "GRANT OPTION", "SUPER", "SELECT", "APPLICATION_PASSWORD_ADMIN", "PASSWORDLESS_USER_ADMIN", "AUTHENTICATION_POLICY_ADMIN", "CONNECTION_ADMIN"], "*"),
           *single(["INSERT", "UPDATE", "DELETE", "SELECT"], "mysql"), "CREATE USER@* + SYSTEM_USER@*", "CREATE USER@* + ROLE_ADMIN@*", "CREATE USER@* + ROLE_ADMIN@* + SYSTEM_USER@*", "CREATE USER@* + APPLICATION_PASSWORD_ADMIN@*", "ROLE_ADMIN@* + SYSTEM_USER@*",
           "CREATE USER@* + PASSWORDLESS_USER_ADMIN@*", "CREATE ROLE@* + DROP ROLE@*", "ALL@*", "ALL@* - CREATE USER@*", "ALL@* - SYSTEM_USER@*", "ALL@* - ROLE_ADMIN@*", "ALL@* - CREATE ROLE@*", "ALL@* - DROP ROLE@*", "expired: ALL@*", "setrole: CREATE USER@*", "role: CREATE USER@*"]
    for sql in ("CREATE USER pmnew", "CREATE USER IF NOT EXISTS pmother", "CREATE USER pmother", "CREATE USER pmnew DEFAULT ROLE pmrole", "CREATE USER pmnew IDENTIFIED BY 'x' REQUIRE SSL ACCOUNT LOCK", "CREATE USER pmnew@localhost COMMENT 'x'",
                "CREATE ROLE pmnewrole", "CREATE ROLE IF NOT EXISTS pmrole", "CREATE ROLE pmrole"):
        add(sql, acc, undo=new)
    for sql in ("DROP USER pmother", "DROP USER nosuch", "DROP USER IF EXISTS nosuch", "DROP USER pmsystem", "DROP USER pmother, pmsystem", "DROP ROLE pmrole", "DROP ROLE nosuch", "DROP ROLE IF EXISTS nosuch", "DROP ROLE pmother", "DROP ROLE pmsystem", "RENAME USER pmother TO pmnew",
                "RENAME USER pmsystem TO pmnew", "RENAME USER nosuch TO pmnew", "ALTER USER pmother IDENTIFIED BY ''", "ALTER USER pmsystem IDENTIFIED BY ''", "ALTER USER nosuch IDENTIFIED BY 'x'", "ALTER USER IF EXISTS nosuch IDENTIFIED BY 'x'", "ALTER USER pmother REQUIRE NONE",
                "ALTER USER pmother ACCOUNT UNLOCK", "ALTER USER pmother PASSWORD EXPIRE NEVER", "ALTER USER pmother DEFAULT ROLE NONE", "ALTER USER pmother COMMENT 'x'", "ALTER USER pmother DISCARD OLD PASSWORD", "ALTER USER pmother IDENTIFIED BY '' RETAIN CURRENT PASSWORD",
                "ALTER USER root@localhost ACCOUNT UNLOCK", "ALTER USER `mysql.infoschema`@localhost IDENTIFIED BY 'x' ACCOUNT UNLOCK", "SET PASSWORD FOR pmother = ''", "SET PASSWORD FOR pmsystem = ''", "SET PASSWORD FOR nosuch = 'x'"):
        add(sql, acc, undo=remade(sql))
    for sql in ("ALTER USER USER() IDENTIFIED BY ''", "ALTER USER CURRENT_USER() IDENTIFIED BY ''", "ALTER USER {me} IDENTIFIED BY ''", "SET PASSWORD = ''", "SET PASSWORD FOR {me} = ''", "SET PASSWORD FOR CURRENT_USER() = ''", "ALTER USER {me} REQUIRE NONE",
                "ALTER USER {me} COMMENT 'x'", "ALTER USER {me} ACCOUNT UNLOCK", "ALTER USER {me} DISCARD OLD PASSWORD", "ALTER USER {me} PASSWORD EXPIRE NEVER"):
        add(sql, ["none", "CREATE USER@*", "UPDATE@mysql", "SUPER@*", "SYSTEM_USER@*", "APPLICATION_PASSWORD_ADMIN@*", "ALL@*"])
    add(["SET PASSWORD = ''", "SELECT 1"], ["expired: ALL@*", "expired: none"], undo=["ALTER USER {me} PASSWORD EXPIRE"], always=True, name="an expired password set anew")
    # Handing on
    grantor = ["none", "GRANT OPTION@*", "GRANT OPTION@pm", "GRANT OPTION@pm.t", "SELECT@*", "SELECT@pm", "SELECT@pm.t", "SELECT@* + GRANT OPTION@*", "SELECT@pm + GRANT OPTION@pm", "SELECT@pm.t + GRANT OPTION@pm.t", "SELECT(id)@pm.t + GRANT OPTION@pm.t",
               "SELECT@pm.t + GRANT OPTION@pm", "SELECT@pm + GRANT OPTION@pm.t", "ALL@pm", "ALL@pm + GRANT OPTION@pm", "ALL@pm.t + GRANT OPTION@pm.t", "ALL@*", "ALL@* + GRANT OPTION@*", "ALL@* + GRANT OPTION@* - SELECT@*", "ALL@* + GRANT OPTION@* - SYSTEM_USER@*",
               "ALL@* + GRANT OPTION@* - CREATE USER@*", "CREATE USER@*", "ROLE_ADMIN@*", "SUPER@*", "SUPER@* + GRANT OPTION@*", "INSERT@mysql", "UPDATE@mysql", "SYSTEM_VARIABLES_ADMIN@*", "SYSTEM_VARIABLES_ADMIN@* + GRANT OPTION@*",
               "setrole: SELECT@pm.t + GRANT OPTION@pm.t", "role: SELECT@pm.t + GRANT OPTION@pm.t", "ROLE_ADMIN@* + SYSTEM_USER@*", "CREATE USER@* + SELECT@pm + GRANT OPTION@pm", "PROCESS@* + GRANT OPTION@*", "expired: ALL@*"]
    for sql in ("GRANT SELECT ON *.* TO pmother", "GRANT SELECT ON pm.* TO pmother", "GRANT SELECT ON pm.t TO pmother", "GRANT SELECT (id) ON pm.t TO pmother", "GRANT SELECT (pw) ON pm.t TO pmother", "GRANT ALL ON *.* TO pmother", "GRANT ALL ON pm.* TO pmother",
                "GRANT ALL ON pm.t TO pmother", "GRANT USAGE ON *.* TO pmother", "GRANT USAGE ON pm.t TO pmother", "GRANT SELECT ON pm.t TO pmother WITH GRANT OPTION", "GRANT SELECT, INSERT ON pm.t TO pmother", "GRANT SELECT ON pm.t TO pmsystem", "GRANT SELECT ON *.* TO pmsystem",
                "GRANT SELECT ON pm.t TO nosuch", "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO pmother", "GRANT SYSTEM_USER ON *.* TO pmother", "GRANT SUPER ON *.* TO pmother", "GRANT SELECT ON *.* TO {me}", "GRANT SELECT ON pm2.* TO {me}", "GRANT PROXY ON pmother TO pmweak", "GRANT SELECT ON mysql.* TO pmother",
                "GRANT EXECUTE ON pm.* TO pmother", "REVOKE SELECT ON *.* FROM pmother", "REVOKE SELECT ON pm.* FROM pmother", "REVOKE SELECT ON pm.t FROM pmother", "REVOKE SELECT ON pm.u FROM pmother", "REVOKE SELECT (id) ON pm.t FROM pmother", "REVOKE ALL ON pm.* FROM pmother",
                "REVOKE ALL PRIVILEGES, GRANT OPTION FROM pmother", "REVOKE ALL PRIVILEGES, GRANT OPTION FROM pmsystem", "REVOKE SYSTEM_USER ON *.* FROM pmsystem", "REVOKE PROXY ON pmother FROM pmweak", "REVOKE IF EXISTS SELECT ON pm.t FROM nosuch", "REVOKE SELECT ON pm.t FROM nosuch", "REVOKE ALL ON *.* FROM pmother"):
        add(sql, grantor, undo=remade(sql))
    roles = ["none", "ROLE_ADMIN@*", "CREATE USER@*", "SUPER@*", "GRANT OPTION@*", "CREATE ROLE@*", "SYSTEM_USER@*", "ROLE_ADMIN@* + SYSTEM_USER@*", "ALL@*", "ALL@* - ROLE_ADMIN@*", "ALL@* - ROLE_ADMIN@* - SUPER@*", "ALL@* - SYSTEM_USER@*", "INSERT@mysql", "role: ROLE_ADMIN@*", "setrole: ROLE_ADMIN@*", "expired: ALL@*"]
    for sql in ("GRANT pmrole TO pmother", "GRANT pmrole TO pmother WITH ADMIN OPTION", "GRANT pmrole TO pmrole2", "GRANT pmrole TO pmsystem", "GRANT pmsystem TO pmother", "GRANT nosuch TO pmother", "GRANT pmrole TO nosuch", "REVOKE pmrole FROM pmother", "REVOKE nosuch FROM pmother", "GRANT pmrole TO {me}"):
        add(sql, roles, undo=remade(sql))
    add(["@root GRANT pmrole TO {me} WITH ADMIN OPTION", "GRANT pmrole TO pmother", "REVOKE pmrole FROM pmother", "GRANT pmrole2 TO pmother", "SET ROLE pmrole", "GRANT pmrole TO pmother"], ["none"], undo=["REVOKE pmrole, pmrole2 FROM pmother"], always=True, name="WITH ADMIN OPTION")
    for sql in ("SHOW GRANTS FOR pmother", "SHOW GRANTS FOR pmsystem", "SHOW GRANTS FOR nosuch", "SHOW GRANTS FOR pmrole", "SHOW CREATE USER pmother", "SHOW CREATE USER nosuch", "SHOW GRANTS FOR pmother USING pmrole", "SHOW GRANTS FOR pmweak"):
        add(sql, ["none", "SELECT@mysql", "SELECT@*", "CREATE USER@*", "SELECT@mysql.user", "UPDATE@mysql", "SUPER@*", "ROLE_ADMIN@*", "SYSTEM_USER@*", "ALL@*", "ALL@* - SELECT@*", "ALL@* - SELECT@* - SUPER@*", "setrole: SELECT@mysql", "expired: ALL@*", "PROCESS@*"])
    for sql in ("SHOW GRANTS", "SHOW GRANTS FOR CURRENT_USER()"):
        add(sql, ["none", "SELECT@*", "SELECT@pm", "SELECT@pm.t", "SELECT(id,pub)@pm.t + UPDATE(pub)@pm.t", "ALL@pm", "ALL@*", "ALL@pm.t", "SYSTEM_USER@*", "role: SELECT@pm.t", "setrole: SELECT@pm.t", "GRANT OPTION@pm", "SELECT@pm.t + GRANT OPTION@pm.t", "ALL@* - SUPER@*", "PROCESS@* + SHOW DATABASES@*",
                   "SELECT@pm + INSERT@pm2", "setrole: SELECT@*", "setrole: SYSTEM_USER@*", "SYSTEM_VARIABLES_ADMIN@* + GRANT OPTION@*"], rows=True)
    add("SHOW CREATE USER CURRENT_USER()", ["none", "SELECT@*", "role: SELECT@pm.t", "CREATE USER@*"])
    add("SHOW GRANTS FOR {me}", ["none", "SELECT@pm.t", "role: SELECT@pm.t"], rows=True)
    add("SHOW CREATE USER {me}", ["none", "SELECT@pm.t", "role: SELECT@pm.t"])
    for sql in ("SHOW PRIVILEGES",):
        add(sql, ["none", "ALL@*"])


# MARK: Server

def server_actions():
    cl = "REPLICATION CLIENT"
    simple = [
        ("SHOW BINARY LOGS", [cl, "REPLICATION SLAVE"]), ("SHOW BINARY LOG STATUS", [cl, "REPLICATION SLAVE"]), ("SHOW BINLOG EVENTS LIMIT 1", ["REPLICATION SLAVE", cl]), ("SHOW RELAYLOG EVENTS LIMIT 1", ["REPLICATION SLAVE", cl]), ("SHOW REPLICAS", ["REPLICATION SLAVE", cl]),
        ("SHOW REPLICA STATUS", [cl, "REPLICATION SLAVE"]), ("SHOW REPLICA STATUS FOR CHANNEL 'group_replication_recovery'", [cl]), ("SHOW REPLICA STATUS FOR CHANNEL 'nosuch'", [cl]), ("SHOW ENGINE INNODB STATUS", ["PROCESS"]), ("SHOW ENGINE INNODB MUTEX", ["PROCESS"]),
        ("SHOW ENGINE PERFORMANCE_SCHEMA STATUS", ["PROCESS"]), ("SHOW ENGINES", []), ("SHOW PLUGINS", []), ("SHOW VARIABLES LIKE 'version'", []), ("SHOW GLOBAL VARIABLES LIKE 'version'", []), ("SHOW STATUS LIKE 'Uptime'", []), ("SHOW GLOBAL STATUS LIKE 'Uptime'", []), ("SHOW CHARACTER SET", []), ("SHOW COLLATION LIKE 'binary'", []),
        ("SHOW WARNINGS", []), ("SHOW ERRORS", []), ("SHOW COUNT(*) WARNINGS", []), ("SHOW OPEN TABLES FROM pm", []), ("SHOW OPEN TABLES", []), ("SHOW PROFILES", []), ("HELP 'x'", []), ("SHOW FUNCTION STATUS LIKE 'nosuch'", []), ("SHOW PROCEDURE STATUS LIKE 'nosuch'", []),
        ("SHOW CREATE PROCEDURE pm.nosuch", ["SHOW_ROUTINE", "EXECUTE"]), ("SHOW CREATE FUNCTION pm.nosuch", ["SHOW_ROUTINE"]), ("SHOW CREATE EVENT pm.nosuch", ["EVENT"]), ("SHOW CREATE TRIGGER pm.nosuch", ["TRIGGER"]), ("SHOW EVENTS FROM pm", ["EVENT"]), ("SHOW EVENTS FROM nosuch", ["EVENT"]), ("SHOW TRIGGERS FROM pm", ["TRIGGER"]), ("SHOW TRIGGERS FROM nosuch", ["TRIGGER"]),
        ("FLUSH PRIVILEGES", ["RELOAD", "FLUSH_PRIVILEGES"]), ("FLUSH TABLES", ["RELOAD", "FLUSH_TABLES"]), ("FLUSH LOCAL TABLES", ["RELOAD", "FLUSH_TABLES"]), ("FLUSH STATUS", ["RELOAD", "FLUSH_STATUS"]), ("FLUSH USER_RESOURCES", ["RELOAD", "FLUSH_USER_RESOURCES"]), ("FLUSH OPTIMIZER_COSTS", ["RELOAD", "FLUSH_OPTIMIZER_COSTS"]),
        ("FLUSH BINARY LOGS", ["RELOAD", "FLUSH_TABLES"]), ("FLUSH LOGS", ["RELOAD"]), ("FLUSH ENGINE LOGS", ["RELOAD"]), ("FLUSH ERROR LOGS", ["RELOAD"]), ("FLUSH GENERAL LOGS", ["RELOAD"]), ("FLUSH SLOW LOGS", ["RELOAD"]), ("FLUSH RELAY LOGS", ["RELOAD"]), ("FLUSH HOSTS", ["RELOAD"]), ("FLUSH STATUS, USER_RESOURCES", ["FLUSH_STATUS", "FLUSH_USER_RESOURCES"]),
        ("FLUSH STATUS, LOGS", ["FLUSH_STATUS", "RELOAD"]),
        ("PURGE BINARY LOGS BEFORE '2000-01-01'", ["BINLOG_ADMIN"]), ("PURGE BINARY LOGS TO 'nosuch'", ["BINLOG_ADMIN"]),
        ("LOCK INSTANCE FOR BACKUP", ["BACKUP_ADMIN"]), ("UNLOCK INSTANCE", ["BACKUP_ADMIN"]),
        ("INSTALL PLUGIN nosuch SONAME 'nosuch.so'", ["INSERT"]), ("UNINSTALL PLUGIN nosuch", ["DELETE"]), ("INSTALL COMPONENT 'file://nosuch'", ["INSERT"]), ("UNINSTALL COMPONENT 'file://nosuch'", ["DELETE"]), ("CREATE FUNCTION nosuch RETURNS INTEGER SONAME 'nosuch.so'", ["INSERT"]), ("DROP FUNCTION nosuch", ["DELETE"]),
        ("CLONE LOCAL DATA DIRECTORY = '/tmp/none/x'", ["BACKUP_ADMIN"]), ("CLONE INSTANCE FROM a@b:1 IDENTIFIED BY 'x'", ["CLONE_ADMIN", "SYSTEM_VARIABLES_ADMIN"]),
        ("START REPLICA", ["REPLICATION_SLAVE_ADMIN"]), ("STOP REPLICA", ["REPLICATION_SLAVE_ADMIN"]), ("START REPLICA FOR CHANNEL 'nosuch'", ["REPLICATION_SLAVE_ADMIN"]), ("STOP REPLICA FOR CHANNEL 'nosuch'", ["REPLICATION_SLAVE_ADMIN"]), ("STOP REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'", ["REPLICATION_SLAVE_ADMIN", "GROUP_REPLICATION_ADMIN"]),
        ("CHANGE REPLICATION SOURCE TO SOURCE_USER='x' FOR CHANNEL 'group_replication_recovery'", ["REPLICATION_SLAVE_ADMIN", "GROUP_REPLICATION_ADMIN"]), ("CHANGE REPLICATION SOURCE TO SOURCE_HOST='x' FOR CHANNEL 'group_replication_applier'", ["REPLICATION_SLAVE_ADMIN"]), ("CHANGE REPLICATION FILTER REPLICATE_DO_DB = ()", ["REPLICATION_SLAVE_ADMIN"]),
        ("RESET REPLICA FOR CHANNEL 'nosuch'", ["RELOAD", "REPLICATION_SLAVE_ADMIN"]), ("RESET REPLICA ALL FOR CHANNEL 'nosuch'", ["RELOAD"]), ("RESET PERSIST", ["SYSTEM_VARIABLES_ADMIN", "PERSIST_RO_VARIABLES_ADMIN"]), ("RESET PERSIST IF EXISTS max_connections", ["SYSTEM_VARIABLES_ADMIN", "PERSIST_RO_VARIABLES_ADMIN"]),
        ("RESET PERSIST max_connections", ["SYSTEM_VARIABLES_ADMIN", "PERSIST_RO_VARIABLES_ADMIN"]), ("BINLOG 'x'", ["BINLOG_ADMIN", "REPLICATION_APPLIER"]), ("ALTER INSTANCE RELOAD TLS", ["CONNECTION_ADMIN"]), ("ALTER INSTANCE ROTATE INNODB MASTER KEY", ["ENCRYPTION_KEY_ADMIN"]), ("ALTER INSTANCE ROTATE BINLOG MASTER KEY", ["BINLOG_ENCRYPTION_ADMIN"]),
        ("ALTER INSTANCE DISABLE INNODB REDO_LOG", ["INNODB_REDO_LOG_ENABLE"]), ("ALTER INSTANCE RELOAD KEYRING", ["ENCRYPTION_KEY_ADMIN"]), ("KILL QUERY {victim}", ["CONNECTION_ADMIN", "PROCESS", "SYSTEM_USER"]), ("KILL QUERY {system}", ["CONNECTION_ADMIN", "PROCESS", "SYSTEM_USER"]), ("KILL {victim}", ["CONNECTION_ADMIN", "PROCESS"]), ("KILL {system}", ["CONNECTION_ADMIN", "SYSTEM_USER"]),
        ("KILL 999999999", ["CONNECTION_ADMIN"]), ("KILL QUERY 999999999", ["CONNECTION_ADMIN"]), ("KILL {own}", []), ("KILL QUERY {own}", []), ("XA RECOVER", ["XA_RECOVER_ADMIN"]), ("XA START 'pm'", []), ("XA COMMIT 'nosuch'", ["XA_RECOVER_ADMIN"]), ("XA ROLLBACK 'nosuch'", ["XA_RECOVER_ADMIN"]),
        ("CREATE RESOURCE GROUP pmg TYPE = USER", ["RESOURCE_GROUP_ADMIN"]), ("DROP RESOURCE GROUP nosuch", ["RESOURCE_GROUP_ADMIN"]), ("ALTER RESOURCE GROUP nosuch ENABLE", ["RESOURCE_GROUP_ADMIN"]), ("SET RESOURCE GROUP nosuch", ["RESOURCE_GROUP_ADMIN", "RESOURCE_GROUP_USER"]),
        ("FLUSH TABLES WITH READ LOCK", ["RELOAD", "FLUSH_TABLES", "LOCK TABLES", "BACKUP_ADMIN"]), ("CACHE INDEX pm.t IN nosuch", ["SELECT", "INSERT"]), ("LOAD INDEX INTO CACHE pm.t", ["SELECT", "INSERT"]),
        ("STOP GROUP_REPLICATION", ["GROUP_REPLICATION_ADMIN"]), ("SIGNAL SQLSTATE '45000'", []), ("DO 1", []), ("START TRANSACTION", []), ("COMMIT", []), ("SAVEPOINT s", []), ("GET DIAGNOSTICS @a = NUMBER", []), ("UNLOCK TABLES", []), ("SELECT 1", []), ("VALUES ROW(1)", []),
        ("DEALLOCATE PREPARE nosuch", []), ("EXECUTE nosuch", []), ("SET TRANSACTION READ ONLY", []), ("SET SESSION TRANSACTION READ ONLY", []), ("SET GLOBAL TRANSACTION READ WRITE", ["SYSTEM_VARIABLES_ADMIN"]), ("SET NAMES utf8mb4", []), ("SET CHARACTER SET utf8mb4", []), ("SET @a = 1", []),
        ("COMMIT AND CHAIN", []), ("ROLLBACK", []), ("SET autocommit = 0", []),
    ]
    for sql, privileges in simple:
        undo = {"CREATE RESOURCE": "DROP RESOURCE GROUP pmg", "ALTER INSTANCE DISABLE": "ALTER INSTANCE ENABLE INNODB REDO_LOG", "STOP REPLICA SQL_TH": "START REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'"}
        add(sql, admin(*privileges), undo=next((text for start, text in undo.items() if sql.startswith(start)), None))
    for sql, privileges in (("SHUTDOWN", ["SUPER", "RELOAD", "CONNECTION_ADMIN", "CREATE USER"]), ("RESTART", ["SUPER", "RELOAD", "CONNECTION_ADMIN"]), ("RESET BINARY LOGS AND GTIDS", ["SUPER", "BINLOG_ADMIN", "REPLICATION_SLAVE_ADMIN"]), ("UNINSTALL PLUGIN group_replication", ["SUPER", "GROUP_REPLICATION_ADMIN", "INSERT", "UPDATE"]),
                            ("INSTALL PLUGIN group_replication SONAME 'group_replication.so'", ["SUPER", "GROUP_REPLICATION_ADMIN", "DELETE"]), ("START GROUP_REPLICATION", ["REPLICATION_SLAVE_ADMIN"]), ("START GROUP_REPLICATION USER='x'", ["REPLICATION_SLAVE_ADMIN"]), ("RESET REPLICA ALL", ["SUPER", "REPLICATION_SLAVE_ADMIN"])):
        add(sql, ["none", *single(privileges, "*"), "SELECT@*", "ALL@pm", "ALL@pm + PROCESS@*"])
    for sql in ("UNINSTALL PLUGIN nosuch", "INSTALL PLUGIN nosuch SONAME 'nosuch.so'", "INSTALL COMPONENT 'file://nosuch'", "UNINSTALL COMPONENT 'file://nosuch'", "CREATE FUNCTION nosuch RETURNS INTEGER SONAME 'nosuch.so'"):
        add(sql, ["INSERT@mysql", "DELETE@mysql", "INSERT@mysql.plugin", "DELETE@mysql.plugin", "INSERT@mysql.component", "DELETE@mysql.component", "INSERT@mysql.func", "SELECT@mysql"])
    # Locks and upkeep of tables
    locks = ["none", "LOCK TABLES@pm", "LOCK TABLES@*", "SELECT@pm.t", "LOCK TABLES@pm + SELECT@pm.t", "LOCK TABLES@pm + SELECT(id)@pm.t", "LOCK TABLES@pm + INSERT@pm.t", "LOCK TABLES@pm + UPDATE@pm.t", "LOCK TABLES@pm + DELETE@pm.t", "LOCK TABLES@pm + SELECT@pm.t + INSERT@pm.t", "LOCK TABLES@* + SELECT@*",
             "LOCK TABLES@pm2 + SELECT@pm.t", "ALL@*", "ALL@* - LOCK TABLES@*", "ALL@* - SELECT@*", "ALL@pm.t", "RELOAD@*", "RELOAD@* + LOCK TABLES@pm", "RELOAD@* + LOCK TABLES@pm + SELECT@pm.t", "FLUSH_TABLES@* + LOCK TABLES@pm + SELECT@pm.t", "FLUSH_TABLES@*", "setrole: LOCK TABLES@pm + SELECT@pm.t", "expired: ALL@*"]
    for sql in ("LOCK TABLES pm.t READ", "LOCK TABLES pm.t WRITE", "LOCK TABLES pm.t READ LOCAL", "LOCK TABLES pm.t AS x READ, pm.u WRITE", "FLUSH TABLES pm.t", "FLUSH TABLES pm.t WITH READ LOCK", "FLUSH TABLES pm.t FOR EXPORT"):
        add(sql, locks)
    upkeep = ["none", *single(TABLE, "pm.t"), *single(["SELECT", "INSERT", "LOCK TABLES", "ALTER"], "pm"), *single(["SELECT", "INSERT", "SUPER", "RELOAD", "OPTIMIZE_LOCAL_TABLE", "PROCESS"], "*"), "SELECT@pm.t + INSERT@pm.t", "SELECT(id)@pm.t", "SELECT(id,pub,pw)@pm.t", "INSERT(id)@pm.t", "SELECT(id)@pm.t + INSERT(id)@pm.t",
              "SELECT@pm + INSERT@pm", "SELECT@* + INSERT@*", "SELECT@pm.t + INSERT@pm.t + OPTIMIZE_LOCAL_TABLE@*", "ALL@pm2", "ALL@*", "ALL@* - SELECT@*", "ALL@* - INSERT@*", "setrole: SELECT@pm.t + INSERT@pm.t", "role: SELECT@pm.t + INSERT@pm.t", "expired: ALL@*"]
    for sql in ("CHECK TABLE pm.t", "CHECKSUM TABLE pm.t", "ANALYZE TABLE pm.t", "OPTIMIZE TABLE pm.t", "REPAIR TABLE pm.t", "CHECK TABLE pm.t, pm.u", "CHECKSUM TABLE pm.t, pm.u", "OPTIMIZE LOCAL TABLE pm.t", "ANALYZE NO_WRITE_TO_BINLOG TABLE pm.t", "REPAIR LOCAL TABLE pm.t", "ANALYZE TABLE pm.t UPDATE HISTOGRAM ON pub", "ANALYZE TABLE pm.t DROP HISTOGRAM ON pub",
                "CHECK TABLE pm.t FOR UPGRADE", "SHOW CREATE TABLE pm.t", "SHOW COLUMNS FROM pm.t", "SHOW FULL COLUMNS FROM pm.t", "DESCRIBE pm.t", "DESCRIBE pm.t pw", "EXPLAIN pm.t", "SHOW INDEX FROM pm.t", "@com field_list t\\0%", "SHOW KEYS FROM pm.t", "SHOW TABLE STATUS FROM pm LIKE 't'", "SHOW TABLES FROM pm"):
        if sql.startswith("@com field"):
            add(["@quiet USE pm", sql], upkeep, name="COM_FIELD_LIST pm.t")
        else:
            add(sql, upkeep)
    # EXPLAIN asks for the privileges of what it explains.
    for sql, needs in CHANGES + [(sql, ["SELECT"]) for sql in READS[:5] + MORE_READS[:4] + LOCKING[:1]]:
        if sql.startswith("WITH c AS (SELECT id FROM pm.u)"):
            continue
        add(f"EXPLAIN {sql}", ["none", *single(DATA, "pm.t"), *needing(needs), "SELECT(id)@pm.t", "SELECT(id,pub)@pm.t", "UPDATE(pub)@pm.t", "UPDATE(pub)@pm.t + SELECT(id)@pm.t", "INSERT(id,pub)@pm.t", "ALL@pm2", "PROCESS@*", "ALL@*"])
    for sql in ("EXPLAIN FORMAT=TREE SELECT * FROM pm.t", "EXPLAIN FORMAT=JSON SELECT pw FROM pm.t", "EXPLAIN ANALYZE SELECT id FROM pm.t", "EXPLAIN ANALYZE SELECT pw FROM pm.t WHERE id = 1"):
        add(sql, lean("SELECT"))
    for sql in ("EXPLAIN FOR CONNECTION {victim}", "EXPLAIN FOR CONNECTION {own}", "EXPLAIN FOR CONNECTION 99999999"):
        add(sql, admin("PROCESS"))


# MARK: What listings show

def listing_actions():
    see = ["none", "SHOW DATABASES@*", "SELECT@*", "PROCESS@*", "SELECT@pm", "SELECT@pm.t", "SELECT(id)@pm.t", "SELECT(id,pub)@pm.t + UPDATE(pub)@pm.t", "INSERT@pm.t", "INSERT(pub)@pm.t", "REFERENCES(id)@pm.t", "DROP@pm.t", "TRIGGER@pm.t", "EXECUTE@pm", "LOCK TABLES@pm", "GRANT OPTION@pm.t", "SELECT@pm.vd", "SHOW VIEW@pm.vd", "SHOW VIEW@pm",
           "SELECT@pm.vd + SHOW VIEW@pm.vd", "ALL@pm2", "ALL@pm", "ALL@*", "ALL@* - SELECT@*", "ALL@* - SHOW DATABASES@*", "ALL@* - PROCESS@*", "CREATE USER@*", "SUPER@*", "CREATE@*", "REPLICATION CLIENT@*", "REPLICATION SLAVE@*", "SYSTEM_VARIABLES_ADMIN@*", "role: SELECT@pm.t", "setrole: SELECT@pm.t", "setrole: SELECT@pm", "setrole: SELECT@*", "CREATE TEMPORARY TABLES@pm",
           "SELECT@mysql", "SELECT@mysql.user", "SELECT@performance_schema", "EVENT@pm", "INDEX@pm.t", "CREATE VIEW@pm", "GRANT OPTION@*"]
    rows = [
        "SHOW DATABASES", "SHOW DATABASES LIKE 'pm%'", "SHOW TABLES FROM pm", "SHOW FULL TABLES FROM pm", "SHOW TABLES FROM pm2", "SHOW COLUMNS FROM pm.t", "SHOW FULL COLUMNS FROM pm.t LIKE 'p%'", "SHOW TABLES FROM mysql LIKE 'user'",
        "SELECT schema_name FROM information_schema.schemata", "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema LIKE 'pm%'", "SELECT table_name FROM information_schema.tables WHERE table_schema = 'mysql' AND table_name IN ('user', 'db', 'plugin')",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'performance_schema' AND table_name IN ('threads', 'replication_group_members', 'session_status')", "SELECT table_name FROM information_schema.tables WHERE table_schema = 'information_schema' AND table_name IN ('TABLES', 'COLUMNS')",
        "SELECT table_schema, table_name, column_name, privileges FROM information_schema.columns WHERE table_schema LIKE 'pm%'", "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'mysql' AND table_name = 'user' AND column_name IN ('User', 'Host')",
        "SELECT table_schema, table_name, view_definition <> '', is_updatable, definer, security_type FROM information_schema.views WHERE table_schema LIKE 'pm%'", "SELECT table_name, index_name, column_name FROM information_schema.statistics WHERE table_schema LIKE 'pm%'",
        "SELECT table_name, constraint_name FROM information_schema.table_constraints WHERE table_schema LIKE 'pm%'", "SELECT table_name, column_name FROM information_schema.key_column_usage WHERE table_schema LIKE 'pm%'", "SELECT table_name FROM information_schema.partitions WHERE table_schema LIKE 'pm%'",
        "SELECT table_name FROM information_schema.tables_extensions WHERE table_schema LIKE 'pm%'", "SELECT schema_name FROM information_schema.schemata_extensions WHERE schema_name LIKE 'pm%'", "SELECT view_name, table_name FROM information_schema.view_table_usage WHERE view_schema LIKE 'pm%'",
        "SELECT grantee, privilege_type, is_grantable FROM information_schema.user_privileges WHERE grantee LIKE '''pm%' OR grantee LIKE '''m%'", "SELECT grantee, table_schema, privilege_type FROM information_schema.schema_privileges WHERE grantee LIKE '''pm%' OR grantee LIKE CONCAT('''', SUBSTRING_INDEX(USER(), '@', 1), '''%')",
        "SELECT grantee, table_name, privilege_type FROM information_schema.table_privileges WHERE grantee LIKE '''pm%' OR grantee LIKE CONCAT('''', SUBSTRING_INDEX(USER(), '@', 1), '''%')", "SELECT grantee, table_name, column_name, privilege_type FROM information_schema.column_privileges WHERE grantee LIKE '''pm%' OR grantee LIKE CONCAT('''', SUBSTRING_INDEX(USER(), '@', 1), '''%')",
        "SELECT role_name FROM information_schema.applicable_roles", "SELECT role_name FROM information_schema.enabled_roles", "SELECT user FROM information_schema.user_attributes WHERE user LIKE 'pm%'", "SELECT COUNT(*) > 0 FROM information_schema.user_attributes WHERE user = SUBSTRING_INDEX(USER(), '@', 1)",
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants", "SELECT constraint_name FROM information_schema.check_constraints WHERE constraint_schema LIKE 'pm%'", "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema LIKE 'pm%'", "SELECT routine_name FROM information_schema.routines WHERE routine_schema LIKE 'pm%'",
    ]
    for sql in rows:
        if "LIKE '''m%'" in sql:
            sql = sql.replace("grantee LIKE '''m%'", "grantee LIKE CONCAT('''', SUBSTRING_INDEX(USER(), '@', 1), '''%')")
        add(sql, see, rows=True)
    # Other sessions
    watch = ["none", "PROCESS@*", "SUPER@*", "CONNECTION_ADMIN@*", "SYSTEM_USER@*", "SELECT@performance_schema", "SELECT@performance_schema + PROCESS@*", "ALL@*", "ALL@* - PROCESS@*", "setrole: PROCESS@*", "role: PROCESS@*", "SELECT@*", "expired: ALL@*"]
    for sql in ("SHOW PROCESSLIST", "SHOW FULL PROCESSLIST"):
        add(sql, watch)
    for sql in ("SELECT user FROM information_schema.processlist WHERE user IN ('pmvictim', 'pmsystem') OR id = CONNECTION_ID()", "SELECT user FROM performance_schema.processlist WHERE user IN ('pmvictim', 'pmsystem') OR id = CONNECTION_ID()",
                "SELECT COUNT(*) FROM performance_schema.threads WHERE processlist_user IN ('pmvictim', 'pmsystem')", "SELECT COUNT(*) > 0 FROM performance_schema.session_connect_attrs WHERE processlist_id = CONNECTION_ID()",
                "SELECT COUNT(DISTINCT processlist_id) FROM performance_schema.session_account_connect_attrs WHERE processlist_id IN ({victim}, {own})"):
        add(["@quiet DO {victim} + {system}", sql], watch, rows=True, name=sql)
    add("SELECT user, authentication_string FROM mysql.user WHERE user = 'pmother'", see, rows=True)


# MARK: Functions

def function_actions():
    group = ["GROUP_REPLICATION_ADMIN", "REPLICATION_SLAVE_ADMIN"]
    functions = [
        ("group_replication_set_as_primary('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa')", group), ("group_replication_switch_to_single_primary_mode()", group), ("group_replication_switch_to_multi_primary_mode()", group), ("group_replication_set_write_concurrency(10)", group), ("group_replication_get_write_concurrency()", group),
        ("group_replication_set_communication_protocol('8.0.27')", group), ("group_replication_get_communication_protocol()", group), ("group_replication_enable_member_action('mysql_disable_super_read_only_if_primary', 'AFTER_PRIMARY_ELECTION')", group), ("group_replication_disable_member_action('mysql_start_failover_channels_if_primary', 'AFTER_PRIMARY_ELECTION')", group),
        ("group_replication_reset_member_actions()", group), ("asynchronous_connection_failover_add_source('c', 'h', 1, '', 1)", ["SUPER", "REPLICATION_SLAVE_ADMIN"]), ("asynchronous_connection_failover_delete_source('c', 'h', 1, '')", ["SUPER", "REPLICATION_SLAVE_ADMIN"]), ("asynchronous_connection_failover_add_managed('c', 'GroupReplication', 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'h', 1, '', 80, 60)", ["SUPER", "REPLICATION_SLAVE_ADMIN"]),
        ("asynchronous_connection_failover_delete_managed('c', 'n')", ["SUPER", "REPLICATION_SLAVE_ADMIN"]), ("asynchronous_connection_failover_reset()", ["SUPER", "REPLICATION_SLAVE_ADMIN"]), ("WAIT_FOR_EXECUTED_GTID_SET('', 0)", ["REPLICATION_APPLIER"]), ("SOURCE_POS_WAIT('x', 4, 1)", ["REPLICATION CLIENT"]), ("GTID_SUBSET('', '')", []), ("GTID_SUBTRACT('', '')", []),
        ("PS_CURRENT_THREAD_ID()", ["PROCESS"]), ("PS_THREAD_ID({victim}) IS NULL", ["PROCESS"]), ("CURRENT_USER() IS NULL", []), ("DATABASE() IS NULL", []), ("GET_LOCK('pm', 0)", []), ("RELEASE_ALL_LOCKS()", []), ("VERSION() IS NULL", []), ("CONNECTION_ID() IS NULL", []), ("BENCHMARK(1, 1)", []), ("@@GLOBAL.max_connections > 0", []), ("@@SESSION.sql_mode IS NULL", []), ("@@server_uuid IS NULL", []),
        ("@@GLOBAL.gtid_executed IS NULL", []), ("@@persisted_globals_load", []), ("ICU_VERSION() IS NULL", []), ("ROLES_GRAPHML() IS NULL", ["ROLE_ADMIN", "SELECT"]), ("@@validate_password.policy", []), ("keyring_key_fetch('x')", ["ENCRYPTION_KEY_ADMIN", "EXECUTE"]), ("STATEMENT_DIGEST_TEXT('SELECT 1') IS NULL", []), ("sys.version_major()", ["EXECUTE"]),
        ("NAME_CONST('a', 1)", []), ("LAST_INSERT_ID(1)", []), ("CAN_ACCESS_TABLE('pm', 't')", []), ("INTERNAL_TABLE_ROWS('a')", []),
    ]
    for call, privileges in functions:
        add(f"SELECT {call}", admin(*privileges), undo="DO asynchronous_connection_failover_reset()" if call.startswith("async") else None)
        if call.startswith("group_") or call.startswith("async"):
            undo = "DO asynchronous_connection_failover_reset()"
            add([f"@stmt SELECT {call}"], ["none", "REPLICATION_SLAVE_ADMIN@*", "SUPER@*", "SELECT@*", "GROUP_REPLICATION_ADMIN@*"], undo=undo)
            add(f"DO {call}", ["none", "REPLICATION_SLAVE_ADMIN@*", "SUPER@*", "SELECT@*"], undo=undo)
            add(f"SET @a = {call}", ["none", "SUPER@*", "SELECT@*"], undo=undo)


# MARK: Commands

def command_actions():
    grants = ["none", "SUPER@*", "PROCESS@*", "RELOAD@*", "SHUTDOWN@*", "REPLICATION SLAVE@*", "REPLICATION CLIENT@*", "BINLOG_ADMIN@*", "GROUP_REPLICATION_STREAM@*", "SELECT@*", "CONNECTION_ADMIN@*", "ALL@* - SUPER@*", "ALL@* - REPLICATION SLAVE@*", "ALL@* - REPLICATION SLAVE@* - SUPER@*", "ALL@*", "expired: ALL@*", "expired: REPLICATION SLAVE@*",
              "setrole: REPLICATION SLAVE@*", "role: REPLICATION SLAVE@*", "setrole: SUPER@*"]
    for command in ("debug", "statistics", "ping", "process_info", "process_kill 999999", "refresh 1", "refresh 4", "refresh 0", "binlog_dump", "binlog_dump_gtid", "register_slave", "set_option 0", "set_option 1", "set_option 9", "create_db pm3", "drop_db nosuch", "table_dump x", "stmt_prepare SELECT 1", "stmt_prepare SELECT * FROM pm.t",
                    "stmt_prepare SHUTDOWN", "stmt_prepare nonsense", "field_list t\\0", "change_user nosuch"):
        some = grants if command != "stmt_prepare SHUTDOWN" else ["none", "SUPER@*"]
        add(f"@com {command}", some, undo="DROP DATABASE IF EXISTS pm3" if command == "create_db pm3" else None)
    add(["@com shutdown", "SELECT 1"], ["none", "SUPER@*", "RELOAD@*"], name="COM_SHUTDOWN")
    for schema in ("pm", "nosuch", "mysql"):
        add([f"@quiet USE information_schema", f"@com field_list nosuch\\0", f"@com init_db {schema}", "@com field_list t\\0", "@com field_list nosuch\\0"], ["none", "SELECT@pm.t", "SELECT(id)@pm.t", "INSERT@pm", "ALL@pm2", "SELECT@*", "expired: ALL@*"], name=f"COM_FIELD_LIST in {schema}")


# MARK: System tables and variables

def system_tables(root):
    rows = root.query("SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN ('mysql', 'performance_schema', 'information_schema') OR table_schema = 'sys' AND table_name IN "
                      "('version', 'sys_config', 'session', 'processlist', 'host_summary', 'schema_table_statistics', 'innodb_lock_waits', 'metrics', 'memory_global_total', 'schema_object_overview') ORDER BY 1, 2")
    for schema, table in rows:
        grants = ["none", "SELECT@*", "PROCESS@*", "REPLICATION SLAVE@*", "ALL@* - SELECT@*"]
        if schema == "information_schema":
            grants = ["none", "PROCESS@*", "SELECT@*", "ALL@* - PROCESS@*", "ALL@*"]
        else:
            grants += [f"SELECT@{schema}", f"SELECT@{schema}.{table}"] if schema != "performance_schema" or "replication" in table or "setup" in table else [f"SELECT@{schema}"]
        add(f"SELECT 1 FROM {schema}.{table} LIMIT 1", grants)
    for table in ("mysql.nosuch", "performance_schema.nosuch", "information_schema.nosuch", "sys.nosuch"):
        add(f"SELECT 1 FROM {table} LIMIT 1", ["none", "SELECT@*", "PROCESS@*", "SELECT@mysql", "SELECT@performance_schema", "ALL@*"])


SKIP = {"read_only", "super_read_only", "offline_mode", "gtid_mode", "require_secure_transport"}


def variables(root):
    """Each variable set to what it is, by nobody and by the one who may."""
    names = sorted(row[0] for row in root.query("SELECT variable_name FROM performance_schema.global_variables"))
    of_server = set(names)
    names = sorted(set(names) | {row[0] for row in root.query("SELECT variable_name FROM performance_schema.session_variables")})
    for name in names:
        if name.startswith(("mysqlx", "mecab", "ngram")):
            continue
        value = f"@@GLOBAL.{name}" if name in of_server else "DEFAULT"
        add(f"SET GLOBAL {name} = {value}", ["none", "SYSTEM_VARIABLES_ADMIN@*"])
        add(f"SET SESSION {name} = DEFAULT", ["none", "SESSION_VARIABLES_ADMIN@*"])
    few = ["max_connections", "sort_buffer_size", "read_only", "super_read_only", "offline_mode", "group_replication_member_weight", "group_replication_force_members", "audit_nosuch", "sql_mode", "authentication_policy", "partial_revokes", "mandatory_roles", "binlog_encryption", "gtid_purged", "server_id", "general_log",
           "group_replication_consistency", "event_scheduler", "init_connect", "default_table_encryption", "port", "datadir", "require_row_format", "sql_log_bin", "gtid_next", "pseudo_thread_id", "binlog_format", "timestamp", "unique_checks"]
    for name in few:
        for scope in ("GLOBAL", "PERSIST", "PERSIST_ONLY", "SESSION"):
            value = f"@@GLOBAL.{name}" if name in of_server and scope != "SESSION" else "DEFAULT"
            add(f"SET {scope} {name} = {value}", ["none", *single(["SUPER", "SYSTEM_VARIABLES_ADMIN", "SESSION_VARIABLES_ADMIN", "CONNECTION_ADMIN", "PERSIST_RO_VARIABLES_ADMIN", "AUTHENTICATION_POLICY_ADMIN", "ROLE_ADMIN", "BINLOG_ADMIN", "REPLICATION_APPLIER", "GROUP_REPLICATION_ADMIN", "BINLOG_ENCRYPTION_ADMIN",
                                                                              "TABLE_ENCRYPTION_ADMIN", "SENSITIVE_VARIABLES_OBSERVER", "TRANSACTION_GTID_TAG"], "*"), "ALL@* - SUPER@* - SYSTEM_VARIABLES_ADMIN@*", "ALL@* - SUPER@* - SESSION_VARIABLES_ADMIN@* - SYSTEM_VARIABLES_ADMIN@*",
                                                         "setrole: SYSTEM_VARIABLES_ADMIN@*", "expired: ALL@*", "SYSTEM_VARIABLES_ADMIN@* + PERSIST_RO_VARIABLES_ADMIN@*"], undo=[f"RESET PERSIST IF EXISTS {name}"] if scope.startswith("PERSIST") else None)
    for sql in ("SET max_connections = 100", "SET nosuch = 1", "SET GLOBAL nosuch = 1", "SET GLOBAL gtid_purged = ''", "SET gtid_next = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa:1'", "SET gtid_next = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa:tag:1'", "SET gtid_next = AUTOMATIC", "SET sql_log_bin = 0", "SET @@GLOBAL.max_connections = 1200, @@SESSION.sort_buffer_size = 262144",
                "SET SESSION sort_buffer_size = 262144, GLOBAL max_connections = 1200", "SET immediate_server_version = 80400", "SET original_commit_timestamp = 1", "SET sql_require_primary_key = 1", "SET default_table_encryption = 1", "SET character_set_filesystem = binary", "SET max_error_count = 10"):
        add(sql, ["none", *single(["SUPER", "SYSTEM_VARIABLES_ADMIN", "SESSION_VARIABLES_ADMIN", "REPLICATION_APPLIER", "BINLOG_ADMIN", "TRANSACTION_GTID_TAG", "TABLE_ENCRYPTION_ADMIN"], "*"), "ALL@* - SUPER@* - SYSTEM_VARIABLES_ADMIN@* - SESSION_VARIABLES_ADMIN@*", "TRANSACTION_GTID_TAG@* + REPLICATION_APPLIER@*"])


def actions(root):
    data_actions()
    place_actions()
    cached_actions()
    view_actions()
    definition_actions()
    account_actions()
    server_actions()
    listing_actions()
    function_actions()
    command_actions()
    system_tables(root)
    variables(root)
    return list(ACTIONS.values())
