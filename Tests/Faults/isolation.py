"""Judges a history of list-append transactions, as Elle does: which anomalies does it prove?

A transaction reads lists and appends values that are unique for their key. So the order of a key's versions can be read
off its longest list, and with it who depends on whom:

    ww  T1 wrote the version that T2's append followed
    wr  T2 read the version that T1 wrote
    rw  T1 read the version that T2's append replaced (an anti-dependency)
    so  T2 came after T1 on the same connection

Snapshot isolation is violated exactly if there is a cycle in which no two rw edges are next to each other (Cerone and
Gotsman, "Analysing snapshot isolation"): so the search runs on a graph with two copies of each transaction, entered by
an rw edge or by another, where an rw edge does not leave the first. What is left are cycles with adjacent rw
edges: write skew, which snapshot isolation allows.
"""
import collections

OK, FAILED, UNKNOWN = "ok", "failed", "unknown"

# What a weaker level, where a snapshot moves during a transaction, does not forbid.
OF_SNAPSHOTS = ("internal", "lost update", "G-single", "G-nonadjacent")

Anomaly = collections.namedtuple("Anomaly", "name detail")


class Transaction:
    """operations: ("append", key, value) and ("read", key, tuple of values), in their order."""
    __slots__ = ("outcome", "session", "operations", "where")

    def __init__(self, outcome, operations, session=None, where=""):
        self.outcome = outcome
        self.session = session
        self.operations = operations
        self.where = where

    def __repr__(self):
        steps = " ".join(
            f"append({key},{value})" if kind == "append" else f"read({key})={'..' if len(value) > 3 else ''}{list(value[-3:])}"
            for kind, key, value in self.operations)
        return f"[{self.outcome} {self.where} session {self.session}: {steps}]"


def check(history, final=None):
    """All anomalies of `history` (in the order in which each session ran them). `final`: key -> the list at the end, when known."""
    return _Check(history, final).run()


class _Check:
    def __init__(self, history, final):
        self.history = history
        self.final = final
        self.anomalies = []
        self.writer = {}
        self.last_append = {}  # (transaction index, key) -> its last value
        for index, transaction in enumerate(history):
            for kind, key, value in transaction.operations:
                if kind == "append":
                    self.writer[key, value] = index
                    self.last_append[index, key] = value
        self.order = {}

    def found(self, name, detail):
        self.anomalies.append(Anomaly(name, detail))

    def run(self):
        self.check_inside_transactions()
        self.find_version_order()
        self.check_reads()
        self.check_final()
        self.check_cycles()
        return self.anomalies

    def reads(self):
        for index, transaction in enumerate(self.history):
            if transaction.outcome == OK:
                for kind, key, value in transaction.operations:
                    if kind == "read":
                        yield index, key, value

    def check_inside_transactions(self):
        """A transaction sees one snapshot and its own appends."""
        for transaction in self.history:
            if transaction.outcome != OK:
                continue
            seen, own = {}, collections.defaultdict(tuple)
            for kind, key, value in transaction.operations:
                if kind == "append":
                    own[key] += (value,)
                    if key in seen:
                        seen[key] += (value,)
                elif key in seen and value != seen[key]:
                    self.found("internal", f"read {list(value)} instead of {list(seen[key])} in {transaction}")
                elif own[key] and value[-len(own[key]):] != own[key]:
                    self.found("internal", f"does not see its own appends: {transaction}")
                else:
                    seen[key] = value

    def find_version_order(self):
        lists = collections.defaultdict(list)
        for index, key, value in self.reads():
            lists[key].append((value, self.history[index]))
        for key, value in (self.final or {}).items():
            lists[key].append((tuple(value), "the final read"))
        for key, seen in lists.items():
            longest, who = max(seen, key=lambda pair: len(pair[0]))
            self.order[key] = longest
            for value, reader in seen:
                if value != longest[:len(value)]:
                    self.found("incompatible order",
                               f"key {key}: {list(value)} by {reader} is no prefix of {list(longest)} by {who}")
                    break
            counts = collections.Counter(longest)
            for value, count in counts.items():
                if count > 1:
                    self.found("duplicate", f"key {key} has {value} {count} times: {list(longest)}")
                if (key, value) not in self.writer:
                    self.found("garbage", f"key {key} has {value}, which nobody appended")

    def check_reads(self):
        """G1a: an append of a transaction that failed was read. G1b: an append that its own transaction followed up."""
        for index, key, value in self.reads():
            for item in value:
                writer = self.writer.get((key, item))
                if writer is not None and self.history[writer].outcome == FAILED and writer != index:
                    self.found("G1a", f"{self.history[index]} read {item} of {self.history[writer]}")
                    break
            if value:
                writer = self.writer.get((key, value[-1]))
                if writer is not None and writer != index and self.last_append[writer, key] != value[-1]:
                    self.found("G1b", f"{self.history[index]} read {value[-1]}, an intermediate of {self.history[writer]}")

    def check_final(self):
        """Acknowledged appends are there, failed ones not, and of those in doubt all or nothing."""
        if self.final is None:
            return
        there = {(key, value) for key, values in self.final.items() for value in values}
        for transaction in self.history:
            appends = [(key, value) for kind, key, value in transaction.operations if kind == "append"]
            missing = [append for append in appends if append not in there]
            if transaction.outcome == OK and missing:
                self.found("lost", f"{missing} of {transaction}")
            elif transaction.outcome == FAILED and len(missing) < len(appends):
                self.found("G1a", f"failed, and yet in the final lists: {transaction}")
            elif transaction.outcome == UNKNOWN and 0 < len(missing) < len(appends):
                self.found("torn", f"in part there, in part not: {missing} of {transaction}")

    def edges(self):
        """(from, to) -> {(kind, key)}"""
        edges = collections.defaultdict(set)
        for key, values in self.order.items():
            writers = [self.writer.get((key, value)) for value in values]
            for before, after in zip(writers, writers[1:]):
                if before is not None and after is not None and before != after:
                    edges[before, after].add(("ww", key))
        for index, key, value in self.reads():
            order = self.order[key]
            length = len(value)
            while length and self.writer.get((key, value[length - 1])) == index:
                length -= 1  # its own appends, which it did not get from anybody
            if value[:length] != order[:length]:
                continue
            if length:
                writer = self.writer.get((key, value[length - 1]))
                if writer is not None and writer != index:
                    edges[writer, index].add(("wr", key))
            if length < len(order):
                writer = self.writer.get((key, order[length]))
                if writer is not None and writer != index:
                    edges[index, writer].add(("rw", key))
        last = {}
        for index, transaction in enumerate(self.history):
            if transaction.outcome == OK and transaction.session is not None:
                if transaction.session in last:
                    edges[last[transaction.session], index].add(("so", None))
                last[transaction.session] = index
        return edges

    def check_cycles(self):
        edges = self.edges()
        for name, kinds in (("G0", {"ww"}), ("G1c", {"ww", "wr"})):
            graph = collections.defaultdict(set)
            for (source, target), labels in edges.items():
                if any(kind in kinds for kind, _ in labels):
                    graph[source].add(target)
            cycles = _cycles(graph)
            for cycle in cycles:
                self.found(name, self.describe(cycle, edges, kinds))
            if cycles:
                return
        graph = collections.defaultdict(set)
        for (source, target), labels in edges.items():
            if any(kind != "rw" for kind, _ in labels):
                graph[source, False].add((target, False))
                graph[source, True].add((target, False))
            if any(kind == "rw" for kind, _ in labels):
                graph[source, False].add((target, True))
        for cycle in _cycles(graph):
            steps = list(zip(cycle, cycle[1:] + cycle[:1]))
            anti = [(source[0], target[0]) for source, target in steps if target[1]]
            other = [(source[0], target[0]) for source, target in steps if not target[1]]
            session = all({kind for kind, _ in edges[pair]} <= {"so", "rw"} for pair in other)
            name = "G1c" if not anti else "G-single" if len(anti) == 1 else "G-nonadjacent"
            if len(anti) == 1 and len(other) == 1 and not session:
                keys = {key for kind, key in edges[anti[0]] if kind == "rw"}
                if any(kind == "ww" and key in keys for kind, key in edges[other[0]]):
                    name = "lost update"
            elif any({kind for kind, _ in edges[pair]} - {"rw"} == {"so"} for pair in other):
                name += " (session order)"
            self.found(name, self.describe([node for node, _ in cycle], edges))

    def describe(self, cycle, edges, kinds=None):
        lines = []
        for source, target in zip(cycle, cycle[1:] + cycle[:1]):
            labels = sorted(f"{kind} {key}" for kind, key in edges[source, target] if kinds is None or kind in kinds)
            lines.append(f"  {self.history[source]}\n    -- {', '.join(labels)} -->")
        return "\n" + "\n".join(lines)


def write_skew(history, final=None):
    """How many groups of transactions are in cycles that snapshot isolation allows: shows that the history has teeth."""
    judge = _Check(history, final)
    judge.find_version_order()
    graph = collections.defaultdict(set)
    for source, target in judge.edges():
        graph[source].add(target)
    return len(_components(graph))


def _cycles(graph):
    """One short cycle of each strongly connected component that has one."""
    cycles = []
    for component in _components(graph):
        members = set(component)
        start = component[0]
        parents = {start: None}
        queue = collections.deque([start])
        while queue:
            node = queue.popleft()
            if start in graph.get(node, ()):
                path = []
                while node is not None:
                    path.append(node)
                    node = parents[node]
                cycles.append(path[::-1])
                break
            for target in graph.get(node, ()):
                if target in members and target not in parents:
                    parents[target] = node
                    queue.append(target)
    return cycles


def _components(graph):
    """The strongly connected components of more than one node (Tarjan's algorithm, without recursion)."""
    index, low, on_stack, stack, components = {}, {}, set(), [], []
    for root in list(graph):
        if root in index:
            continue
        work = [(root, iter(graph.get(root, ())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph.get(target, ()))))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == node:
                            break
                    if len(component) > 1:
                        components.append(component)
    return components
