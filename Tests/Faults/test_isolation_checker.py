"""The checker itself: it is silent about what snapshot isolation allows, and finds each planted anomaly by its name."""
import random

import pytest

from isolation import FAILED, OK, UNKNOWN, Transaction, check, write_skew


def transaction(text, outcome=OK, session=None):
    """"r x 1,2; a x 3": reads the list 1,2 of x and appends 3."""
    operations = []
    for step in filter(None, (part.strip() for part in text.split(";"))):
        kind, key, *rest = step.split()
        if kind == "a":
            operations.append(("append", key, int(rest[0])))
        else:
            operations.append(("read", key, tuple(int(value) for value in rest[0].split(",")) if rest else ()))
    return Transaction(outcome, operations, session)


def names(*history, final=None):
    return sorted({anomaly.name for anomaly in check(list(history), final)})


def test_a_serial_history_is_clean():
    assert names(transaction("r x; a x 1", session=1), transaction("r x 1; a x 2; r x 1,2", session=2),
                 transaction("r x 1,2; a y 3", session=1), final={"x": [1, 2], "y": [3]}) == []


def test_write_skew_is_allowed_and_counted():
    history = [transaction("r x; r y; a x 1"), transaction("r x; r y; a y 2"), transaction("r x 1; r y 2")]
    assert names(*history) == []
    assert write_skew(history) == 1


def test_a_lost_update_is_found():
    assert names(transaction("r x; a x 1"), transaction("r x; a x 2"), transaction("r x 1,2")) == ["lost update"]


def test_read_skew_is_found():
    """One reader sees the new x and the old y of a transaction that wrote both."""
    assert names(transaction("a x 1; a y 2"), transaction("r x 1; r y"), transaction("r y 2")) == ["G-single"]


def test_a_long_fork_is_found():
    """Two readers see two independent writes in different orders: two rw edges that are not adjacent."""
    assert names(transaction("a x 1"), transaction("a y 2"), transaction("r x 1; r y"), transaction("r x; r y 2"),
                 transaction("r x 1; r y 2")) == ["G-nonadjacent"]


def test_dirty_writes_are_found():
    assert names(transaction("a x 1; a y 1"), transaction("a x 2; a y 2"), transaction("r x 1,2; r y 2,1")) == ["G0"]


def test_circular_information_flow_is_found():
    assert names(transaction("a x 1; r y 2"), transaction("a y 2; r x 1")) == ["G1c"]


def test_an_aborted_read_is_found():
    assert names(transaction("a x 1", FAILED), transaction("r x 1")) == ["G1a"]
    assert names(transaction("a x 1", FAILED), final={"x": [1]}) == ["G1a"]


def test_an_intermediate_read_is_found():
    assert "G1b" in names(transaction("a x 1; a x 2"), transaction("r x 1"), transaction("r x 1,2"))


def test_a_lost_append_is_found():
    assert names(transaction("a x 1"), transaction("a x 2"), final={"x": [2]}) == ["lost"]


def test_an_append_in_doubt_may_be_there_or_not_but_not_in_part():
    assert names(transaction("a x 1; a y 2", UNKNOWN), final={"x": [1], "y": [2]}) == []
    assert names(transaction("a x 1; a y 2", UNKNOWN), final={"x": [], "y": []}) == []
    assert names(transaction("a x 1; a y 2", UNKNOWN), final={"x": [1], "y": []}) == ["torn"]


def test_members_with_different_orders_are_found():
    assert names(transaction("a x 1"), transaction("a x 2"), transaction("r x 1,2"), transaction("r x 2")) == [
        "incompatible order"]


def test_an_append_applied_twice_is_found():
    assert "duplicate" in names(transaction("a x 1"), transaction("r x 1,1"))


def test_a_value_of_nobody_is_found():
    assert names(transaction("r x 7")) == ["garbage"]


def test_a_transaction_that_does_not_see_itself_or_one_snapshot_is_found():
    assert "internal" in names(transaction("a x 1; r x"))
    assert "internal" in names(transaction("r x; r x 1"), transaction("a x 1"))


def test_a_session_that_goes_back_in_time_is_found():
    assert names(transaction("a x 1"), transaction("r x 1", session=5), transaction("r x", session=5)) == [
        "G-single (session order)"]
    assert names(transaction("a x 1", session=5), transaction("r x", session=5), transaction("r x 1")) == [
        "G-single (session order)"]


class Model:
    """Snapshot isolation in a few lines; `flaw` breaks it."""

    def __init__(self, seed, flaw=None):
        self.chance, self.flaw = random.Random(seed), flaw
        self.lists, self.changed, self.clock, self.value = {}, {}, 0, 0

    def history(self, count=400, sessions=6):
        history, running = [], {}
        while len(history) < count:
            session = self.chance.randrange(sessions)
            if session not in running:
                running[session] = (self.clock, dict(self.lists), [])
                continue
            began, snapshot, operations = running[session]
            if len(operations) < 4 and self.chance.random() < 0.7:
                key = self.chance.randrange(4)
                if self.chance.random() < 0.5:
                    source = self.lists if self.flaw == "fractured reads" and self.chance.random() < 0.2 else snapshot
                    operations.append(("read", key, source.get(key, ())))
                else:
                    self.value += 1
                    snapshot[key] = snapshot.get(key, ()) + (self.value,)
                    operations.append(("append", key, self.value))
                continue
            del running[session]
            appends = [(key, value) for kind, key, value in operations if kind == "append"]
            conflict = any(self.changed.get(key, -1) >= began for key, _ in appends)
            if conflict and not (self.flaw == "no certification" and self.chance.random() < 0.3):
                history.append(Transaction(FAILED, operations, session))
                continue
            for key, value in appends:
                self.lists[key] = self.lists.get(key, ()) + (value,)
                self.changed[key] = self.clock
            self.clock += 1
            history.append(Transaction(OK, operations, session))
        return history, self.lists


@pytest.mark.parametrize("seed", range(20))
def test_a_model_of_snapshot_isolation_passes(seed):
    history, final = Model(seed).history()
    assert check(history, final) == []


@pytest.mark.parametrize("flaw", ["no certification", "fractured reads"])
def test_a_flawed_model_is_found_out(flaw):
    for seed in range(10):
        history, final = Model(seed, flaw).history()
        assert check(history, final), f"seed {seed}"
