"""Expired passwords restrict a session to setting a new one; locked accounts cannot log in; SET autocommit commits or fails."""
import pymysql
import pytest

from sessions import Session


CAN_HANDLE_EXPIRED_PASSWORDS = 1 << 22


class Quiet(pymysql.Connection):
    """Says nothing after the login."""

    def set_character_set(self, charset, collation=None):
        pass


@pytest.fixture
def user(node):
    node.query("DROP USER IF EXISTS guest")
    node.query("CREATE USER guest IDENTIFIED BY 'one'")
    yield node


def test_an_expired_password_must_be_changed_first(user):
    with Session(user, user="guest", password="one") as open_session:
        user.query("ALTER USER guest PASSWORD EXPIRE")
        assert open_session.error("SELECT 1") == 0, "sessions that are open go on"
        assert user.scalar("SELECT password_expired FROM mysql.user WHERE User = 'guest'") == "Y"
    # The default: a client that cannot handle it is sent away. PyMySQL is one.
    with pytest.raises(pymysql.Error) as raised:
        Session(user, user="guest", password="one")
    assert raised.value.args[0] == 1862


def test_the_restricted_session_is_free_after_a_new_password(user):
    user.query("ALTER USER guest PASSWORD EXPIRE")
    connection = Quiet(
        host="127.0.0.1", port=user.port, user="guest", password="one", autocommit=None,
        client_flag=CAN_HANDLE_EXPIRED_PASSWORDS)
    cursor = connection.cursor()

    def error(sql):
        try:
            cursor.execute(sql)
        except pymysql.Error as failure:
            return failure.args[0]
        return 0

    assert error("SELECT 1") == 1820
    assert error("USE mysql") == 1820
    assert error("SHOW DATABASES") == 1820
    assert error("CREATE DATABASE zz") == 1820
    assert error("ALTER USER root@localhost IDENTIFIED BY 'x'") in (1820, 1227)
    # Not even this, which is why clients that say SET NAMES first (MySQL's connector for Python is one) do not come in.
    assert error("SET @a = 1") == 1820
    assert error("ALTER USER USER() IDENTIFIED BY 'two'") == 0
    assert error("SELECT 1") == 0
    connection.close()
    with Session(user, user="guest", password="two") as again:
        assert again.value("SELECT 1") == 1


def test_locked_accounts_cannot_log_in(user):
    user.query("ALTER USER guest ACCOUNT LOCK")
    with pytest.raises(pymysql.Error) as raised:
        Session(user, user="guest", password="one")
    assert raised.value.args[0] == 3118
    user.query("ALTER USER guest ACCOUNT UNLOCK")
    with Session(user, user="guest", password="one") as session:
        assert session.error("SET sql_log_bin = 0") == 1227
