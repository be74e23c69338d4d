"""Statements as trees: what is generated at random can be made smaller piece by piece, and says which pieces are left."""
from dataclasses import dataclass, field


@dataclass
class Node:
    """A piece of a statement: `template` with one {} for each child.

    kind: "expression" can stand for any other expression; "clause" may be left out; "fixed" stays.
    name: what a finding is filed under (a function, an operator, a clause), or None.
    """
    template: str
    children: list = field(default_factory=list)
    kind: str = "expression"
    name: str = None

    def text(self):
        return self.template.format(*(child.text() for child in self.children))

    def names(self):
        found = {self.name} if self.name else set()
        for child in self.children:
            found |= child.names()
        return found

    def size(self):
        return 1 + sum(child.size() for child in self.children)

    def copy(self):
        return Node(self.template, [child.copy() for child in self.children], self.kind, self.name)

    def paths(self, path=()):
        yield path
        for index, child in enumerate(self.children):
            yield from child.paths(path + (index,))

    def at(self, path):
        node = self
        for index in path:
            node = node.children[index]
        return node

    def replaced(self, path, node):
        """A copy with another node at this path."""
        if not path:
            return node.copy()
        result = self.copy()
        result.at(path[:-1]).children[path[-1]] = node.copy()
        return result


def escaped(text):
    """A literal piece of a template."""
    return text.replace("{", "{{").replace("}", "}}")


def leaf(text, name=None, kind="expression"):
    return Node(escaped(text), [], kind, name)


def nothing():
    return Node("", [], "clause")


SIMPLE = [leaf("NULL"), leaf("1"), leaf("0"), leaf("'a'"), leaf("1.5"), leaf("id")]


def smaller(node):
    """All trees that are this one with one piece taken away, the largest cuts first."""
    paths = sorted(node.paths(), key=lambda path: -node.at(path).size())
    for path in paths:
        piece = node.at(path)
        if piece.kind == "clause" and piece.template:
            yield node.replaced(path, nothing())
        if piece.kind == "expression":
            for below in piece.paths():
                if below and piece.at(below).kind == "expression":
                    yield node.replaced(path, piece.at(below))
            if piece.size() > 1 or piece.template not in [simple.template for simple in SIMPLE]:
                for simple in SIMPLE:
                    yield node.replaced(path, simple)


def shrunk(node, still_fails, attempts=400):
    """The smallest tree that this greedy search finds for which `still_fails` holds."""
    while True:
        for candidate in smaller(node):
            if attempts == 0:
                return node
            if candidate.size() > node.size() or candidate.text() == node.text():
                continue
            if candidate.size() == node.size() and len(candidate.text()) >= len(node.text()):
                continue
            attempts -= 1
            if still_fails(candidate):
                node = candidate
                break
        else:
            return node
