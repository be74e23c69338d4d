"""LOAD DATA [LOCAL] INFILE, SELECT ... INTO OUTFILE and DUMPFILE, LOAD_FILE: what files say, who may use which, what becomes
of those who go away. Answers recorded from MySQL 9.7; how bytes become fields is in FieldReaderTests."""
import os
import re
import stat
import threading

import pymysql
import pytest

from cluster import Group, wait_until


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def group(files):
    with Group(2, options={"secure_file_priv": files, "local_infile": "ON"}) as group:
        group.start()
        group.primary().query("CREATE DATABASE d")
        yield group


@pytest.fixture
def cursor(group):
    connection = group.primary().connect(database="d", local_infile=True)
    yield connection.cursor()
    connection.close()


def warnings(cursor):
    cursor.execute("SHOW WARNINGS")
    return [(code, text) for _, code, text in cursor.fetchall()]


def load(cursor, files, columns, data, clauses="", before="", mode=None, local=""):
    """Makes the table t and loads the bytes into it: affected rows, the info text, the rows, the warnings."""
    cursor.execute("DROP TABLE IF EXISTS t")
    cursor.execute(f"CREATE TABLE t (n INT PRIMARY KEY AUTO_INCREMENT INVISIBLE, {columns})")
    cursor.execute("SET sql_mode=" + ("DEFAULT" if mode is None else f"'{mode}'"))
    (files / "t.txt").write_bytes(data)
    affected = cursor.execute(f"LOAD DATA {local} INFILE '{files}/t.txt' {before} INTO TABLE t {clauses}")
    info = cursor._result.message[1:].decode()
    told = warnings(cursor)
    cursor.execute("SELECT * FROM t ORDER BY n")
    return affected, info, list(cursor.fetchall()), told


AB = "a INT, b VARCHAR(10)"


@pytest.mark.parametrize("columns, data, clauses, rows", [
    (AB, b"1\tx\n2\ty", "", [(1, "x"), (2, "y")]),
    (AB, b"\\N\t\\N\n2\t\\Ny\n", "", [(None, None), (2, "Ny")]),
    (AB, b'1,NULL\n2,"NULL"\n3,\\N\n', "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"'", [(1, None), (2, "NULL"), (3, None)]),
    (AB, b"1\tx\n2\ty\n3\tz\n", "IGNORE 1 LINES", [(2, "y"), (3, "z")]),
    (AB, b"xx>>1\tx\nno\nyy>>2\ty\n", "LINES STARTING BY '>>'", [(1, "x"), (2, "y")]),
    (AB, b"1||x<br>2||y<br>", "FIELDS TERMINATED BY '||' LINES TERMINATED BY '<br>'", [(1, "x"), (2, "y")]),
    (AB, b"1\tx\n2\ty\n", "(@a,b) SET a=@a*10", [(10, "x"), (20, "y")]),
    (AB, b"1\tx\n2\n", "(a,@d) SET b=@d", [(1, "x"), (2, None)]),
    (AB, b"1\tx\n2\ty\n", "(a,b) SET b=CONCAT(b,a), a=a+1", [(2, "x1"), (3, "y2")]),
    (AB, b"1\tx\n", "(t.a, d.t.b) SET t.a=4, t.b=DEFAULT(b)", [(4, None)]),
    (AB, b"1\tab\xe9(\n", "CHARACTER SET latin1", [(1, "ab\u00e9(")]),
    ("a INT, b INT AS (a+1)", b"1\t7\n", "", [(1, 2)]),
    ("a INT NOT NULL, b VARCHAR(10) NOT NULL DEFAULT 'q'", b"5\n6\n", "(a)", [(5, "q"), (6, "q")]),
    ("a INT NOT NULL, b VARCHAR(10) NOT NULL", b"5\n", "(a)", [(5, "")]),
    ("a CHAR(3) CHARSET latin1, b VARCHAR(3) CHARSET latin1", b"abcdefghijkl",
     "FIELDS TERMINATED BY '' ENCLOSED BY '' LINES TERMINATED BY ''", [("abc", "def"), ("ghi", "jkl")]),
])
def test_files_become_rows(cursor, files, columns, data, clauses, rows):
    affected, info, found, told = load(cursor, files, columns, data, clauses)
    assert found == rows and told == []
    assert affected == len(rows)
    assert info == f"Records: {len(rows)}  Deleted: 0  Skipped: 0  Warnings: 0"


TOO_FEW = (1261, "Row 1 doesn't contain data for all columns")
TOO_MANY = (1262, "Row 1 was truncated; it contained more data than there were input columns")
UNIQUE = "a INT UNIQUE, b VARCHAR(10)"
DUPLICATE = (1062, "Duplicate entry '1' for key 't.a'")


@pytest.mark.parametrize("columns, data, mode, local, before, rows, told, counts", [
    (AB, b"1\n2\ty\n", "", "", "", [(1, None), (2, "y")], [TOO_FEW], (2, 0, 0)),
    (AB, b"1\tx\tz\n2\ty\tq", "", "", "", [(1, "x"), (2, "y")], [TOO_MANY], (2, 0, 0)),
    (AB, b"1\tx\tz\n2\ty\tq", None, "LOCAL", "", [(1, "x"), (2, "y")], [TOO_MANY], (2, 0, 0)),
    (AB, b"x\t1234567890123\n300000000000\tb\n", None, "LOCAL", "", [(0, "1234567890"), (2147483647, "b")],
     [(1366, "Incorrect integer value: 'x' for column 'a' at row 1"), (1265, "Data truncated for column 'b' at row 1"),
      (1264, "Out of range value for column 'a' at row 2")], (2, 0, 0)),
    ("a INT NOT NULL, b VARCHAR(10) NOT NULL", b"\\N\tx\n", "", "", "", [(0, "x")],
     [(1263, "Column set to default value; NULL supplied to NOT NULL column 'a' at row 1")], (1, 0, 0)),
    ("a INT, b VARCHAR(10) DEFAULT 'q'", b"1\n", "", "", "", [(1, "")], [TOO_FEW], (1, 0, 0)),
    (AB, b"1\tab\xc3(\n", "", "", "", [(1, "ab")], [(1366, "Incorrect string value: '\\xC3(' for column 'b' at row 1")], (1, 0, 0)),
    (UNIQUE, b"1\tx\n1\ty\n2\tz\n", None, "", "IGNORE", [(1, "x"), (2, "z")], [DUPLICATE], (3, 0, 1)),
    (UNIQUE, b"1\tx\n1\ty\n2\tz\n", None, "LOCAL", "", [(1, "x"), (2, "z")], [DUPLICATE], (3, 0, 1)),
    (UNIQUE, b"1\tx\n1\ty\n2\tz\n", None, "", "REPLACE", [(1, "y"), (2, "z")], [], (3, 1, 0)),
    ("a INT CHECK (a<>2), b INT", b"1\tx\n2\t0\n3\tz\n", None, "", "IGNORE", [(1, 0), (3, 0)],
     [(1366, "Incorrect integer value: 'x' for column 'b' at row 1"), (3819, "Check constraint 't_chk_1' is violated."),
      (1366, "Incorrect integer value: 'z' for column 'b' at row 2")], (2, 0, 0)),
])
def test_what_does_not_fit_is_told(cursor, files, columns, data, mode, local, before, rows, told, counts):
    _, info, found, warned = load(cursor, files, columns, data, before=before, mode=mode, local=local)
    assert (found, warned) == (rows, told)
    assert info == "Records: {}  Deleted: {}  Skipped: {}  Warnings: {}".format(*counts, len(told))


@pytest.mark.parametrize("columns, data, clauses, code", [
    (AB, b"1\n2\ty\n", "", 1261),
    (AB, b"1\tx\tz\n2\ty\tq", "", 1262),
    ("a INT NOT NULL, b INT", b"\\N\t1\n", "", 1263),
    (AB, b"1\ty\nx\ty\n", "", 1366),
    (AB, b"1\t\xff\n", "CHARACTER SET utf8mb4", 1300),
    (AB, b"1\tx", "CHARACTER SET nope", 1115),
    (UNIQUE, b"1\tx\n1\ty\n", "", 1062),
    (AB, b"1\tx", "FIELDS ESCAPED BY 'xx'", 1083),
    ("a INT, b TEXT", b"1\tx", "FIELDS TERMINATED BY '' ENCLOSED BY '' LINES TERMINATED BY ''", 1084),
    (AB, b"1\tx", "FIELDS TERMINATED BY '' ENCLOSED BY '' (a,@b)", 1409),
    (AB, b"1\tx", "PARTITION (p0)", 1747),
    (AB, b"1\tx", "(a,zz)", 1054),
    (AB, b"1\tx", "(a,b) SET b=(SELECT COUNT(*) FROM t)", 1093),
])
def test_errors_leave_nothing(cursor, files, columns, data, clauses, code):
    with pytest.raises(pymysql.Error) as refusal:
        load(cursor, files, columns, data, clauses)
    assert refusal.value.args[0] == code
    cursor.execute("SELECT COUNT(*) FROM t")
    assert cursor.fetchone() == (0,)


def test_it_is_one_transaction_on_all_members(group, cursor, files):
    cursor.execute("CREATE TABLE many (a INT PRIMARY KEY, b VARCHAR(30))")
    (files / "many.txt").write_bytes(b"".join(b"%d\trow %d\n" % (n, n) for n in range(5000)))
    cursor.execute("SELECT @@GLOBAL.gtid_executed")
    before = cursor.fetchone()[0]
    cursor.execute(f"LOAD DATA INFILE '{files}/many.txt' INTO TABLE many")
    cursor.execute(f"SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, '{before}')")
    assert re.fullmatch(r"[0-9a-f-]{36}:\d+", cursor.fetchone()[0])
    group.wait_equal("CHECKSUM TABLE d.many")
    cursor.execute("BEGIN")
    cursor.execute(f"LOAD DATA INFILE '{files}/many.txt' REPLACE INTO TABLE many SET b='other'")
    cursor.execute("ROLLBACK")
    cursor.execute("SELECT COUNT(*) FROM many WHERE b='other'")
    assert cursor.fetchone() == (0,)


# Files that statements make.

FORMATS = [
    ("", b"1\tx\\\ty\\\n\t1.50\t2020-01-02\tA\t\xe9\t{\"a\": \"b\"}\t\\0a\\\\\n\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\n"),
    ("FIELDS TERMINATED BY ',' ENCLOSED BY '\"'",
     b'"1","x\ty\\\n","1.50","2020-01-02","A","\xe9","{\\"a\\": \\"b\\"}","\\0a\\\\"\n\\N,\\N,\\N,\\N,\\N,\\N,\\N,\\N\n'),
    ("FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES STARTING BY '>' TERMINATED BY '\\r\\n'",
     b'>1,"x\ty\n",1.50,"2020-01-02","A","\xe9","{"a": "b"}","\x00a\\"\r\n>NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL\r\n'),
]


@pytest.mark.parametrize("clauses, expected", FORMATS)
def test_rows_become_files(cursor, files, clauses, expected):
    cursor.execute("DROP TABLE IF EXISTS f")
    cursor.execute("CREATE TABLE f (n INT PRIMARY KEY AUTO_INCREMENT INVISIBLE, a INT, b VARCHAR(5), c DECIMAL(6,2), d DATE, "
                   "e BIT(8), f CHAR(3) CHARSET latin1, g JSON, i VARBINARY(5))")
    cursor.execute("INSERT INTO f VALUES (1,'x\\ty\\n',1.5,'2020-01-02',b'1000001','\u00e9','{\"a\":\"b\"}','\\0a\\\\'),"
                   "(NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL)")
    path = files / "rows.txt"
    path.unlink(missing_ok=True)
    assert cursor.execute(f"SELECT * FROM f INTO OUTFILE '{path}' {clauses}") == 2
    assert path.read_bytes() == expected
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    # And back, by the same clauses: what has no escapes loses its NULLs.
    if "ESCAPED BY ''" in clauses:
        return
    cursor.execute("CREATE TEMPORARY TABLE back (a INT, b VARCHAR(5), c DECIMAL(6,2), d DATE, e BIT(8), f CHAR(3) CHARSET latin1, "
                   "g JSON, i VARBINARY(5))")
    cursor.execute(f"LOAD DATA INFILE '{path}' INTO TABLE back CHARACTER SET latin1 {clauses}")
    cursor.execute("SELECT COUNT(*) FROM f, back WHERE f.a <=> back.a AND f.b <=> back.b AND f.c <=> back.c AND f.d <=> back.d "
                   "AND f.e <=> back.e AND f.f <=> back.f AND f.i <=> back.i")
    assert cursor.fetchone() == (2,)


@pytest.mark.parametrize("query, clauses, expected, told", [
    ("SELECT 'nnan','b',12", "FIELDS TERMINATED BY 'n'", b"nnannbn12\n", [1475]),
    ("SELECT 'nnan','b',12", "FIELDS TERMINATED BY ',' ENCLOSED BY 'n'", b"nnnnnannn,nbn,n12n\n", []),
    ("SELECT 'a\"b','b,c',NULL", "FIELDS TERMINATED BY ',' ENCLOSED BY '\"' ESCAPED BY '\"'", b'"a""b","b,c","N\n', []),
    ("SELECT 'a','b'", "LINES TERMINATED BY ''", b"a\tb\t", []),
    ("SELECT '\u00e9\u65e5'", "CHARACTER SET latin1", b"\xe9?\n", [1366]),
    ("SELECT '\u00e9\u65e5'", "CHARACTER SET utf16", b"\x00\xe9\x65\xe5\n", []),
    ("SELECT 'a','b'", "FIELDS TERMINATED BY '\u00e9'", b"a\xc3\xa9b\n", [1638]),
    ("SELECT 1 FROM t WHERE 0", "", b"", []),
])
def test_formats_of_files(cursor, files, query, clauses, expected, told):
    path = files / "format.txt"
    path.unlink(missing_ok=True)
    cursor.execute(f"{query} INTO OUTFILE '{path}' {clauses}")
    assert [code for code, _ in warnings(cursor)] == told
    assert path.read_bytes() == expected


def test_a_file_is_whole_or_not_there(cursor, files):
    path = files / "never.txt"
    with pytest.raises(pymysql.Error) as refusal:
        cursor.execute(f"SELECT 1 UNION SELECT (SELECT 1 UNION SELECT 2) INTO OUTFILE '{path}'")
    assert refusal.value.args[0] == 1242
    with pytest.raises(pymysql.Error) as refusal:
        cursor.execute(f"SELECT 1 UNION SELECT 2 UNION SELECT 3 INTO DUMPFILE '{path}'")
    assert refusal.value.args == (1172, "Result consisted of more than one row")
    assert not path.exists()
    cursor.execute(f"SELECT 'a\\0b',NULL,5,'\u00e9' INTO DUMPFILE '{path}'")
    assert path.read_bytes() == b"a\0b\x005\xc3\xa9"
    with pytest.raises(pymysql.Error) as refusal:
        cursor.execute(f"SELECT 1 INTO OUTFILE '{path}'")
    assert refusal.value.args == (1086, f"File '{path}' already exists")
    cursor.execute(f"SELECT LOAD_FILE('{path}'), LOAD_FILE('/etc/passwd'), LOAD_FILE('{files}/none')")
    assert cursor.fetchone() == (b"a\0b\x005\xc3\xa9", None, None)


SECURE = "The MySQL server is running with the --secure-file-priv option so it cannot execute this statement"


def test_no_way_leads_out_of_the_directory(cursor, files):
    cursor.execute("CREATE TABLE IF NOT EXISTS s (n INT PRIMARY KEY AUTO_INCREMENT INVISIBLE, a TEXT)")
    for name, target in (("link", "/etc/passwd"), ("dangling", "/tmp/none-such"), ("outside", "/tmp"), ("inside", "in.txt")):
        (files / name).symlink_to(target)
    (files / "in.txt").write_text("1\n")
    (files / "folder").mkdir()

    def answer(sql):
        try:
            cursor.execute(sql)
            return "ok"
        except pymysql.Error as error:
            return error.args

    for path in ("/etc/passwd", f"{files}/link", f"{files}/../in.txt", f"{files}/outside/x", "in.txt", "./in.txt", f"{files}/no/x",
                 f"{files}x/in.txt", "x" * 600):
        assert answer(f"LOAD DATA INFILE '{path}' INTO TABLE s") == (1290, SECURE)
        if path != f"{files}/link":
            assert answer(f"SELECT 1 INTO OUTFILE '{path}'") == (1290, SECURE)
    assert answer(f"SELECT 1 INTO OUTFILE '{files}/dangling'") == (
        1, f"Can't create/write to file '{files}/dangling' (OS errno 17 - File exists)")
    assert not os.path.exists("/tmp/none-such")
    assert answer(f"LOAD DATA INFILE '{files}/inside' INTO TABLE s") == "ok"
    assert answer(f"LOAD DATA INFILE '{files}/folder/../in.txt' INTO TABLE s") == "ok"
    assert answer(f"LOAD DATA INFILE '{files}/none' INTO TABLE s") == (
        13, f"Can't get stat of '{files}/none' (OS errno 2 - No such file or directory)")
    assert answer(f"LOAD DATA INFILE '{files}/folder' INTO TABLE s") == (
        1085, f"The file '{files}/folder' must be in the database directory or be readable by all")
    assert answer(f"SELECT 1 INTO OUTFILE '{files}/folder'") == (1086, f"File '{files}/folder' already exists")


# The client's file.

DISABLED = (3948, "Loading local data is disabled; this must be enabled on both the client and server sides")


def test_local_needs_both_sides(group, cursor, files):
    load(cursor, files, AB, b"1\tx\n")
    statement = f"LOAD DATA LOCAL INFILE '{files}/t.txt' INTO TABLE t"
    with pytest.raises(pymysql.Error) as refusal:
        group.primary().query(statement, database="d", local_infile=False)
    assert refusal.value.args == DISABLED
    cursor.execute("SET GLOBAL local_infile=OFF")
    with pytest.raises(pymysql.Error) as refusal:
        cursor.execute(statement)
    assert refusal.value.args == DISABLED
    cursor.execute("SET GLOBAL local_infile=ON")
    # The connection stays in step after each: an error in the middle of the file is answered at its end.
    (files / "long.txt").write_bytes(b"1\tx\n" + b"\xff\xff" * 3_000_000)
    with pytest.raises(pymysql.Error) as refusal:
        cursor.execute(f"LOAD DATA LOCAL INFILE '{files}/long.txt' INTO TABLE t CHARACTER SET utf8mb4")
    assert refusal.value.args[0] == 1300
    assert cursor.execute(statement) == 1


def running(group, text):
    rows = group.primary().query(f"SELECT ID, STATE FROM information_schema.PROCESSLIST WHERE INFO LIKE '{text}%'")
    return rows[0] if rows else None


@pytest.mark.parametrize("local, kill, code", [("", "QUERY", 1317), ("LOCAL", "QUERY", 1317), ("LOCAL", "CONNECTION", 2013)])
def test_kill_ends_a_load_and_nothing_of_it_stays(group, cursor, files, local, kill, code):
    cursor.execute("DROP TABLE IF EXISTS t")
    cursor.execute("CREATE TABLE t (n INT PRIMARY KEY AUTO_INCREMENT, a INT)")
    pipe = files / "pipe"
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    errors = []

    def run():
        connection = group.primary().connect(database="d", local_infile=True)
        try:
            connection.cursor().execute(f"LOAD DATA {local} INFILE '{pipe}' INTO TABLE t (a)")
        except pymysql.Error as error:
            errors.append(error.args[0])
        except AttributeError:
            # PyMySQL, which goes on writing to the connection that it has closed.
            errors.append(2013)

    thread = threading.Thread(target=run)
    thread.start()
    with open(pipe, "wb", buffering=0) as writer:
        # More than a client gathers before it sends.
        for _ in range(40):
            writer.write(b"1\n" * 500)
        wait_until(lambda: "Loading data:" in running(group, "LOAD DATA")[1], "the load shows how far it is")
        group.primary().query(f"KILL {kill} {running(group, 'LOAD DATA')[0]}")
        if local:
            try:
                writer.write(b"1\n" * 20_000)
            except BrokenPipeError:
                pass
        else:
            thread.join(10)
    thread.join(20)
    assert not thread.is_alive() and errors and errors[0] in (code, 0)
    cursor.execute("SELECT COUNT(*) FROM t")
    assert cursor.fetchone() == (0,)


def test_a_client_that_goes_away_or_talks_nonsense(group, cursor, files):
    cursor.execute("DROP TABLE IF EXISTS t")
    cursor.execute("CREATE TABLE t (n INT PRIMARY KEY AUTO_INCREMENT, a INT)")
    for number, piece in ((2, b"1\n2\n"), (9, b"1\n")):
        connection = group.primary().connect(database="d", local_infile=True)
        connection._execute_command(3, "LOAD DATA LOCAL INFILE 'x' INTO TABLE t (a)")
        header = connection._rfile.read(4)
        assert connection._rfile.read(header[0]) == b"\xfbx"
        # A packet of the file, with the right number and with a wrong one; then the end of the connection.
        connection._sock.sendall(len(piece).to_bytes(3, "little") + bytes([number]) + piece)
        if number == 9:
            header = connection._rfile.read(4)
            answer = connection._rfile.read(header[0])
            assert answer[0] == 0xFF and int.from_bytes(answer[1:3], "little") == 1156
            assert connection._rfile.read(1) == b""
        connection._sock.close()
        connection._rfile.close()
    wait_until(lambda: running(group, "LOAD DATA") is None, "the load is over")
    cursor.execute("SELECT COUNT(*) FROM t")
    assert cursor.fetchone() == (0,)
