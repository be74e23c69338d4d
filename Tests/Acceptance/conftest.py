import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from cluster import Group, Node, free_port  # noqa: E402


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """One standalone server, shared by the tests of a module."""
    server = Node(1, tmp_path_factory.mktemp("node"), "", f"127.0.0.1:{free_port()}").start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def group():
    """A three-member single-primary group, shared by the tests of a module that leave it whole."""
    with Group(3) as members:
        yield members.start()


@pytest.fixture
def fresh_group():
    """A three-member group of the test's own, to break."""
    with Group(3) as members:
        yield members.start()
