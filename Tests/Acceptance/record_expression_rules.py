"""Asks a real MySQL what each expression may stand in: DEFAULT, generated columns, CHECK, functional indexes, partition
expressions and views.

    record_expression_rules.py [--port 26801] [--user root] > recordings/expression_rules.tsv

A line is an expression, then for each place the error's number, or 0 when MySQL takes it; `3763:now` where the message names a
function. `alter` adds a column with that default to a table with a row, in binlog_format ROW. `ExpressionRuleTests` holds GroupLite
to the table, so that the facts in `FunctionEntry` are MySQL's.
"""

import argparse
import re

import pymysql

PLACES = ["default", "virtual", "stored", "check", "index", "partition", "view", "alter"]

# Each expression is given to each place; `i`, `s`, `j`, `d`, `x` are columns before it.
FUNCTIONS = """
ABS(i)|ACOS(i)|ADDDATE(d,1)|ADDDATE(d,INTERVAL 1 DAY)|ADDTIME(d,'1:0:0')|AES_DECRYPT(s,'k')|AES_ENCRYPT(s,'k')|ANY_VALUE(i)
ASCII(s)|ASIN(i)|ATAN(i)|ATAN(i,2)|ATAN2(i,2)|BENCHMARK(1,i)|BIN(i)|BIN_TO_UUID(x)|BIT_COUNT(i)|BIT_LENGTH(s)|CAST(i AS CHAR)
CEIL(i)|CEILING(i)|CHAR(i)|CHAR_LENGTH(s)|CHARACTER_LENGTH(s)|CHARSET(s)|COALESCE(i,1)|COERCIBILITY(s)|COLLATION(s)|COMPRESS(s)
CONCAT(s,'a')|CONCAT_WS(',',s,'a')|CONNECTION_ID()|CONV(i,10,2)|CONVERT(s USING latin1)|CONVERT_TZ(d,'+00:00','+01:00')|COS(i)
COT(i)|CRC32(s)|CURDATE()|CURRENT_DATE|CURRENT_DATE()|CURRENT_ROLE()|CURRENT_TIME|CURRENT_TIME()|CURRENT_TIMESTAMP
CURRENT_TIMESTAMP(6)|CURRENT_USER|CURRENT_USER()|CURTIME()|DATABASE()|DATE(d)|DATE_ADD(d,INTERVAL 1 DAY)|DATE_FORMAT(d,'%Y')
DATE_SUB(d,INTERVAL 1 DAY)|DATEDIFF(d,d)|DAY(d)|DAYNAME(d)|DAYOFMONTH(d)|DAYOFWEEK(d)|DAYOFYEAR(d)|DEFAULT(i)|DEGREES(i)|ELT(i,s)
EXP(i)|EXPORT_SET(i,'a','b')|EXTRACT(YEAR FROM d)|EXTRACTVALUE(s,'/a')|FIELD(s,'a')|FIND_IN_SET(s,'a')|FLOOR(i)|FORMAT(i,2)
FORMAT_BYTES(i)|FORMAT_PICO_TIME(i)|FOUND_ROWS()|FROM_BASE64(s)|FROM_DAYS(i)|FROM_UNIXTIME(i)|FROM_UNIXTIME(i,'%Y')|GET_FORMAT(DATE,'EUR')
GET_LOCK(s,1)|GREATEST(i,1)|GROUPING(i)|GTID_SUBSET(s,s)|GTID_SUBTRACT(s,s)|HEX(s)|HOUR(d)|ICU_VERSION()|IF(i,1,2)|IFNULL(i,1)
INET6_ATON(s)|INET6_NTOA(x)|INET_ATON(s)|INET_NTOA(i)|INSERT(s,1,1,'a')|INSTR(s,'a')|INTERVAL(i,1,2)|IS_FREE_LOCK(s)|IS_IPV4(s)
IS_IPV4_COMPAT(x)|IS_IPV4_MAPPED(x)|IS_IPV6(s)|IS_USED_LOCK(s)|IS_UUID(s)|ISNULL(i)|JSON_ARRAY(i)|JSON_ARRAY_APPEND(j,'$',1)
JSON_ARRAY_INSERT(j,'$[0]',1)|JSON_CONTAINS(j,'1')|JSON_CONTAINS_PATH(j,'one','$.a')|JSON_DEPTH(j)|JSON_EXTRACT(j,'$.a')
JSON_INSERT(j,'$.a',1)|JSON_KEYS(j)|JSON_LENGTH(j)|JSON_MERGE(j,j)|JSON_MERGE_PATCH(j,j)|JSON_MERGE_PRESERVE(j,j)|JSON_OBJECT('a',i)
JSON_OVERLAPS(j,j)|JSON_PRETTY(j)|JSON_QUOTE(s)|JSON_REMOVE(j,'$.a')|JSON_REPLACE(j,'$.a',1)|JSON_SCHEMA_VALID('{}',j)
JSON_SCHEMA_VALIDATION_REPORT('{}',j)|JSON_SEARCH(j,'one','a')|JSON_SET(j,'$.a',1)|JSON_STORAGE_FREE(j)|JSON_STORAGE_SIZE(j)
JSON_TYPE(j)|JSON_UNQUOTE(s)|JSON_VALID(s)|JSON_VALUE(j,'$.a')|LAST_DAY(d)|LAST_INSERT_ID()|LAST_INSERT_ID(i)|LCASE(s)|LEAST(i,1)
LEFT(s,1)|LENGTH(s)|LN(i)|LOAD_FILE(s)|LOCALTIME|LOCALTIME()|LOCALTIMESTAMP|LOCALTIMESTAMP()|LOCATE('a',s)|LOG(i)|LOG(2,i)|LOG10(i)
LOG2(i)|LOWER(s)|LPAD(s,1,'a')|LTRIM(s)|MAKE_SET(i,'a')|MAKEDATE(i,1)|MAKETIME(1,1,1)|MD5(s)|MICROSECOND(d)|MID(s,1,1)|MINUTE(d)
MOD(i,2)|MONTH(d)|MONTHNAME(d)|NAME_CONST('a',1)|NOW()|NOW(6)|NULLIF(i,1)|OCT(i)|OCTET_LENGTH(s)|ORD(s)|PERIOD_ADD(i,1)
PERIOD_DIFF(i,1)|PI()|POSITION('a' IN s)|POW(i,2)|POWER(i,2)|PS_CURRENT_THREAD_ID()|PS_THREAD_ID(i)|QUARTER(d)|QUOTE(s)|RADIANS(i)
RAND()|RAND(i)|RANDOM_BYTES(4)|REGEXP_INSTR(s,'a')|REGEXP_LIKE(s,'a')|REGEXP_REPLACE(s,'a','b')|REGEXP_SUBSTR(s,'a')
RELEASE_ALL_LOCKS()|RELEASE_LOCK(s)|REPEAT(s,2)|REPLACE(s,'a','b')|REVERSE(s)|RIGHT(s,1)|ROLES_GRAPHML()|ROUND(i)|ROUND(i,1)
ROW_COUNT()|RPAD(s,1,'a')|RTRIM(s)|SCHEMA()|SEC_TO_TIME(i)|SECOND(d)|SESSION_USER()|SHA(s)|SHA1(s)|SHA2(s,256)|SIGN(i)|SIN(i)
SLEEP(0)|SOUNDEX(s)|SPACE(1)|SQRT(i)|STATEMENT_DIGEST('SELECT 1')|STATEMENT_DIGEST_TEXT('SELECT 1')|STR_TO_DATE(s,'%Y')|STRCMP(s,'a')
SUBDATE(d,1)|SUBSTR(s,1)|SUBSTRING(s,1)|SUBSTRING_INDEX(s,'a',1)|SUBTIME(d,'1:0:0')|SYSDATE()|SYSTEM_USER()|TAN(i)|TIME(d)
TIME_FORMAT(d,'%H')|TIME_TO_SEC(d)|TIMEDIFF(d,d)|TIMESTAMP(d)|TIMESTAMP(d,'1:0:0')|TIMESTAMPADD(DAY,1,d)|TIMESTAMPDIFF(DAY,d,d)
TO_BASE64(s)|TO_DAYS(d)|TO_SECONDS(d)|TRIM(s)|TRIM(LEADING 'a' FROM s)|TRUNCATE(i,1)|UCASE(s)|UNCOMPRESS(s)|UNCOMPRESSED_LENGTH(s)
UNHEX(s)|UNIX_TIMESTAMP()|UNIX_TIMESTAMP(d)|UPDATEXML(s,'/a','b')|UPPER(s)|USER()|UTC_DATE|UTC_DATE()|UTC_TIME()|UTC_TIMESTAMP()
UTC_TIMESTAMP(6)|UUID()|UUID_SHORT()|UUID_TO_BIN(s)|VALIDATE_PASSWORD_STRENGTH(s)|VERSION()|WAIT_FOR_EXECUTED_GTID_SET(s,1)
WEEK(d)|WEEK(d,1)|WEEKDAY(d)|WEEKOFYEAR(d)|WEIGHT_STRING(s)|YEAR(d)|YEARWEEK(d)|YEARWEEK(d,1)|group_replication_set_as_primary(s)
group_replication_get_write_concurrency()|no_such_function(i)
"""

OTHERS = """
i + 1
i - 1
i * 2
i / 2
i DIV 2
i % 2
-i
i & 1
i | 1
i ^ 1
~i
i << 1
i >> 1
i = 1
i <=> 1
i <> 1
i BETWEEN 1 AND 2
i IN (1,2)
i IS NULL
i IS TRUE
NOT i
i AND 1
i OR 1
i XOR 1
s LIKE 'a%'
s REGEXP 'a'
s SOUNDS LIKE 'a'
1 MEMBER OF (j)
j->'$.a'
j->>'$.a'
CASE WHEN i THEN 1 ELSE 2 END
BINARY s
s COLLATE utf8mb4_bin
CAST(d AS DATE)
CAST(s AS JSON)
CAST(i AS DECIMAL(10,2))
CAST(j->'$.a' AS UNSIGNED ARRAY)
CONVERT(i, CHAR)
d + INTERVAL 1 DAY
i
s
1
'a'
NULL
TRUE
nocolumn
nodb.notable.i
(SELECT 1)
(SELECT MAX(i) FROM other)
EXISTS (SELECT 1 FROM other)
i IN (SELECT i FROM other)
i = ANY (SELECT i FROM other)
@a
@a := 1
@@sql_mode
@@global.max_connections
@@session.autocommit
?
own_function(i)
SUM(i)
COUNT(*)
MAX(i)
GROUP_CONCAT(s)
JSON_ARRAYAGG(i)
ROW_NUMBER() OVER ()
SUM(i) OVER ()
LAG(i) OVER ()
ROW(i,1) = ROW(1,1)
(i, 1)
VALUES(i)
MATCH (s) AGAINST ('a')
IF(RAND() > 0, 1, 2)
CONCAT(s, UUID())
CONCAT(s, NOW())
auto
auto + 1
later
later + 1
"""


def expressions():
    for line in FUNCTIONS.split("\n"):
        yield from (part for part in line.split("|") if part)
    yield from (line for line in OTHERS.split("\n") if line)


COLUMNS = "i INT, s VARCHAR(100), j JSON, d DATETIME, x VARBINARY(16)"


def statement(place, expression):
    columns = COLUMNS
    if expression.startswith("auto"):
        columns += ", auto INT AUTO_INCREMENT PRIMARY KEY"
    later = ""
    if expression.startswith("later"):
        later = ", later INT AS (i + 1)" if place in ("virtual", "stored") else ", later INT DEFAULT (i + 1)"
    if place == "default":
        return f"CREATE TABLE t ({columns}, v LONGTEXT DEFAULT ({expression}){later})"
    if place == "virtual":
        return f"CREATE TABLE t ({columns}, v LONGTEXT AS ({expression}) VIRTUAL{later})"
    if place == "stored":
        return f"CREATE TABLE t ({columns}, v LONGTEXT AS ({expression}) STORED{later})"
    if place == "check":
        return f"CREATE TABLE t ({columns}{later}, CONSTRAINT c CHECK (({expression}) IS NOT NULL))"
    if place == "index":
        return f"CREATE TABLE t ({columns}{later}, INDEX k ((({expression}) IS NOT NULL)))"
    if place == "partition":
        return f"CREATE TABLE t ({columns}{later}) PARTITION BY HASH ({expression}) PARTITIONS 2"
    if place == "alter":
        return f"ALTER TABLE filled ADD COLUMN v LONGTEXT DEFAULT ({expression})"
    if later or expression.startswith("auto"):
        expression = expression.replace("auto", "i").replace("later", "i")
    return f"CREATE VIEW t AS SELECT {expression} AS v FROM other"


def answers(connection, expression):
    cursor = connection.cursor()
    result = []
    for place in PLACES:
        try:
            cursor.execute(statement(place, expression))
            result.append("0")
        except pymysql.err.MySQLError as error:
            named = re.search(r"disallowed function: (.*)\.$", error.args[1])
            result.append(f"{error.args[0]}:{named[1]}" if named else str(error.args[0]))
        for undo in ("DROP VIEW IF EXISTS t", "DROP TABLE IF EXISTS t"):
            cursor.execute(undo)
        if place == "alter" and result[-1] == "0":
            cursor.execute("ALTER TABLE filled DROP COLUMN v")
    return result


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=26801)
    options.add_argument("--user", default="root")
    options = options.parse_args()
    connection = pymysql.connect(host=options.host, port=options.port, user=options.user, autocommit=True)
    cursor = connection.cursor()
    cursor.execute("DROP DATABASE IF EXISTS funcs_rules")
    cursor.execute("CREATE DATABASE funcs_rules")
    cursor.execute("USE funcs_rules")
    cursor.execute("CREATE TABLE other (i INT, s VARCHAR(100), j JSON, d DATETIME, x VARBINARY(16))")
    cursor.execute("CREATE TABLE filled (i INT, s VARCHAR(100), j JSON, d DATETIME, x VARBINARY(16))")
    cursor.execute("INSERT INTO filled VALUES (1, 'a', '{}', '2024-01-01', 'x')")
    cursor.execute("CREATE FUNCTION own_function(i INT) RETURNS INT DETERMINISTIC NO SQL RETURN i")
    print("expression\t" + "\t".join(PLACES))
    for expression in expressions():
        print(expression + "\t" + "\t".join(answers(connection, expression)), flush=True)
    cursor.execute("DROP DATABASE funcs_rules")


if __name__ == "__main__":
    main()
