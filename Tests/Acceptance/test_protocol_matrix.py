"""Every packet of every command, under every set of capability flags that could matter, is as the recorded MySQL's."""
import protocol_matrix
from protocol_client import Client, flags_of
from protocol_matrix import FULL, Player


def test_packets_are_as_mysql_sends_them(node):
    theirs = protocol_matrix.load()
    present = set(protocol_matrix.lines(protocol_matrix.differences(theirs, Player(node.port).all())))
    listed = set(protocol_matrix.known())
    new, gone = sorted(present - listed), sorted(listed - present)
    assert not new, f"{len(new)} new differences:\n" + "\n".join(new[:50])
    assert not gone, (
        f"{len(gone)} listed differences are no more (protocol_matrix.py replay --write takes them off):\n" + "\n".join(gone[:50]))


def test_a_cursor_of_many_rows_spills_to_disk_and_gives_them_all(node):
    """`tmp_table_size` is far below what the cursor holds; the session's memory stays below its limit."""
    node.query("SET GLOBAL tmp_table_size = 1048576")
    client = Client(node.port, flags_of(FULL))
    try:
        assert client.login()[-1].startswith("OK")
        client.query("SET cte_max_recursion_depth = 100000")
        client.command(
            "stmt_prepare",
            b"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i, REPEAT('x', 200) FROM n")
        assert client.execute(0, cursor=1)[-1] == "OK(fe) rows=0 id=0 status=autocommit|cursor warnings=0"
        rows = []
        while True:
            lines = client.fetch(0, 7000)
            rows += lines[:-1]
            # Other statements run in between.
            assert client.query("SELECT 1")[-1].startswith("OK(fe)")
            if "last_row" in lines[-1]:
                break
        assert len(rows) == 50_000
        assert [int.from_bytes(bytes.fromhex(row.split()[1])[2:6], "little") for row in rows[::9999]] == list(range(1, 50_001, 9999))
        assert client.fetch(0, 1)[-1].startswith("ERR 1421")
    finally:
        client.close()
        node.query("SET GLOBAL tmp_table_size = DEFAULT")
