"""Random statements over the tables of `tables`: each is a tree that can be made smaller."""
from expressions import Generator
from tree import Node, leaf, nothing


def clause(word, node, name=None):
    return Node(word + " {}", [node], "clause", name)


def maybe(source, chance, make):
    return make() if source.random() < chance else nothing()


def select(source):
    """One SELECT of one table, ordered by all that it returns where it has a LIMIT."""
    make = Generator(source)
    columns = Node(", ".join(["{}"] * 2), [make.expression(), maybe_second(source, make)], "fixed")
    where = maybe(source, 0.4, lambda: clause(" WHERE", make.expression("boolean")))
    order = maybe(source, 0.3, lambda: Node(" ORDER BY {}{}, id", [make.expression(), direction(source)], "clause", "ORDER BY"))
    limit = leaf(" LIMIT 3", None, "clause") if order.template and source.random() < 0.5 else nothing()
    return Node("SELECT {} FROM a{}{}{}", [columns, where, order, limit], "fixed")


def maybe_second(source, make):
    return make.window() if source.random() < 0.15 else make.expression()


def direction(source):
    return leaf(source.choice(["", " DESC"]), None, "fixed")


def grouped(source):
    make = Generator(source, depth=2)
    key = make.expression()
    having = maybe(source, 0.3, lambda: clause(" HAVING", Node("{} > {}", [make.aggregate(), make.expression("any", 1)], "expression", ">")))
    rollup = maybe(source, 0.2, lambda: leaf(" WITH ROLLUP", "WITH ROLLUP", "clause"))
    shape = Node("SELECT {} AS k, {}, {} FROM a{} GROUP BY k{}{}", [
        key, make.aggregate(), make.aggregate(),
        maybe(source, 0.3, lambda: clause(" WHERE", make.expression("boolean", 1))), rollup, having], "fixed", "GROUP BY")
    return shape


def aggregated(source):
    make = Generator(source, depth=2)
    return Node("SELECT {}, {} FROM a{}", [make.aggregate(), make.aggregate(), maybe(source, 0.4, lambda: clause(" WHERE", make.expression("boolean")))], "fixed")


def joined(source):
    make = Generator(source, "a.", depth=2)
    kind = source.choice(["JOIN", "LEFT JOIN", "RIGHT JOIN", "STRAIGHT_JOIN"])
    condition = source.choice(["a.id = b.aid", "a.v20 = b.v20", "a.d2 = b.d2", "a.i64 = b.v20", "a.u64 = b.u64", "a.dt = b.dt", "a.v20 = b.d2", "a.c5 <=> b.v20", "a.ts > b.dt", "a.vl = b.v20"])
    other = source.choice(["b.id", "b.v20", "b.d2", "b.dt"])
    return Node("SELECT a.id, {}, {} FROM a {} b ON {}{}", [
        leaf(other, None, "fixed"), make.expression(), leaf(kind, kind, "fixed"), leaf(condition, "ON " + condition, "fixed"),
        maybe(source, 0.4, lambda: clause(" WHERE", make.expression("boolean")))], "fixed")


def combined(source):
    make = Generator(source, depth=1)
    return Node("SELECT {} FROM a {} SELECT {} FROM a", [
        make.expression(), leaf(source.choice(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]), "UNION", "fixed"), make.expression()], "fixed")


def derived(source):
    make = Generator(source, depth=1)
    outer = Node("{}", [Generator(source, depth=1).expression("boolean")], "fixed")
    return Node("SELECT x, COUNT(*) FROM (SELECT {} AS x FROM a WHERE {}) t GROUP BY x", [make.expression(), outer], "fixed", "derived")


def constant(source):
    """Expressions without a table: all by literals."""
    make = Generator(source, depth=2)
    make.column = make.literal
    return Node("SELECT {}", [make.expression()], "fixed")


def change(source):
    """A statement that writes into `c`, and the query that shows what it wrote."""
    make = Generator(source, depth=2)
    targets = ["i32", "d2", "f8", "dt", "tm", "u8", "e", "j", "vb", "y", "v20"]
    target = source.choice(targets)
    ignore = source.choice(["", "", "IGNORE "])
    if source.random() < 0.7:
        return Node("INSERT {}INTO c ({}) SELECT {} FROM a WHERE id = {}", [
            leaf(ignore, "IGNORE" if ignore else None, "fixed"), leaf(target, "INTO " + target, "fixed"), make.expression(), leaf(str(source.randrange(1, 17)), None, "fixed")], "fixed", "INSERT")
    return Node("UPDATE {}a SET {} = {} WHERE id = {}", [
        leaf(ignore, "IGNORE" if ignore else None, "fixed"), leaf(source.choice(["i8", "d2", "ts", "tm", "v20", "e", "y", "vl", "f4", "u64"]), None, "fixed"), make.expression(),
        leaf(str(source.randrange(1, 17)), None, "fixed")], "fixed", "UPDATE")


READS = [(select, 10), (grouped, 4), (aggregated, 2), (joined, 3), (combined, 2), (derived, 1), (constant, 4)]


def statement(source):
    kinds = READS + [(change, 4)]
    chosen = source.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
    return chosen(source)
