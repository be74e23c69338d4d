"""Every action of the privilege matrix, under every grant that could matter, answers as the recorded MySQL does."""
import privilege_matrix
from privilege_matrix import Matrix


def cells(lines):
    """(action, theirs, ours, grant) of each line of differences."""
    found = set()
    for line in lines:
        action, theirs, ours, grants = line.split("  ||  ")
        found |= {(action, theirs, ours, grant) for grant in grants.split("; ")}
    return found


def test_what_each_account_may_do_is_what_mysql_lets_it_do(node):
    actions, theirs = privilege_matrix.load()
    ours = Matrix(node.port).all(actions)
    present = cells(privilege_matrix.differences(actions, theirs, ours))
    listed = cells(privilege_matrix.known())
    new = sorted(present - listed)
    gone = sorted(listed - present)
    assert not new, f"{len(new)} new differences:\n" + "\n".join("  ||  ".join(cell) for cell in new[:50])
    assert not gone, (
        f"{len(gone)} listed differences are no more (privilege_matrix.py replay --write takes them off):\n"
        + "\n".join("  ||  ".join(cell) for cell in gone[:50]))


def test_grants_are_read_as_they_are_written():
    matrix = Matrix.__new__(Matrix)
    said = []
    matrix.root = type("Root", (), {"query": lambda _, sql: said.append(sql)})()
    matrix.grant("setrole: SELECT(id)@pm.t + UPDATE@pm.t + ALL@* - SUPER@*", "m1")
    assert said == [
        "CREATE ROLE rm1", "GRANT SELECT(id), UPDATE ON pm.t TO rm1", "GRANT ALL ON *.* TO rm1", "REVOKE SUPER ON *.* FROM rm1",
        "GRANT rm1 TO m1"]


def test_an_unsupported_statement_agrees_only_where_mysql_allows_it():
    missing = "1235 42000 This version of MySQL doesn't yet support 'x'"
    assert privilege_matrix.agree("ok", missing)
    assert not privilege_matrix.agree("1142 42000 SELECT command denied", missing)
    assert not privilege_matrix.agree("ok", "1142 42000 SELECT command denied")
