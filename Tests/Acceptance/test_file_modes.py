"""Nobody but the server's user, and its group for reading, has access to what a server writes."""
import stat

from cluster import Group


def loose(directory):
    """What others have access to, or a key that the group has access to."""
    found = []
    for path in [directory, *directory.rglob("*")]:
        mode = path.lstat().st_mode
        if stat.S_ISSOCK(mode) or path == directory:
            continue  # whoever reaches the socket still has to log in, as in MySQL
        is_secret = path.name.endswith("key.pem") and path.name != "public_key.pem" or path.name == "recovery_channel"
        limit = 0o750 if stat.S_ISDIR(mode) else 0o600 if is_secret else 0o640
        if stat.S_IMODE(mode) & ~limit:
            found.append((path.name, oct(stat.S_IMODE(mode))))
    return found


def test_a_running_servers_files_are_closed_to_others(tmp_path):
    with Group(1, directory=tmp_path / "group") as group:
        node = group.nodes[0]
        node.prefix = ["sh", "-c", 'umask 0; exec "$@"', "sh"]
        # Made by somebody else, open to all.
        node.datadir.mkdir(parents=True)
        node.datadir.chmod(0o777)
        group.start()
        for sql in (
            "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY)", "INSERT INTO d.t VALUES (1)",
            "SET PERSIST max_connections=200", "FLUSH BINARY LOGS",
        ):
            node.query(sql)
        names = {path.name for path in node.datadir.rglob("*")}
        assert {"grouplite.db", "grouplite.db-wal", "grouplite.db-shm", "auto.cnf", "mysqld-auto.cnf", "binlog.000002"} <= names
        assert any(name.endswith(".pid") for name in names)
        assert loose(node.datadir) == []
        node.stop()
        for path in node.datadir.rglob("*"):
            path.chmod(0o777)
        node.start()
        assert loose(node.datadir) == []
