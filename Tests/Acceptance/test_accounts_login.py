"""What an account demands at its login acts: certificates, failed logins, hourly limits, hosts, proxies, init_connect."""
import ssl
import subprocess
import time

import pymysql
import pytest
from pymysql.constants import CLIENT

from cluster import wait_until
from sessions import Session

SUBJECT = "/C=SE/CN=good client"


def openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(node, tmp_path_factory):
    """A client's certificate that the server's own authority signed, and one that nobody did."""
    directory = tmp_path_factory.mktemp("certificates")
    node.query("SELECT 1")
    data = node.datadir
    with Session(node, ssl={"ssl": {}}):
        pass  # the server has made its files
    for name, subject, authority in (("good", SUBJECT, True), ("stray", "/CN=stray", False)):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.req", "-subj", subject,
                cwd=directory)
        if authority:
            openssl("x509", "-req", "-in", f"{name}.req", "-CA", str(data / "ca.pem"), "-CAkey", str(data / "ca-key.pem"),
                    "-set_serial", "77", "-days", "2", "-out", f"{name}.pem", cwd=directory)
        else:
            openssl("x509", "-req", "-in", f"{name}.req", "-signkey", f"{name}.key", "-days", "2", "-out", f"{name}.pem",
                    cwd=directory)
    return directory


def login(node, user, password="p", certificate=None, directory=None, tls=True):
    """0, or the number of the error; 'refused' when the handshake itself fails."""
    options = {"ssl_disabled": True}
    if tls:
        del options["ssl_disabled"]
        options["ssl"] = {"ssl": {}}
    if certificate:
        options["ssl"] = {"cert": str(directory / f"{certificate}.pem"), "key": str(directory / f"{certificate}.key")}
    try:
        with Session(node, user=user, password=password, **options) as session:
            session.value("SELECT 1")
        return 0
    except pymysql.Error as error:
        return error.args[0] if error.args[0] not in (2003, 2006, 2013) else "refused"
    except ssl.SSLError:
        return "refused"


def issuer(node):
    text = subprocess.run(
        ["openssl", "x509", "-in", str(node.datadir / "ca.pem"), "-noout", "-subject", "-nameopt", "compat"],
        check=True, capture_output=True, text=True).stdout.strip()
    return text.removeprefix("subject=").strip()


@pytest.fixture
def user(node):
    node.query("DROP USER IF EXISTS guest")
    yield node
    for name, value in [("init_connect", "''"), ("max_user_connections", 0), ("check_proxy_users", 0),
                        ("caching_sha2_password_proxy_users", 0)]:
        node.query(f"SET GLOBAL {name} = {value}")


def test_x509_takes_any_certificate_that_was_signed(user, certificates):
    user.query("CREATE USER guest IDENTIFIED BY 'p' REQUIRE X509")
    assert login(user, "guest", tls=False) == 1045
    assert login(user, "guest") == 1045
    assert login(user, "guest", certificate="good", directory=certificates) == 0
    assert login(user, "guest", certificate="stray", directory=certificates) == "refused"


def test_subject_issuer_and_cipher_must_be_the_ones_that_are_named(user, certificates):
    user.query(f"CREATE USER guest IDENTIFIED BY 'p' REQUIRE SUBJECT '{SUBJECT}' AND ISSUER '{issuer(user)}'")
    assert login(user, "guest") == 1045
    assert login(user, "guest", certificate="good", directory=certificates) == 0
    user.query("ALTER USER guest REQUIRE SUBJECT '/CN=other'")
    assert login(user, "guest", certificate="good", directory=certificates) == 1045
    user.query("ALTER USER guest REQUIRE ISSUER '/CN=other'")
    assert login(user, "guest", certificate="good", directory=certificates) == 1045
    with Session(user, ssl={"ssl": {}}) as session:
        cipher = session.run("SHOW SESSION STATUS LIKE 'Ssl_cipher'")[0][1]
    user.query(f"ALTER USER guest REQUIRE CIPHER '{cipher}'")
    assert login(user, "guest", tls=False) == 1045
    assert login(user, "guest") == 0
    user.query("ALTER USER guest REQUIRE CIPHER 'NOSUCH'")
    assert login(user, "guest") == 1045


def test_failed_logins_block_the_account_until_it_is_unlocked(user):
    user.query("CREATE USER guest IDENTIFIED BY 'p' FAILED_LOGIN_ATTEMPTS 2 PASSWORD_LOCK_TIME 3")
    assert [login(user, "guest", "wrong"), login(user, "guest", "wrong"), login(user, "guest")] == [1045, 3955, 3955]
    user.query("ALTER USER guest ACCOUNT UNLOCK")
    assert [login(user, "guest", "wrong"), login(user, "guest"), login(user, "guest", "wrong")] == [1045, 0, 1045]
    assert login(user, "guest") == 0
    user.query("ALTER USER guest PASSWORD_LOCK_TIME UNBOUNDED")
    assert [login(user, "guest", "wrong"), login(user, "guest", "wrong"), login(user, "guest")] == [1045, 3955, 3955]
    user.query("FLUSH PRIVILEGES")
    assert login(user, "guest") == 0


def test_hourly_limits(user):
    user.query("CREATE USER guest IDENTIFIED BY 'p' WITH MAX_QUERIES_PER_HOUR 4")
    with Session(user, user="guest", password="p") as session:
        errors = [session.error("SELECT 1") for _ in range(5)]
        assert errors[0] == 0 and errors[-1] == 1226
        user.query("FLUSH USER_RESOURCES")
        assert session.error("SELECT 1") == 0
    user.query("ALTER USER guest WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 1")
    user.query("CREATE DATABASE IF NOT EXISTS guests")
    user.query("GRANT ALL ON guests.* TO guest")
    with Session(user, user="guest", password="p") as session:
        assert session.error("CREATE TABLE guests.t (id INT PRIMARY KEY)") == 0
        assert session.error("INSERT INTO guests.t VALUES (1)") == 1226
        assert session.error("SELECT 1") == 0
    user.query("DROP DATABASE guests")
    user.query("ALTER USER guest WITH MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 2")
    assert [login(user, "guest") for _ in range(3)] == [0, 0, 1226]


def test_connections_at_a_time(user):
    user.query("CREATE USER guest IDENTIFIED BY 'p' WITH MAX_USER_CONNECTIONS 1")
    with Session(user, user="guest", password="p") as session:
        assert session.value("SELECT @@max_user_connections") == 1
        assert session.error("SET SESSION max_user_connections = 5") == 1621
        assert login(user, "guest") == 1226
    user.query("ALTER USER guest WITH MAX_USER_CONNECTIONS 0")
    user.query("SET GLOBAL max_user_connections = 1")
    with Session(user, user="guest", password="p"):
        assert login(user, "guest") == 1203


def test_two_passwords_at_a_time(user):
    user.query("CREATE USER guest IDENTIFIED BY 'one'")
    user.query("ALTER USER guest IDENTIFIED BY 'two' RETAIN CURRENT PASSWORD")
    assert [login(user, "guest", "one"), login(user, "guest", "two"), login(user, "guest", "x")] == [0, 0, 1045]
    user.query("ALTER USER guest DISCARD OLD PASSWORD")
    assert [login(user, "guest", "one"), login(user, "guest", "two")] == [1045, 0]


def test_the_present_password_may_have_to_be_named(user):
    user.query("CREATE USER guest IDENTIFIED BY 'one' PASSWORD REQUIRE CURRENT")
    with Session(user, user="guest", password="one") as session:
        assert session.error("SET PASSWORD = 'two'") == 3892
        assert session.error("SET PASSWORD = 'two' REPLACE 'wrong'") == 3891
        assert session.error("SET PASSWORD = 'two' REPLACE 'one'") == 0
    assert login(user, "guest", "two") == 0


@pytest.mark.parametrize("plugin", ["caching_sha2_password", "sha256_password"])
@pytest.mark.parametrize("tls", [True, False])
def test_each_plugin_proves_a_password_with_and_without_tls(user, plugin, tls):
    user.query(f"CREATE USER guest IDENTIFIED WITH {plugin} BY 'p'")
    assert login(user, "guest", tls=tls) == 0
    assert login(user, "guest", "wrong", tls=tls) == 1045


def test_mysql_native_password_is_no_more(user):
    with Session(user) as session:
        assert session.error("CREATE USER guest IDENTIFIED WITH mysql_native_password BY 'p'") == 1524
        session.run("CREATE USER guest IDENTIFIED BY 'p'")
        assert session.error("ALTER USER guest IDENTIFIED WITH mysql_native_password BY 'p'") == 1524
        assert session.error("SET GLOBAL authentication_policy = 'mysql_native_password,,'") == 1231
        assert session.error("SELECT @@default_authentication_plugin") == 1193
    # Who asks for it is told to switch; who knows no plugins has no way in.
    asking = user.connect(user="guest", password="p", defer_connect=True)
    asking._get_server_information = lambda get=asking._get_server_information: (get(), setattr(asking, "_auth_plugin_name", "mysql_native_password"))
    asking.connect()
    asking.close()
    old = user.connect(user="guest", password="p", defer_connect=True)
    old.client_flag &= ~CLIENT.PLUGIN_AUTH
    with pytest.raises(pymysql.Error) as refused:
        old.connect()
    assert refused.value.args[0] == 1251


def test_accounts_made_without_backslash_escapes_can_log_in(user):
    with Session(user) as session:
        session.run("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
        for _ in range(12):
            session.run("CREATE USER guest IDENTIFIED WITH sha256_password BY 'p'")
            assert login(user, "guest") == 0
            session.run("DROP USER guest")


def test_hosts_may_be_networks(user):
    for host in ["10.0.0.0/8", "127.0.0.0/255.0.0.0", "127.0.0.0/8"]:
        user.query(f"CREATE USER guest@'{host}' IDENTIFIED BY 'p'")
    with Session(user, user="guest", password="p") as session:
        assert session.value("SELECT CURRENT_USER()") == "guest@127.0.0.0/8"
    for host in ["10.0.0.0/8", "127.0.0.0/255.0.0.0", "127.0.0.0/8"]:
        user.query(f"DROP USER guest@'{host}'")


def test_a_proxy_has_the_other_accounts_privileges(user):
    user.query("DROP USER IF EXISTS stood_for")
    user.query("CREATE USER stood_for IDENTIFIED BY 't'")
    user.query("CREATE USER guest IDENTIFIED BY 'p'")
    user.query("GRANT PROXY ON stood_for TO guest")
    who = "SELECT USER(), CURRENT_USER(), @@proxy_user"
    with Session(user, user="guest", password="p") as session:
        assert session.run(who) == (("guest@localhost", "guest@%", None),)
    user.query("SET GLOBAL check_proxy_users = 1, GLOBAL caching_sha2_password_proxy_users = 1")
    with Session(user, user="guest", password="p") as session:
        assert session.run(who) == (("guest@localhost", "stood_for@%", "'guest'@'%'"),)
    user.query("DROP USER stood_for")


def test_init_connect_runs_for_ordinary_accounts(user):
    user.query("CREATE USER guest IDENTIFIED BY 'p'")
    user.query("SET GLOBAL init_connect = 'SET @x = 5'")
    with Session(user, user="guest", password="p") as session:
        assert session.value("SELECT @x") == 5
    assert user.scalar("SELECT @x") is None, "root administers connections"
    user.query("SET GLOBAL init_connect = 'garbage'")
    assert login(user, "guest") == 1184
    assert "init_connect command failed" in user.log()


def test_failed_logins_are_in_the_log_at_mysqls_verbosity(user):
    user.query("CREATE USER guest IDENTIFIED BY 'p'")
    login(user, "guest", "wrong")
    assert "[MY-010926]" not in user.log()
    user.query("SET GLOBAL log_error_verbosity = 3")
    login(user, "guest", "wrong")
    login(user, "nobody", "")
    user.query("ALTER USER guest ACCOUNT LOCK")
    login(user, "guest")
    user.query("SET GLOBAL log_error_verbosity = 2")
    log = user.log()
    assert "[Note] [MY-010926] [Server] Access denied for user 'guest'@'localhost' (using password: YES)" in log
    assert "[Note] [MY-010926] [Server] Access denied for user 'nobody'@'localhost' (using password: NO)" in log
    assert "[Note] [MY-010927] [Server] Access denied for user 'guest'@'localhost'. Account is locked." in log


def test_the_binary_log_has_hashes_only(user):
    user.query("CREATE USER guest IDENTIFIED BY 'p'")
    with Session(user) as session:
        log = session.run("SHOW BINARY LOGS")[-1][0]
        texts = [str(event[5]) for event in session.run(f"SHOW BINLOG EVENTS IN '{log}'")]
    assert not any("BY 'p'" in text for text in texts)
    assert any("CREATE USER 'guest'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '$A$00A$" in text for text in texts)


def test_passwords_are_secret_in_the_process_list(user):
    user.query("CREATE USER guest IDENTIFIED BY 'p'")
    with Session(user) as holder, Session(user) as session, Session(user) as other:
        holder.run("FLUSH TABLES WITH READ LOCK")
        session.start("ALTER USER guest IDENTIFIED BY 'topsecret'")
        shown = [row[7] for row in other.run("SHOW FULL PROCESSLIST") if row[0] == session.id]
        listed = other.run(f"SELECT PROCESSLIST_INFO FROM performance_schema.threads WHERE PROCESSLIST_ID = {session.id}")
        holder.run("UNLOCK TABLES")
        session.result()
    assert "topsecret" not in str(shown) + str(listed)
    assert shown == ["ALTER USER 'guest'@'%' IDENTIFIED BY <secret>"]


def test_kill_does_not_reach_system_users(user):
    user.query("DROP USER IF EXISTS killer")
    user.query("CREATE USER killer IDENTIFIED BY 'p'")
    user.query("GRANT CONNECTION_ADMIN ON *.* TO killer")
    user.query("CREATE USER guest IDENTIFIED BY 'p'")
    with Session(user) as root, Session(user, user="guest", password="p") as guest:
        with Session(user, user="killer", password="p") as killer:
            assert killer.error(f"KILL {root.id}") == 1095
            assert killer.error(f"KILL {guest.id}") == 0
        assert root.value("SELECT 1") == 1
    user.query("DROP USER killer")


def test_who_administers_the_server_is_in_the_log(user):
    user.query("UNINSTALL PLUGIN group_replication")
    user.query("INSTALL PLUGIN group_replication SONAME 'group_replication.so'")
    assert "Received UNINSTALL PLUGIN from user 'root'@'localhost'" in user.log()


def test_tls_is_made_anew_from_the_variables(user):
    def current(name):
        return user.scalar(f"SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = '{name}'")

    with Session(user) as root:
        for name, value in [("tls_version", "TLSv1.1"), ("ssl_cipher", "AES128-SHA"), ("tls_ciphersuites", "NOSUCH")]:
            assert root.error(f"SET GLOBAL {name} = '{value}'") == 1231
        root.run("SET GLOBAL tls_version = 'TLSv1.2'")
        assert current("Current_tls_version") == "TLSv1.2,TLSv1.3"
        root.run("ALTER INSTANCE RELOAD TLS")
        assert current("Current_tls_version") == "TLSv1.2"
        with Session(user, ssl={"ssl": {}}) as session:
            assert session.run("SHOW SESSION STATUS LIKE 'Ssl_version'")[0][1] == "TLSv1.2"
        root.run("SET GLOBAL tls_version = 'TLSv1.2,TLSv1.3'")
        root.run("SET GLOBAL ssl_cert = 'nosuch.pem'")
        assert root.error("ALTER INSTANCE RELOAD TLS") == 3888
        assert root.error("ALTER INSTANCE RELOAD TLS FOR CHANNEL mysql_admin") == 0
        assert root.error("ALTER INSTANCE RELOAD TLS FOR CHANNEL nosuch") == 1149
        root.run("SET GLOBAL ssl_cert = 'server-cert.pem'")
        root.run("ALTER INSTANCE RELOAD TLS FOR CHANNEL mysql_main")
        user.query("CREATE USER guest IDENTIFIED BY 'p'")
        with Session(user, user="guest", password="p") as guest:
            assert guest.error("ALTER INSTANCE RELOAD TLS") == 1227


def test_weak_ciphers_are_refused(user):
    for cipher in ["AES128-SHA", "AES256-SHA256", "CAMELLIA128-SHA", "ECDHE-RSA-AES128-SHA"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(cipher + ":@SECLEVEL=0")
        with pytest.raises((pymysql.Error, ssl.SSLError, OSError)):
            Session(user, ssl=context)


@pytest.fixture
def component(node):
    def install(name):
        node.query(f"INSTALL COMPONENT 'file://component_{name}'")
        installed.append(name)
    installed = []
    yield install
    for name in installed:
        node.query(f"UNINSTALL COMPONENT 'file://component_{name}'")


def test_validate_password_refuses_weak_passwords(user, component):
    with Session(user) as root:
        assert root.error("SELECT @@validate_password.length") == 1193
        assert root.value("SELECT VALIDATE_PASSWORD_STRENGTH('Abcdefg1!')") == 0
        component("validate_password")
        assert root.run("SELECT component_urn FROM mysql.component") == (("file://component_validate_password",),)
        for password in ["short", "longenough", "LongEnough1"]:
            assert root.error(f"CREATE USER guest IDENTIFIED BY '{password}'") == 1819
        assert root.error("CREATE USER guest") == 1819
        assert root.error("CREATE USER guest IDENTIFIED BY 'LongEnough1!'") == 0
        assert root.error("SET PASSWORD FOR guest = 'short'") == 1819
        strengths = [root.value(f"SELECT VALIDATE_PASSWORD_STRENGTH('{text}')")
                     for text in ("a", "abcd", "abcdefgh", "Abcdefg1", "Abcdefg1!")]
        assert strengths == [0, 25, 50, 50, 100]
        root.run("SET GLOBAL validate_password.length = 2")
        assert root.value("SELECT @@validate_password.length") == 4
        assert root.error("SET GLOBAL validate_password.policy = 5") == 1231
        root.run("SET GLOBAL validate_password.policy = LOW")
        assert root.error("ALTER USER guest IDENTIFIED BY 'long'") == 0
        assert root.error("ALTER USER root@localhost IDENTIFIED BY 'root'") == 1819, "the session's own name"
        assert root.error("INSTALL COMPONENT 'file://component_validate_password'") == 3529
    assert user.scalar("SELECT COUNT(*) FROM performance_schema.global_variables WHERE VARIABLE_NAME LIKE 'validate_p%'") == 8


def test_components_last_over_a_restart_and_others_are_refused(user):
    user.query("INSTALL COMPONENT 'file://component_validate_password' SET GLOBAL validate_password.length = 12")
    with Session(user) as root:
        assert root.value("SELECT @@validate_password.length") == 12
        assert root.error("INSTALL COMPONENT 'file://component_nosuch'") == 1126
        assert root.error("INSTALL COMPONENT 'component_nosuch'") == 3527
        assert root.error("INSTALL COMPONENT 'x://component_nosuch'") == 3528
        assert root.error("UNINSTALL COMPONENT 'file://component_nosuch'") == 3537
    user.stop()
    user.start()
    with Session(user) as root:
        assert root.value("SELECT @@validate_password.length") == 8
        root.run("UNINSTALL COMPONENT 'file://component_validate_password'")
        assert root.error("UNINSTALL COMPONENT 'file://component_validate_password'") == 3537
        root.run("CREATE USER guest IDENTIFIED BY 'p'")
    with Session(user, user="guest", password="p") as guest:
        assert guest.error("INSTALL COMPONENT 'file://component_validate_password'") == 1142
        assert guest.error("UNINSTALL COMPONENT 'file://component_validate_password'") == 1142


def test_connection_control_delays_answers_after_failures(user, component):
    component("connection_control")
    user.query("CREATE USER guest IDENTIFIED BY 'p'")
    user.query("SET GLOBAL component_connection_control.failed_connections_threshold = 1")
    with Session(user) as root:
        assert root.error("SET GLOBAL component_connection_control.min_connection_delay = 1") == 1231

    def seconds(password):
        start = time.monotonic()
        login(user, "guest", password)
        return time.monotonic() - start

    assert seconds("wrong") < 0.9
    assert seconds("wrong") >= 1.0
    assert seconds("p") >= 2.0, "the right password waits too"
    assert seconds("p") < 0.9


def test_every_member_has_the_same_accounts(group):
    primary = group.primary()
    with Session(primary) as root:
        root.run("CREATE USER guest IDENTIFIED BY 'one' REQUIRE SUBJECT '/CN=x' PASSWORD HISTORY 3 FAILED_LOGIN_ATTEMPTS 2 "
                 "PASSWORD_LOCK_TIME 1 COMMENT 'it''s \\\\ here'")
        root.run("SET GLOBAL password_reuse_interval = 5, GLOBAL partial_revokes = ON")
        root.run("SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'")
        root.run("ALTER USER guest IDENTIFIED BY 'two' RETAIN CURRENT PASSWORD REQUIRE NONE")
        root.run("GRANT SELECT, INSERT ON *.* TO guest")
        root.run("REVOKE INSERT ON accounts.* FROM guest")
        assert root.error("ALTER USER guest IDENTIFIED BY 'one'") == 3638
    questions = ["SHOW CREATE USER guest", "SHOW GRANTS FOR guest", "SELECT Password FROM mysql.password_history",
                 "SELECT User_attributes FROM mysql.user WHERE User = 'guest'"]
    wanted = [primary.query(sql) for sql in questions]
    assert len(wanted[2]) == 2
    for member in group.nodes:
        wait_until(lambda: [member.query(sql) for sql in questions] == wanted, "the same accounts")
        assert login(member, "guest", "one") == 0
        assert login(member, "guest", "two") == 0
