"""What a real MySQL 9.7 answered to statements of each kind that once differed (see recorded_answers.py)."""
import json

import pytest

import recorded_answers
from cluster import Node, free_port


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = Node(1, tmp_path_factory.mktemp("answers"), "", f"127.0.0.1:{free_port()}").start()
    yield node
    node.kill()


@pytest.mark.parametrize("name", recorded_answers.names())
def test_statements_are_answered_as_by_mysql(node, name):
    recorded = json.loads((recorded_answers.FOLDER / f"{name}.json").read_text())
    replay = recorded_answers.Replay(node.host, node.port)
    different = []
    for (sql, is_known), (_, expected) in zip(recorded_answers.statements(name), recorded, strict=True):
        answer = replay.answer(sql)
        if not is_known and answer != expected:
            different.append(f"{sql}\n    ours:  {answer}\n    MySQL: {expected}")
    replay.close()
    assert not different, "\n".join(different)
