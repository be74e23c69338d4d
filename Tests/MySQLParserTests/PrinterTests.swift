import MySQLParser
import Testing

/// The normal form of stored expressions and views, as a real server shows it.
@Suite struct PrinterTests {
    @Test(arguments: [
        ("amount * qty", "(`amount` * `qty`)"),
        ("CONCAT('#', qty)", "concat(_utf8mb4'#',`qty`)"),
        ("qty > 0 AND qty < 1000", "((`qty` > 0) and (`qty` < 1000))"),
        ("a or b or (c or d)", "(`a` or `b` or `c` or `d`)"),
        ("LOWER(email)", "lower(`email`)"),
        ("1 + 1", "(1 + 1)"),
        ("-1", "-1"),
        ("UUID()", "uuid()"),
        ("j->>'$.name'", "json_unquote(json_extract(`j`,_utf8mb4'$.name'))"),
        ("current_date", "curdate()"),
        ("a NOT IN (1, 2)", "(`a` not in (1,2))"),
        ("a <=> NULL", "(`a` <=> NULL)"),
        ("a IS NOT NULL", "(`a` is not null)"),
        ("case a when 1 then 'x' else 'y' end", "(case `a` when 1 then _utf8mb4'x' else _utf8mb4'y' end)"),
        ("d + interval 1 day", "(`d` + interval 1 day)"),
        ("cast(a as decimal(10,2))", "cast(`a` as decimal(10,2))"),
        ("mod(a, 3)", "(`a` % 3)"),
        ("a != b", "(`a` <> `b`)"),
        ("`group_concat`(a)", "`group_concat`(`a`)"),
        ("substr ('a')", "`substr`(_utf8mb4'a')"),
        ("`if`(a)", "`if`(`a`)"),
        ("if (a, 1, 2)", "if(`a`,1,2)"),
        ("`1e5`(a)", "`1e5`(`a`)"),
        ("`_utf8mb4`(a)", "_utf8mb4(`a`)"),
    ])
    func expressionsPrintInNormalForm(source: String, expected: String) throws {
        let tree = try SQLParser.parseExpression(source)
        #expect(SyntaxPrinter.print(tree) == expected)
        let again = try SQLParser.parseExpression(expected)
        #expect(SyntaxPrinter.print(again) == expected)
    }

    @Test(arguments: [
        (
            "SELECT 1+1 AS `1 + 1`, 'lit', concat(b.name, '!') AS x FROM base b WHERE b.qty > 0",
            "select (1 + 1) AS `1 + 1`,'lit' AS `lit`,concat(`b`.`name`,'!') AS `x` from `base` `b` where (`b`.`qty` > 0)"
        ),
        (
            "SELECT a.x FROM a LEFT JOIN b ON a.x = b.x, c ORDER BY a.x DESC LIMIT 2, 3",
            "select `a`.`x` AS `x` from ((`a` left join `b` on((`a`.`x` = `b`.`x`))) join `c`) order by `a`.`x` desc limit 2,3"
        ),
        ("SELECT COUNT(*) FROM t GROUP BY a", "select count(0) AS `COUNT(*)` from `t` group by `a`"),
    ])
    func queriesPrintInNormalForm(source: String, expected: String) throws {
        let tree = try SQLParser.parseQuery(source)
        #expect(SyntaxPrinter.print(tree) == expected)
    }

    @Test func joinsWithoutConditionGoToTheLeft() throws {
        let tree = try SQLParser.parseQuery("SELECT 1 FROM a JOIN b JOIN c ON a.x = c.x LEFT JOIN d JOIN e ON d.x = e.x ON d.x = a.x")
        #expect(
            SyntaxPrinter.print(tree)
                == "select 1 AS `1` from (((`a` join `b`) join `c` on((`a`.`x` = `c`.`x`))) left join (`d` join `e` on((`d`.`x` = `e`.`x`))) on((`d`.`x` = `a`.`x`)))"
        )
    }
}
