"""What an account may not do, over the wire: read others' data, move tables into others' schemas, administer the server."""
import pymysql
import pytest

SETUP = [
    "CREATE DATABASE secret",
    "CREATE DATABASE mine",
    "CREATE TABLE secret.t (id INT PRIMARY KEY, v VARCHAR(20))",
    "INSERT INTO secret.t VALUES (1, 'hidden')",
    "CREATE VIEW secret.w AS SELECT 1 AS one",
    "CREATE TABLE mine.t (id INT PRIMARY KEY, v VARCHAR(20))",
    "CREATE USER nobody",
    "CREATE USER alice",
    "GRANT ALL ON mine.* TO alice",
]

REFUSED = {
    "nobody": [
        (1142, "SELECT * FROM secret.t"),
        (1142, "SELECT * FROM secret.w"),
        (1142, "SELECT 1 WHERE EXISTS (SELECT 1 FROM secret.t)"),
        (1142, "TRUNCATE secret.t"),
        (1142, "SHOW CREATE TABLE secret.t"),
        (1044, "SHOW TABLES FROM secret"),
        (1044, "USE secret"),
        (1142, "SELECT * FROM mysql.user"),
        (1142, "SELECT * FROM performance_schema.threads"),
        (1142, "SELECT * FROM performance_schema.user_variables_by_thread"),
        (1142, "SELECT * FROM performance_schema.replication_group_members"),
        (1227, "SET GLOBAL max_connections = 10"),
        (1227, "SET PERSIST max_connections = 10"),
        (1227, "SET sql_log_bin = 0"),
        (1227, "SET gtid_next = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa:1'"),
        (1227, "START GROUP_REPLICATION"),
        (1227, "STOP GROUP_REPLICATION"),
        (1227, "PURGE BINARY LOGS BEFORE NOW()"),
        (1227, "FLUSH TABLES WITH READ LOCK"),
        (1227, "SHUTDOWN"),
        (1227, "CREATE USER x"),
        (1227, "ALTER USER nobody REQUIRE NONE"),
        (1227, "GRANT alice TO nobody"),
        (1227, "SHOW BINARY LOGS"),
    ],
    "alice": [
        (1142, "CREATE TABLE mine.l LIKE secret.t"),
        (1142, "ALTER TABLE mine.t RENAME TO secret.t9"),
        (1142, "RENAME TABLE mine.t TO secret.t9"),
        (1142, "RENAME TABLE secret.t TO mine.t9"),
        (1142, "CREATE TABLE mine.fk (a INT PRIMARY KEY, FOREIGN KEY (a) REFERENCES secret.t (id))"),
        (1142, "ALTER TABLE mine.t ADD FOREIGN KEY (id) REFERENCES secret.t (id)"),
        (1142, "INSERT INTO mine.t SELECT * FROM secret.t"),
        (1142, "UPDATE mine.t SET v = (SELECT v FROM secret.t)"),
        (1142, "SET @a = (SELECT v FROM secret.t)"),
        (1044, "GRANT SELECT ON mine.* TO nobody"),
    ],
}


@pytest.fixture(scope="module")
def accounts(node):
    connection = node.connect()
    with connection.cursor() as cursor:
        for statement in SETUP:
            cursor.execute(statement)
    connection.close()
    return node


@pytest.mark.parametrize("user", REFUSED)
def test_what_is_not_granted_is_refused(accounts, user):
    connection = pymysql.connect(host="127.0.0.1", port=accounts.port, user=user, autocommit=True)
    answers = []
    with connection.cursor() as cursor:
        for wanted, statement in REFUSED[user]:
            code = 0
            try:
                cursor.execute(statement)
            except pymysql.MySQLError as error:
                code = error.args[0]
            if code != wanted:
                answers.append((statement, code, wanted))
    connection.close()
    assert answers == []


def test_a_view_over_a_foreign_table_shows_nothing(accounts):
    connection = pymysql.connect(host="127.0.0.1", port=accounts.port, user="alice", autocommit=True)
    with connection.cursor() as cursor, pytest.raises(pymysql.MySQLError):
        cursor.execute("CREATE VIEW mine.v AS SELECT * FROM secret.t")
        cursor.execute("SELECT * FROM mine.v")
    connection.close()
