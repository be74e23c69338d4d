"""Statements with a real MySQL's answers: recordings/answers/NAME.sql has the statements, NAME.json what MySQL 9.7 said.

    recorded_answers.py record --mysql 127.0.0.1:26801 [--ours HOST:PORT]

records all files again. A line that begins with `#` is a statement that we are known to answer otherwise; with --ours the marks are
made anew. `test_recorded_answers.py` replays everything that is not marked.
"""
import argparse
import json
import pathlib

import pymysql

FOLDER = pathlib.Path(__file__).resolve().parent / "recordings" / "answers"


def statements(name):
    """(statement, whether we are known to differ), in order."""
    for line in (FOLDER / f"{name}.sql").read_text().splitlines():
        line = line.strip()
        if line:
            yield line.lstrip("# ").rstrip(";"), line.startswith("#")


def names():
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


class Replay:
    """A connection of its own database, and what it answers, as JSON can hold it."""

    def __init__(self, host, port):
        self.connection = pymysql.connect(host=host, port=port, user="root", autocommit=True, conv={}, use_unicode=False)
        self.cursor = self.connection.cursor()
        for sql in ("DROP DATABASE IF EXISTS answers", "CREATE DATABASE answers", "USE answers"):
            self.cursor.execute(sql)

    def answer(self, sql):
        try:
            self.cursor.execute(sql)
        except pymysql.Error as error:
            return {"error": error.args[0], "text": error.args[1]}
        rows = [[value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value for value in row]
                for row in self.cursor.fetchall()]
        return {"rows": rows if " ORDER BY " in sql.upper() else sorted(rows, key=str)}

    def close(self):
        self.cursor.execute("DROP DATABASE answers")
        self.connection.close()


def record(mysql, ours):
    for name in names():
        theirs, mine = Replay(*mysql), Replay(*ours) if ours else None
        answers, lines = [], []
        for sql, is_known in statements(name):
            answer = theirs.answer(sql)
            answers.append([sql, answer])
            if mine:
                is_known = mine.answer(sql) != answer
            lines.append(("# " if is_known else "") + sql)
        (FOLDER / f"{name}.sql").write_text("\n".join(lines) + "\n")
        (FOLDER / f"{name}.json").write_text("[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in answers) + "\n]\n")
        print(f"{name}: {len(lines)} statements, {sum(line.startswith('#') for line in lines)} known to differ")
        theirs.close()
        if mine:
            mine.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("action", choices=["record"])
    parser.add_argument("--mysql", required=True)
    parser.add_argument("--ours")
    options = parser.parse_args()

    def address(text):
        host, port = text.rsplit(":", 1)
        return host, int(port)

    record(address(options.mysql), options.ours and address(options.ours))


if __name__ == "__main__":
    main()
