"""Setting a system variable takes the privileges that MySQL asks for: every variable that both have, in every scope."""
import variable_privileges


def test_setting_each_variable_takes_what_it_takes_in_mysql(node):
    recorded = variable_privileges.RECORDED.read_text().splitlines()
    known = {line.split("  ")[0] for line in recorded}
    both = [name for name in variable_privileges.names(node.port) if name in known]
    assert len(both) > 500
    def refusals(lines):
        """What is refused for a privilege; other errors are not of this test."""
        return {line for line in lines if line.split("  ")[3][:4] in ("1227", "3630")}

    wanted = refusals(line for line in recorded if line.split("  ")[0] in set(both))
    present = refusals(variable_privileges.answers(node.port, both))
    assert sorted(wanted - present) == []
    assert sorted(present - wanted) == []


def test_a_value_that_changes_nothing_needs_no_privilege_of_encryption(node):
    usage = variable_privileges.account(node.port, "USAGE")
    with usage.cursor() as cursor:
        cursor.execute("SET SESSION default_table_encryption = OFF")
        try:
            cursor.execute("SET SESSION default_table_encryption = ON")
            refused = None
        except Exception as error:
            refused = error.args
    assert refused == (
        1227, "Access denied; you need (at least one of) the SUPER or SYSTEM_VARIABLES_ADMIN and TABLE_ENCRYPTION_ADMIN "
        "privilege(s) for this operation")
