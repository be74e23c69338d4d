"""The tables that random statements read: every type, with NULLs and the edges of each type's range."""
import random

COLUMNS = [  # name, type, family, values
    ("i8", "TINYINT", "integer", ["-128", "127", "0", "1", "-1", "12"]),
    ("u8", "TINYINT UNSIGNED", "integer", ["0", "255", "1", "12", "200"]),
    ("i32", "INT", "integer", ["-2147483648", "2147483647", "0", "1", "-7", "12", "20200101"]),
    ("i64", "BIGINT", "integer", ["-9223372036854775808", "9223372036854775807", "0", "1", "9007199254740993", "-5", "12"]),
    ("u64", "BIGINT UNSIGNED", "integer", ["0", "18446744073709551615", "9223372036854775808", "1", "12"]),
    ("d2", "DECIMAL(10,2)", "decimal", ["0.00", "1.50", "-1.50", "99999999.99", "12.00", "0.05"]),
    ("d10", "DECIMAL(30,10)", "decimal", ["0", "1.0000000001", "-99999999999999999999.9999999999", "0.5", "12.345"]),
    ("f4", "FLOAT", "double", ["0", "1.5", "-2.25", "3.4e38", "1e-10", "0.1"]),
    ("f8", "DOUBLE", "double", ["0", "1.5", "-2.5e10", "1e300", "1e-300", "0.1", "12"]),
    ("y", "YEAR", "integer", ["1901", "2155", "2020", "0", "1999"]),
    ("b8", "BIT(8)", "bit", ["b'0'", "b'11111111'", "b'1100001'", "b'1'"]),
    ("dt", "DATE", "temporal", ["'2020-01-31'", "'1000-01-01'", "'9999-12-31'", "'2024-02-29'", "'1999-12-31'"]),
    ("tm", "TIME(3)", "time", ["'00:00:00'", "'-838:59:59'", "'838:59:59'", "'12:34:56.789'", "'-00:00:01.5'"]),
    ("ts", "DATETIME(6)", "temporal", ["'2020-01-31 12:34:56.789012'", "'1000-01-01'", "'9999-12-31 23:59:59.999999'", "'2024-02-29 00:00:00'"]),
    ("st", "TIMESTAMP NULL", "temporal", ["'2020-01-31 12:34:56'", "'1970-01-02 00:00:01'", "'2038-01-19 03:14:06'"]),
    ("c5", "CHAR(5)", "text", ["''", "'a'", "'A'", "'abc'", "'12'", "'é'", "'b%'"]),
    ("v20", "VARCHAR(20)", "text", ["''", "'a'", "'A '", "'12abc'", "'2020-01-31'", "'ß'", "'12'", "'1.5'", "'Zz_'", "'日本'"]),
    ("vb", "VARBINARY(20)", "binary", ["''", "'a'", "'A'", "x'00ff'", "'12'", "'é'"]),
    ("tx", "TEXT", "text", ["''", "'hello world'", "'12'", "'Hello'", "'a,b,c'"]),
    ("bl", "BLOB", "binary", ["''", "'hello'", "x'ff00'", "'12'"]),
    ("e", "ENUM('x','b','a','12')", "enum", ["'x'", "'b'", "'a'", "'12'"]),
    ("s", "SET('p','q','r')", "set", ["''", "'p'", "'q,r'", "'p,q,r'"]),
    ("j", "JSON", "json", ["'null'", "'1'", "'1.50'", "'\"a\"'", "'[1,2,\"x\"]'", "'{\"a\": 1, \"b\": [true, null]}'", "'true'", "'\"2020-01-31\"'"]),
    ("vn", "VARCHAR(20) COLLATE utf8mb4_bin", "text", ["'a'", "'A'", "''", "'12'", "'é'"]),
    ("vg", "VARCHAR(20) COLLATE utf8mb4_general_ci", "text", ["'a'", "'A'", "'ß'", "'ss'", "'é'", "'e '"]),
    ("vl", "VARCHAR(20) CHARACTER SET latin1", "text", ["'a'", "'é'", "'ß'", "'12'", "''"]),
]


def statements(seed, rows=16):
    """The definitions and rows of table `a` (all types) and `b`, `c` (few columns, with keys)."""
    source = random.Random(seed)
    yield "CREATE TABLE a (id INT PRIMARY KEY, " + ", ".join(f"{name} {kind}" for name, kind, _, _ in COLUMNS) + ")"
    for number in range(1, rows + 1):
        row = [str(number)]
        for _, _, _, values in COLUMNS:
            row.append("NULL" if source.random() < 0.15 else source.choice(values))
        yield f"INSERT INTO a VALUES ({', '.join(row)})"
    yield ("CREATE TABLE b (id INT PRIMARY KEY, aid INT, v20 VARCHAR(20), d2 DECIMAL(10,2) NOT NULL DEFAULT 0, dt DATE,"
           " u64 BIGINT UNSIGNED, KEY (aid), KEY (v20), UNIQUE KEY (dt, id))")
    for number in range(1, rows + 5):
        row = [str(number), source.choice(["NULL", "1", "2", "3", "5", "99"]), source.choice(["NULL", "'a'", "'A'", "'12'", "''", "'b'"]),
               source.choice(["0", "1.50", "-1.5", "12"]), source.choice(["NULL", "'2020-01-31'", "'2024-02-29'"]),
               source.choice(["NULL", "0", "18446744073709551615", "12"])]
        yield f"INSERT INTO b VALUES ({', '.join(row)})"
    yield ("CREATE TABLE c (id INT PRIMARY KEY AUTO_INCREMENT, i32 INT, v20 VARCHAR(10), d2 DECIMAL(6,3), f8 DOUBLE, dt DATETIME, tm TIME,"
           " u8 TINYINT UNSIGNED, e ENUM('x','b','a'), j JSON, vb VARBINARY(8), y YEAR, UNIQUE KEY (v20))")


FAMILIES = {}
for _name, _, _family, _ in COLUMNS:
    FAMILIES.setdefault(_family, []).append(_name)
FAMILIES["integer"].append("id")
