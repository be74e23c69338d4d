"""Random expressions: of a wanted family mostly, of another one now and then, since conversions are where servers differ."""
from tables import FAMILIES
from tree import Node, leaf

LITERALS = {
    "integer": ["0", "1", "-1", "2", "7", "12", "255", "-128", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "9007199254740993", "TRUE"],
    "decimal": ["0.0", "1.5", "-0.05", "12.345", "99999999999999999999.5", "0.1", "2.50", "-7.5"],
    "double": ["1e0", "1.5e3", "-2e-3", "1e300", "0.1e0"],
    "text": ["''", "'a'", "'A'", "'abc'", "'12'", "'12abc'", "'1.5'", "'-3'", "' 7 '", "'2020-01-31'", "'12:34:56'", "'ß'", "'é'", "'a,b'", "'%'", "'1e2'", "'0x1F'"],
    "binary": ["x'00ff'", "x'61'", "0x4142", "_binary'a'", "b'1100001'"],
    "temporal": ["DATE'2020-01-31'", "TIMESTAMP'2020-02-29 12:34:56.5'", "'2024-02-29'", "'2020-01-31 23:59:59'", "20200131", "20200131123456"],
    "time": ["TIME'12:34:56'", "TIME'-01:00:00.25'", "'838:59:59'", "'12:34'"],
    "json": ["CAST('[1,2,3]' AS JSON)", "CAST('{\"a\": 1}' AS JSON)", "JSON_ARRAY(1, 'a', NULL)", "JSON_OBJECT('k', 1.50)"],
}
UNITS = ["DAY", "MONTH", "YEAR", "HOUR", "SECOND", "MICROSECOND", "WEEK", "QUARTER", "MINUTE"]

# result family: [(template, argument families)]; "any" is any family, "number" one of the numeric ones
FUNCTIONS = {
    "integer": [
        ("({} + {})", "number number"), ("({} - {})", "number number"), ("({} * {})", "integer integer"), ("({} DIV {})", "number number"), ("({} % {})", "number number"),
        ("(- {})", "number"), ("({} & {})", "integer any"), ("({} | {})", "integer integer"), ("({} ^ {})", "integer integer"), ("(~ {})", "integer"),
        ("({} << {})", "integer integer"), ("({} >> {})", "integer integer"), ("ABS({})", "number"), ("SIGN({})", "any"), ("CEIL({})", "number"), ("FLOOR({})", "number"),
        ("LENGTH({})", "any"), ("CHAR_LENGTH({})", "any"), ("BIT_LENGTH({})", "text"), ("ASCII({})", "text"), ("ORD({})", "text"), ("LOCATE({}, {})", "text text"),
        ("LOCATE({}, {}, {})", "text text integer"), ("INSTR({}, {})", "text text"), ("FIELD({}, {}, {})", "any any any"), ("FIND_IN_SET({}, {})", "text text"), ("STRCMP({}, {})", "text text"),
        ("YEAR({})", "temporal"), ("MONTH({})", "temporal"), ("DAY({})", "temporal"), ("HOUR({})", "time"), ("MINUTE({})", "time"), ("SECOND({})", "time"), ("MICROSECOND({})", "time"),
        ("DAYOFWEEK({})", "temporal"), ("DAYOFYEAR({})", "temporal"), ("WEEKDAY({})", "temporal"), ("WEEK({}, {})", "temporal integer"), ("YEARWEEK({})", "temporal"), ("QUARTER({})", "temporal"),
        ("TO_DAYS({})", "temporal"), ("TO_SECONDS({})", "temporal"), ("DATEDIFF({}, {})", "temporal temporal"), ("TIME_TO_SEC({})", "time"), ("PERIOD_DIFF(202001, {})", "integer"), ("PERIOD_ADD(202001, {})", "integer"),
        ("CAST({} AS SIGNED)", "any"), ("CAST({} AS UNSIGNED)", "any"), ("CRC32({})", "text"), ("BIT_COUNT({})", "any"), ("INTERVAL({}, {}, {})", "number number number"),
        ("JSON_LENGTH({})", "json"), ("JSON_DEPTH({})", "json"), ("JSON_VALID({})", "any"), ("UNIX_TIMESTAMP({})", "temporal"), ("COERCIBILITY({})", "any"), ("CAST({} AS YEAR)", "any"), ("INET_ATON({})", "text"),
        ("TIMESTAMPDIFF({unit}, {}, {})", "temporal temporal"), ("EXTRACT({unit} FROM {})", "temporal"), ("ISNULL({})", "any"),
    ],
    "decimal": [
        ("({} / {})", "number number"), ("({} + {})", "decimal number"), ("({} * {})", "decimal number"), ("({} - {})", "number decimal"), ("ROUND({}, {})", "decimal integer"), ("ROUND({})", "number"),
        ("TRUNCATE({}, {})", "number integer"), ("MOD({}, {})", "decimal number"), ("CAST({} AS DECIMAL(12,3))", "any"), ("CAST({} AS DECIMAL)", "any"), ("FORMAT({}, {})", "number integer"), ("SEC_TO_TIME({})", "number"),
    ],
    "double": [
        ("({} + {})", "double number"), ("({} * {})", "any any"), ("SQRT({})", "number"), ("POW({}, {})", "number number"), ("EXP({})", "number"), ("LN({})", "number"), ("LOG({}, {})", "number number"), ("LOG10({})", "number"),
        ("ATAN({})", "number"), ("SIN({})", "number"), ("DEGREES({})", "number"), ("ROUND({}, {})", "double integer"), ("CAST({} AS DOUBLE)", "any"), ("CAST({} AS FLOAT)", "any"), ("({} + 0)", "text"), ("PI()", ""),
    ],
    "text": [
        ("CONCAT({}, {})", "any any"), ("CONCAT_WS({}, {}, {})", "text any any"), ("UPPER({})", "text"), ("LOWER({})", "any"), ("TRIM({})", "text"), ("LTRIM({})", "any"), ("RTRIM({})", "text"), ("TRIM(BOTH {} FROM {})", "text text"),
        ("TRIM(LEADING {} FROM {})", "text any"), ("LEFT({}, {})", "any integer"), ("RIGHT({}, {})", "text integer"), ("SUBSTRING({}, {})", "any integer"), ("SUBSTRING({}, {}, {})", "text integer integer"), ("MID({}, {}, {})", "text integer integer"),
        ("REPLACE({}, {}, {})", "text text text"), ("REPEAT({}, ({} % 5))", "text integer"), ("REVERSE({})", "any"), ("LPAD({}, ({} % 30), {})", "any integer text"), ("RPAD({}, ({} % 30), {})", "text integer any"), ("SPACE(({} % 9))", "integer"),
        ("INSERT({}, {}, {}, {})", "text integer integer text"), ("SUBSTRING_INDEX({}, {}, {})", "text text integer"), ("HEX({})", "any"), ("BIN({})", "number"), ("OCT({})", "number"), ("CONV({}, 10, 16)", "any"), ("CONV({}, 16, 10)", "text"),
        ("ELT({}, {}, {})", "integer any any"), ("MAKE_SET({}, {}, {})", "integer text text"), ("EXPORT_SET({}, 'Y', 'N', ',', 5)", "integer"), ("QUOTE({})", "any"), ("SOUNDEX({})", "text"), ("CHAR({}, {} USING utf8mb4)", "integer integer"),
        ("CAST({} AS CHAR)", "any"), ("CAST({} AS CHAR(4))", "any"), ("CONVERT({} USING latin1)", "text"), ("CONVERT({} USING utf8mb4)", "any"), ("MD5({})", "any"), ("TO_BASE64({})", "any"), ("DATE_FORMAT({}, '%Y-%m-%d %H:%i:%s.%f %a %j %U %M')", "temporal"),
        ("TIME_FORMAT({}, '%H %k %h %i %s %f %p')", "time"), ("DAYNAME({})", "temporal"), ("MONTHNAME({})", "temporal"), ("JSON_UNQUOTE({})", "any"), ("JSON_TYPE({})", "json"), ("JSON_QUOTE({})", "text"), ("JSON_PRETTY({})", "json"), ("INET_NTOA({})", "integer"),
        ("CHARSET({})", "any"), ("COLLATION({})", "any"), ("({} COLLATE utf8mb4_bin)", "text"), ("({} COLLATE utf8mb4_general_ci)", "text"), ("REGEXP_REPLACE({}, '[a-c]+', {})", "text text"), ("REGEXP_SUBSTR({}, '[a-z]+')", "text"), ("WEIGHT_STRING({})", "text"),
    ],
    "binary": [("CAST({} AS BINARY)", "any"), ("CAST({} AS BINARY(3))", "any"), ("UNHEX({})", "text"), ("CHAR({}, {})", "integer integer"), ("FROM_BASE64({})", "text"), ("CONCAT({}, {})", "binary any"), ("INET6_ATON({})", "text"), ("(BINARY {})", "any")],
    "temporal": [
        ("DATE({})", "temporal"), ("LAST_DAY({})", "temporal"), ("({} + INTERVAL {} {unit})", "temporal integer"), ("({} - INTERVAL {} {unit})", "temporal number"), ("DATE_ADD({}, INTERVAL {} {unit})", "temporal any"), ("FROM_DAYS({})", "integer"),
        ("STR_TO_DATE({}, '%Y-%m-%d')", "any"), ("CAST({} AS DATE)", "any"), ("CAST({} AS DATETIME)", "any"), ("CAST({} AS DATETIME(3))", "any"), ("TIMESTAMP({}, {})", "temporal time"), ("TIMESTAMP({})", "any"), ("ADDTIME({}, {})", "temporal time"),
        ("MAKEDATE({}, {})", "integer integer"), ("FROM_UNIXTIME({})", "number"), ("TIMESTAMPADD({unit}, {}, {})", "integer temporal"), ("CONVERT_TZ({}, '+00:00', '+05:30')", "temporal"), ("DATE_SUB({}, INTERVAL '1:30' HOUR_MINUTE)", "temporal"),
    ],
    "time": [("CAST({} AS TIME)", "any"), ("CAST({} AS TIME(2))", "any"), ("TIME({})", "temporal"), ("TIMEDIFF({}, {})", "time time"), ("SEC_TO_TIME({})", "integer"), ("MAKETIME({}, {}, {})", "integer integer number"), ("ADDTIME({}, {})", "time time"), ("SUBTIME({}, {})", "time time")],
    "json": [
        ("CAST({} AS JSON)", "any"), ("JSON_EXTRACT({}, '$.a')", "json"), ("JSON_EXTRACT({}, '$[1]')", "json"), ("({} -> '$[0]')", "json-column"), ("({} ->> '$.a')", "json-column"), ("JSON_ARRAY({}, {})", "any any"), ("JSON_OBJECT('k', {})", "any"), ("JSON_SET({}, '$.a', {})", "json any"),
        ("JSON_MERGE_PATCH({}, {})", "json json"), ("JSON_MERGE_PRESERVE({}, {})", "json json"), ("JSON_KEYS({})", "json"), ("JSON_REMOVE({}, '$[0]')", "json"), ("JSON_ARRAY_APPEND({}, '$', {})", "json any"), ("JSON_SEARCH({}, 'one', {})", "json text"), ("JSON_INSERT({}, '$.z', {})", "json any"),
        ("JSON_VALUE({}, '$.a')", "json"),
    ],
    "boolean": [
        ("({} = {})", "any any"), ("({} <=> {})", "any any"), ("({} <> {})", "any any"), ("({} < {})", "any any"), ("({} >= {})", "any any"), ("({} BETWEEN {} AND {})", "any any any"), ("({} NOT BETWEEN {} AND {})", "any any any"), ("({} IN ({}, {}))", "any any any"),
        ("({} NOT IN ({}, {}, {}))", "any any any any"), ("({} LIKE {})", "any text"), ("({} NOT LIKE {})", "text text"), ("({} REGEXP '^[a-m1]')", "any"), ("({} IS NULL)", "any"), ("({} IS NOT NULL)", "any"), ("({} IS TRUE)", "any"), ("({} IS NOT FALSE)", "any"), ("({} IS UNKNOWN)", "any"),
        ("({} AND {})", "boolean boolean"), ("({} OR {})", "boolean boolean"), ("({} XOR {})", "boolean any"), ("(NOT {})", "any"), ("(! {})", "any"), ("JSON_CONTAINS({}, {})", "json json"), ("({} MEMBER OF ({}))", "any json"), ("JSON_OVERLAPS({}, {})", "json json"),
        ("(({}, {}) = ({}, {}))", "any any any any"), ("(({}, {}) < ({}, {}))", "any any any any"), ("({} IN (SELECT {column} FROM b))", "any"), ("EXISTS (SELECT 1 FROM b WHERE b.aid = {})", "any"), ("({} > ALL (SELECT d2 FROM b))", "number"), ("({} = ANY (SELECT v20 FROM b))", "text"),
    ],
    "any": [
        ("COALESCE({}, {})", "any any"), ("IFNULL({}, {})", "any any"), ("NULLIF({}, {})", "any any"), ("IF({}, {}, {})", "any any any"), ("GREATEST({}, {})", "any any"), ("LEAST({}, {}, {})", "any any any"), ("(CASE WHEN {} THEN {} ELSE {} END)", "boolean any any"),
        ("(CASE {} WHEN {} THEN {} WHEN {} THEN {} END)", "any any any any any"), ("(SELECT MAX({column}) FROM b)", ""), ("(SELECT {} FROM b WHERE b.id = a.id)", "any"), ("ANY_VALUE({})", "any"),
    ],
}
AGGREGATES = [
    "COUNT({})", "COUNT(DISTINCT {})", "SUM({})", "AVG({})", "MIN({})", "MAX({})", "SUM(DISTINCT {})", "BIT_AND({})", "BIT_OR({})", "BIT_XOR({})", "STD({})", "VAR_SAMP({})",
    "GROUP_CONCAT({} ORDER BY 1)", "GROUP_CONCAT(DISTINCT {} ORDER BY 1 DESC SEPARATOR '|')", "AVG(DISTINCT {})",
]
WINDOWS = [
    "ROW_NUMBER()", "RANK()", "DENSE_RANK()", "NTILE(3)", "LAG({})", "LEAD({}, 2, {})", "FIRST_VALUE({})", "LAST_VALUE({})", "NTH_VALUE({}, 2)", "SUM({})", "COUNT({})", "MIN({})", "MAX({})", "AVG({})", "PERCENT_RANK()", "CUME_DIST()",
]
FRAMES = ["", " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING", " ROWS UNBOUNDED PRECEDING", " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"]
NUMBERS = ["integer", "integer", "decimal", "double"]
ALL = ["integer", "decimal", "double", "text", "text", "binary", "temporal", "time", "json", "boolean", "enum", "set", "bit"]


def named(template):
    """What a template's finding is filed under: its function or operator."""
    bare = template
    for piece in ("{}", "{unit}", "{column}"):
        bare = bare.replace(piece, "")
    return " ".join(bare.replace("(", " ").replace(")", " ").replace(",", " ").split())


class Generator:
    """Makes expressions over the columns of one table reference."""

    def __init__(self, source, prefix="", depth=3):
        self.source = source
        self.prefix = prefix
        self.depth = depth

    def column(self, family):
        names = FAMILIES.get(family) or FAMILIES["integer"]
        return leaf(self.prefix + self.source.choice(names), None)

    def literal(self, family):
        return leaf(self.source.choice(LITERALS.get(family) or LITERALS["integer"]))

    def family(self, wanted):
        if wanted == "number":
            wanted = self.source.choice(NUMBERS)
        if wanted == "any" or self.source.random() < 0.12:
            wanted = self.source.choice(ALL)
        return wanted

    def expression(self, wanted="any", depth=None):
        depth = self.depth if depth is None else depth
        if wanted == "json-column":
            return leaf(self.prefix + "j", None, "fixed")
        family = self.family(wanted)
        chance = self.source.random()
        if depth == 0 or chance < 0.25:
            if self.source.random() < 0.04:
                return leaf("NULL")
            if family in ("enum", "set", "bit") or self.source.random() < 0.65:
                return self.column(family)
            return self.literal(family)
        choices = FUNCTIONS.get(family, FUNCTIONS["any"]) if self.source.random() < 0.85 else FUNCTIONS["any"]
        template, arguments = self.source.choice(choices)
        children = [self.expression(argument, depth - 1) for argument in arguments.split()]
        return self.node(template, children)

    def node(self, template, children):
        name = named(template)
        template = template.replace("{unit}", self.source.choice(UNITS)).replace("{column}", self.source.choice(["id", "aid", "v20", "d2", "dt"]))
        template = template.replace("{}", "\0").replace("{", "{{").replace("}", "}}").replace("\0", "{}")
        return Node(template, children, "expression", name)

    def aggregate(self):
        template = self.source.choice(AGGREGATES)
        return Node(template.replace("ORDER BY 1 DESC", "ORDER BY {} DESC").replace("ORDER BY 1", "ORDER BY {}") if "ORDER BY" in template else template,
                    self._same(template), "expression", named(template.split(" ORDER")[0].split(" SEP")[0]))

    def _same(self, template):
        one = self.expression("any", 1)
        return [one, one.copy()] if "ORDER BY" in template else [one]

    def window(self):
        template = self.source.choice(WINDOWS)
        children = [self.expression("any", 1) for _ in range(template.count("{}"))]
        partition = f"PARTITION BY {self.prefix}{self.source.choice(['e', 'i8', 'c5', 'dt'])} " if self.source.random() < 0.5 else ""
        frame = self.source.choice(FRAMES) if template[:3] in ("SUM", "COU", "MIN", "MAX", "AVG", "FIR", "LAS", "NTH") else ""
        order = f"ORDER BY {self.prefix}{self.source.choice(['i32', 'd2', 'v20', 'dt'])}, {self.prefix}id"
        return Node(template + f" OVER ({partition}{order}{frame})", children, "expression", named(template) + " OVER")
