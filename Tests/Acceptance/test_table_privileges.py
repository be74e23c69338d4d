"""Privileges on tables, columns and views: what MySQL answers, statement by statement (table_privileges.py)."""
import table_privileges
from table_privileges import GROUND, ask, connect

# Where an answer is ours on purpose: MySQL compares columns by USING and NATURAL without asking for them, we do not.
STRICTER = [
    "SELECT a.id FROM tp.t a JOIN tp.t b USING (pw)",
    "SELECT 1 FROM tp.t a NATURAL JOIN tp.t b",
]


def test_each_statement_answers_as_mysql_does(node):
    recorded = table_privileges.RECORDED.read_text().splitlines()
    present = [line.replace("\n", " ") for line in table_privileges.answers(node.port)]
    assert len(recorded) == len(present)
    differences = [pair for pair in zip(recorded, present) if pair[0] != pair[1]]
    assert differences == []


def test_columns_that_a_join_compares_must_be_readable(node):
    root = connect(node.port)
    for statement in GROUND + ["GRANT SELECT (id, pub) ON tp.t TO tpu"]:
        assert ask(root, statement) == "ok"
    user = connect(node.port, "tpu")
    for statement in STRICTER:
        assert ask(user, statement) == "1143 SELECT command denied to user 'tpu'@'localhost' for column 'pw' in table 't'"


def said(connection, statement):
    return ask(connection, statement).split()[0]


def test_what_was_allowed_is_refused_at_once_when_it_is_revoked(node):
    root = connect(node.port)
    for statement in GROUND + ["DROP ROLE IF EXISTS tpr", "CREATE ROLE tpr", "GRANT SELECT ON tp.t TO tpr", "GRANT tpr TO tpu"]:
        assert ask(root, statement) == "ok"
    user = connect(node.port, "tpu")
    query = "SELECT pw FROM tp.t WHERE id = 1"
    assert ask(user, "SET ROLE tpr") == "ok"
    for _ in range(3):
        assert said(user, query) == "ok"
    assert ask(user, f"PREPARE p FROM '{query}'") == "ok"
    assert said(user, "EXECUTE p") == "ok"
    # The role is put down and taken up again.
    assert ask(user, "SET ROLE NONE") == "ok"
    assert (said(user, query), said(user, "EXECUTE p")) == ("1142", "1142")
    assert ask(user, "SET ROLE tpr") == "ok"
    assert (said(user, query), said(user, "EXECUTE p")) == ("ok", "ok")
    # One column of it is left.
    assert ask(root, "REVOKE SELECT ON tp.t FROM tpr") == "ok"
    assert ask(root, "GRANT SELECT (id) ON tp.t TO tpr") == "ok"
    assert (said(user, query), said(user, "EXECUTE p")) == ("1143", "1143")
    assert ask(root, "GRANT SELECT (pw) ON tp.t TO tpr") == "ok"
    assert (said(user, query), said(user, "EXECUTE p")) == ("ok", "ok")
    # The role itself goes.
    assert ask(root, "DROP ROLE tpr") == "ok"
    assert (said(user, query), said(user, "EXECUTE p")) == ("1142", "1142")


def test_plans_of_changes_ask_again_too(node):
    root = connect(node.port)
    for statement in GROUND + ["GRANT SELECT, INSERT, UPDATE, DELETE ON tp.t TO tpu"]:
        assert ask(root, statement) == "ok"
    user = connect(node.port, "tpu")
    changes = {
        "INSERT": "INSERT INTO tp.t (id) VALUES ({})",
        "UPDATE": "UPDATE tp.t SET pub = 'u' WHERE id = {}",
        "DELETE": "DELETE FROM tp.t WHERE id = {}",
    }
    for number in range(3):
        for statement in changes.values():
            assert said(user, statement.format(100 + number)) == "ok"
    for privilege, statement in changes.items():
        assert ask(root, f"REVOKE {privilege} ON tp.t FROM tpu") == "ok"
        assert said(user, statement.format(200)) == "1142"


def test_a_definers_loss_is_the_views(node):
    root = connect(node.port)
    for statement in GROUND + [
        "GRANT SELECT ON tp.t TO tpd", "CREATE DEFINER = tpd VIEW tpv.d AS SELECT id FROM tp.t", "GRANT SELECT ON tpv.d TO tpu",
    ]:
        assert ask(root, statement) == "ok"
    user = connect(node.port, "tpu")
    for _ in range(3):
        assert said(user, "SELECT * FROM tpv.d") == "ok"
    assert ask(root, "REVOKE SELECT ON tp.t FROM tpd") == "ok"
    assert said(user, "SELECT * FROM tpv.d") == "1356"
    assert ask(root, "DROP USER tpd") == "ok"
    assert said(user, "SELECT * FROM tpv.d") == "1045"
    assert said(root, "SELECT * FROM tpv.d") == "1449"
