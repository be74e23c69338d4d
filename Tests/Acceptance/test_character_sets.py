"""Character sets and collations as a real MySQL 9.7 has them: what goes in and comes out of connections of many sets, what fits
into columns, what is equal and what comes first.

`python test_character_sets.py HOST PORT` records the answers of a real MySQL in recordings/character_sets.json."""
import json
import pathlib
import sys

import pymysql

RECORDING = pathlib.Path(__file__).parent / "recordings" / "character_sets.json"
SCHEMA = "charset_answers"

TEXTS = {
    "latin1": "Größe €", "latin2": "żółć", "cp1250": "Příliš", "cp1251": "Съешь ё", "koi8r": "Проба", "koi8u": "Їжак",
    "greek": "Ωμέγα", "hebrew": "שלום", "tis620": "ไทย", "cp1256": "سلام", "latin5": "ışık", "latin7": "ąčęė", "cp850": "ñü½",
    "macroman": "naïve…", "gbk": "中文誰縗", "gb2312": "中文", "gb18030": "中文𠀀é", "big5": "中文許功蓋", "sjis": "日本ソ表ｱ", "cp932": "日本①高",
    "ujis": "日本丂", "eucjpms": "日本①", "euckr": "한국어", "utf8mb3": "añ日", "utf8mb4": "a😀",
}
CODECS = {
    "latin1": "cp1252", "latin2": "iso8859_2", "latin5": "iso8859_9", "latin7": "iso8859_13", "greek": "iso8859_7",
    "hebrew": "iso8859_8", "koi8r": "koi8_r", "koi8u": "koi8_u", "tis620": "tis_620", "macroman": "mac_roman", "ujis": "euc_jp",
    "eucjpms": "cp932", "euckr": "euc_kr", "sjis": "shift_jis", "utf8mb3": "utf-8", "utf8mb4": "utf-8",
}
WORDS = (
    "a A á à â ã ä å æ ç c C č ć ch Ch CH cH d đ ð dz dž dzs e é è ë ē ę f g gy h i í ı I İ j k l ll LL lj ł ly m n ñ nj ny o ó ö "
    "ô õ ő ø oe œ p q r ř s ss ß š ś sz t th þ ty u ú ü ű v w x y ý z ź ż ž zs aa AA Aa 1 10 2 _ - а б в ё е ж я α β ω 中 文 一 あ ア "
    "か カー 日本 ㅎ 한 국 ไ ก เก 😀 z\u0301 e\u0301"
).split()


def statements():
    """Kind, then statements in bytes, each on a connection of its own that begins in utf8mb4."""
    for name, text in TEXTS.items():
        raw = text.encode(CODECS.get(name, name)) if name != "eucjpms" else bytes.fromhex("c6fccbdcada1")
        yield "connection " + name, [
            b"SET NAMES " + name.encode(),
            b"SELECT HEX(CONVERT('" + raw + b"' USING utf8mb4)), HEX('" + raw + b"'), LENGTH('" + raw + b"'), CHAR_LENGTH('" + raw + b"')",
            b"SELECT '" + raw + b"' AS `" + raw + b"`",
            b"SELECT _" + name.encode() + b"'" + raw + b"' AS x",
            b"SELECT `" + raw + b"`",
            b"SELECT @@character_set_client, @@character_set_connection, @@character_set_results, @@collation_connection",
            b"SET NAMES utf8mb4",
            b"SELECT _" + name.encode() + b" x'" + raw.hex().encode() + b"'",
            f"SELECT HEX(CONVERT('{text}' USING {name})), HEX(CONVERT('a日é中Ж' USING {name})), HEX(CAST('{text}' AS CHAR CHARACTER SET {name}))".encode(),
        ]
    for name in ("ucs2", "utf16", "utf16le", "utf32", "nonsense"):
        yield "refused " + name, [f"SET NAMES {name}".encode(), f"SET character_set_client = {name}".encode()]
    yield "columns", [
        ("CREATE TABLE texts (id INT PRIMARY KEY, " + ", ".join(f"c_{n} VARCHAR(20) CHARACTER SET {n}" for n in TEXTS) + ")").encode(),
        ("INSERT INTO texts VALUES (1, " + ", ".join(f"'{t}'" for t in TEXTS.values()) + ")").encode(),
        ("SELECT " + ", ".join(f"c_{n}" for n in TEXTS) + " FROM texts").encode(),
        ("SELECT " + ", ".join(f"HEX(c_{n})" for n in TEXTS) + " FROM texts").encode(),
        ("SELECT " + ", ".join(f"LENGTH(c_{n})" for n in TEXTS) + " FROM texts").encode(),
        ("SELECT " + ", ".join(f"c_{n} = '{t}'" for n, t in TEXTS.items() if n not in ("tis620",)) + " FROM texts").encode(),
        b"SET character_set_results = NULL", ("SELECT " + ", ".join(f"c_{n}" for n in TEXTS) + " FROM texts").encode(),
        b"SET NAMES latin1", b"SELECT c_latin1, c_gbk, c_cp1251 FROM texts",
    ]
    for name in TEXTS:
        if name not in ("utf8mb4", "gb18030"):
            yield "does not fit " + name, [
                f"CREATE TABLE t_{name} (a VARCHAR(10) CHARACTER SET {name})".encode(), f"INSERT INTO t_{name} VALUES ('a😀')".encode(),
                f"INSERT IGNORE INTO t_{name} VALUES ('a😀b')".encode(), f"SELECT a, HEX(a) FROM t_{name}".encode(),
            ]
    yield "convert to", [
        b"CREATE TABLE moved (id INT PRIMARY KEY, a VARCHAR(20), b CHAR(5), UNIQUE KEY (a)) CHARACTER SET utf8mb4",
        "INSERT INTO moved VALUES (1, 'Größe', 'é'), (2, 'abc', 'x')".encode(),
        b"ALTER TABLE moved CONVERT TO CHARACTER SET latin1", b"SELECT id, a, HEX(a), HEX(b) FROM moved ORDER BY id",
        b"ALTER TABLE moved CONVERT TO CHARACTER SET cp1251", b"SELECT id, a FROM moved ORDER BY id",
        b"ALTER TABLE moved CONVERT TO CHARACTER SET gbk", b"ALTER TABLE moved CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        b"SELECT id, a FROM moved ORDER BY a", b"SHOW CREATE TABLE moved",
    ]
    for collation, first, second in (
        ("latin1_swedish_ci", "é", "E"), ("latin1_german2_ci", "ä", "ae"), ("latin1_general_cs", "a", "A"), ("cp1251_general_ci", "Ж", "ж"),
        ("cp1251_bin", "Ж", "ж"), ("gbk_chinese_ci", "ａ", "Ａ"), ("latin2_czech_cs", "a", "A"), ("utf8mb4_cs_0900_ai_ci", "ch", "CH"),
        ("utf8mb4_es_trad_0900_ai_ci", "ll", "LL"), ("utf8mb4_da_0900_ai_ci", "å", "aa"), ("utf8mb4_danish_ci", "Å", "aa"),
        ("utf8mb4_tr_0900_ai_ci", "i", "I"), ("utf8mb4_hu_0900_ai_ci", "ddzs", "dzsdzs"), ("utf8mb4_ja_0900_as_cs", "カー", "カア"),
        ("utf8mb4_de_pb_0900_ai_ci", "ä", "ae"), ("utf8mb4_0900_as_ci", "é", "e"), ("utf8mb4_unicode_520_ci", "😀", "😁"),
        ("utf8mb4_unicode_ci", "😀", "😁"), ("utf8mb3_general_mysql500_ci", "ß", "s"), ("big5_chinese_ci", "中", "文"),
    ):
        yield f"unique {collation} {first} {second}", [
            f"CREATE TABLE u_{collation} (a VARCHAR(10) CHARACTER SET {collation.split('_')[0]} COLLATE {collation} UNIQUE)".encode(),
            f"INSERT INTO u_{collation} VALUES ('{first}')".encode(), f"INSERT INTO u_{collation} VALUES ('{second}')".encode(),
            f"SELECT COUNT(*), COUNT(DISTINCT a), MAX(a = '{second}') FROM u_{collation}".encode(),
        ]
    yield "mixes", [
        b"CREATE TABLE mix (a VARCHAR(5) CHARACTER SET latin1, b VARCHAR(5) CHARACTER SET cp1251, c VARCHAR(5) CHARACTER SET utf8mb4)",
        "INSERT INTO mix VALUES ('é', 'ж', 'é')".encode(), b"SELECT a = c, b = c FROM mix", b"SELECT a = b FROM mix",
        "SELECT a = 'é', b = 'ж' FROM mix".encode(), b"SELECT CHARSET(CONCAT(a, c)), COLLATION(CONCAT(a, 'x')) FROM mix",
        b"SELECT CONCAT(a, b) FROM mix",
    ]
    yield "listed", [
        b"SHOW CHARACTER SET",
        b"SELECT * FROM information_schema.COLLATIONS ORDER BY ID",
        b"SELECT * FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY ORDER BY 1",
        b"SHOW COLLATION LIKE 'gb%'",
    ]


def orders(collations):
    """Per collation the weights of many characters, and the order of many words."""
    yield "CREATE TABLE points (n INT PRIMARY KEY, c VARCHAR(1) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin)"
    numbers = [n for n in [*range(1, 0x600), *range(0x600, 0x10000, 61), *range(0x10000, 0x20000, 1009)] if not 0xD800 <= n < 0xE000]
    yield "INSERT INTO points VALUES " + ",".join(f"({n}, CONVERT(_utf32 x'{n:08X}' USING utf8mb4))" for n in numbers)
    yield "CREATE TABLE words (w VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin)"
    yield "INSERT INTO words VALUES " + ",".join(f"('{word}')" for word in WORDS)
    yield "SET group_concat_max_len = 100000"
    for name, charset in collations:
        if name != "big5_chinese_ci":  # which weighs by strokes, but compares by codes
            yield f"SELECT BIT_XOR(CRC32(CONCAT(n, HEX(WEIGHT_STRING(CONVERT(c USING {charset}) COLLATE {name}))))) FROM points"
        yield f"SELECT GROUP_CONCAT(w ORDER BY CONVERT(w USING {charset}) COLLATE {name}, w) FROM words"


def connect(host, port, **more):
    connection = pymysql.connect(host=host, port=port, user="root", charset="utf8mb4", use_unicode=False, autocommit=True, **more)
    connection.encoding = "latin-1"  # of the answers' names: byte by byte
    return connection


def ask(connection, statement):
    """The rows, hexadecimal where they are no ASCII; or the error's number."""
    try:
        connection.query(statement)
        rows = connection._result.rows or ()
        names = [field.name for field in getattr(connection._result, "fields", None) or () if not field.name.isascii()]
    except pymysql.Error as error:
        return error.args[0]

    def shown(value):
        if not isinstance(value, bytes):
            return value
        return value.decode() if value.isascii() else "0x" + value.hex()

    return [[shown(value) for value in row] for row in rows] + names


def answers(host, port):
    setup = connect(host, port)
    setup.query(f"DROP DATABASE IF EXISTS {SCHEMA}")
    setup.query(f"CREATE DATABASE {SCHEMA}")
    found = {}
    for kind, script in statements():
        connection = connect(host, port, database=SCHEMA)
        found[kind] = [ask(connection, statement) for statement in script]
        connection.close()
    setup.query(f"USE {SCHEMA}")
    collations = ask(setup, b"SELECT COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLLATIONS WHERE CHARACTER_SET_NAME <> 'binary' ORDER BY ID")
    found["orders"] = {
        statement if statement.startswith("SELECT") else statement[:20]: ask(setup, statement.encode()) for statement in orders(collations)
    }
    setup.query(f"DROP DATABASE {SCHEMA}")
    return found


def differences(found, recorded):
    for kind, expected in recorded.items():
        pairs = [(f"{kind}: {key}", found[kind].get(key), value) for key, value in expected.items()] if isinstance(expected, dict) else [
            (f"{kind} {index}", found[kind][index], value) for index, value in enumerate(expected)]
        yield from ((what, mine, theirs) for what, mine, theirs in pairs if mine != theirs)


def test_answers_are_mysqls(node):
    found = answers("127.0.0.1", node.port)
    wrong = list(differences(found, json.loads(RECORDING.read_text())))
    assert not wrong, "\n".join(f"{what}\n  ours   {mine}\n  MySQL  {theirs}" for what, mine, theirs in wrong[:20])


if __name__ == "__main__":
    recorded = answers(sys.argv[1], int(sys.argv[2]))
    if len(sys.argv) > 3:
        for what, mine, theirs in differences(recorded, json.loads(RECORDING.read_text())):
            print(f"{what}\n  ours   {mine}\n  MySQL  {theirs}")
    else:
        RECORDING.write_text(json.dumps(recorded, ensure_ascii=True, indent=0) + "\n")
