"""What setting each system variable takes, recorded from a real MySQL (variable_privileges.txt).

    variable_privileges.py PORT     records from the MySQL at 127.0.0.1:PORT (root, no password)

A line is `variable  scope  account  answer`: `SET scope variable = DEFAULT` said by an account with that one privilege
(`USAGE`: none). The answer is `1227 names of the privileges`, another error's number, or `ok`. An account with a privilege
is asked only for the session's value of what USAGE may not set.
"""
import pathlib
import re
import sys

import pymysql

RECORDED = pathlib.Path(__file__).parent / "variable_privileges.txt"
SCOPES = ["SESSION", "GLOBAL", "PERSIST", "PERSIST_ONLY"]
ACCOUNTS = [
    "SESSION_VARIABLES_ADMIN", "SYSTEM_VARIABLES_ADMIN", "SUPER", "REPLICATION_APPLIER", "REPLICATION_SLAVE_ADMIN",
    "BINLOG_ADMIN", "PERSIST_RO_VARIABLES_ADMIN",
]


def connect(port, user="root"):
    return pymysql.connect(host="127.0.0.1", port=port, user=user, autocommit=True)


def account(port, privilege):
    """A connection of an account with one privilege."""
    user = "var_" + privilege.lower()[:20]
    root = connect(port)
    with root.cursor() as cursor:
        cursor.execute(f"DROP USER IF EXISTS {user}")
        cursor.execute(f"CREATE USER {user}")
        if privilege != "USAGE":
            cursor.execute(f"GRANT {privilege} ON *.* TO {user}")
    root.close()
    return connect(port, user)


def answer(connection, scope, variable):
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET {scope} {variable} = DEFAULT")
        return "ok"
    except pymysql.MySQLError as error:
        code, message = error.args[0], str(error.args[1])
        names = re.search(r"at least one of\) the (.*) privilege\(s\)", message)
        return f"{code} {names[1]}" if names else str(code)


def answers(port, names):
    lines = []
    restricted = []
    usage = account(port, "USAGE")
    for name in names:
        for scope in SCOPES:
            said = answer(usage, scope, name)
            lines.append(f"{name}  {scope}  USAGE  {said}")
            if scope == "SESSION" and said.startswith("1227"):
                restricted.append(name)
    for privilege in ACCOUNTS:
        connection = account(port, privilege)
        lines += [f"{name}  SESSION  {privilege}  {answer(connection, 'SESSION', name)}" for name in restricted]
        connection.close()
    return lines


def names(port):
    connection = connect(port)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT VARIABLE_NAME FROM performance_schema.global_variables "
            "UNION SELECT VARIABLE_NAME FROM performance_schema.session_variables")
        return sorted(row[0].lower() for row in cursor.fetchall())


if __name__ == "__main__":
    port = int(sys.argv[1])
    RECORDED.write_text("\n".join(answers(port, names(port))) + "\n")
