"""Client sessions whose statements can be left waiting: `start()` runs one in a thread, `result()` awaits its end."""
import threading

import pymysql

from cluster import wait_until


class Session:
    def __init__(self, node, database=None, **options):
        self.node = node
        self.connection = node.connect(database=database, **options)
        self.id = self.connection.thread_id()
        self._thread = None
        self._outcome = None

    def run(self, sql):
        """Rows, or the number of changed rows of a statement without rows."""
        with self.connection.cursor() as cursor:
            count = cursor.execute(sql)
            return cursor.fetchall() if cursor.description else count

    def error(self, sql):
        """The number of the statement's error; 0 when there is none."""
        try:
            self.run(sql)
        except pymysql.Error as error:
            return error.args[0]
        return 0

    def message(self, sql):
        try:
            self.run(sql)
        except pymysql.Error as error:
            return error.args[1]
        return ""

    def value(self, sql):
        return self.run(sql)[0][0]

    def start(self, sql):
        """Runs the statement elsewhere; it is expected to wait for something."""
        def work():
            try:
                self._outcome = ("rows", self.run(sql))
            except pymysql.Error as error:
                self._outcome = ("error", error.args[0])
        self._outcome = None
        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()
        wait_until(self.is_running, f"{sql} runs or is over", 10)

    def is_running(self):
        if self._outcome is not None:
            return True
        return self.node.scalar(f"SELECT COMMAND FROM information_schema.processlist WHERE ID = {self.id}") == "Query"

    @property
    def waits(self):
        """The started statement has no answer. A look at one moment: await it to see that something ends a wait."""
        self._thread.join(0.3)
        return self._thread.is_alive()

    def result(self, seconds=20):
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "the statement still waits"
        kind, value = self._outcome
        return value if kind == "rows" else f"error {value}"

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
