"""A network of the run's own: a namespace for each member, all on one bridge, and ways to break it.

The run starts itself again in fresh network, mount and PID namespaces (`enter`): when it ends, in whatever way, the
kernel ends its servers and takes its interfaces and mounts away. Nothing of the host's network is touched.
"""
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
INSIDE = "GROUPLITE_FAULTS_INSIDE"
PREFIX = "10.77.0"
CLIENTS = f"{PREFIX}.254"
DROP_PRIORITY = 10


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def namespace_command():
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child=KILL"]
    return command if os.geteuid() == 0 else [*command, "--user", "--map-root-user"]


def missing():
    """Why namespaces cannot be had here, or None."""
    for tool in ("unshare", "nsenter", "ip"):
        if not shutil.which(tool):
            return f"no '{tool}' in PATH (util-linux, iproute2)"
    steps = (
        "mkdir -p /run/netns", "mount -t tmpfs none /run/netns", "ip netns add probe",
        "ip link add probe0 type veth peer name probe1 netns probe", "ip link add probe2 type bridge",
        "ip -n probe rule add pref 9 from 10.0.0.1 blackhole")
    probe = subprocess.run([*namespace_command(), "sh", "-c", " && ".join(steps)], capture_output=True, text=True)
    return None if probe.returncode == 0 else f"no network namespaces here (root needed): {probe.stderr.strip()[-200:]}"


def enter():
    """Runs this very command again inside of namespaces of its own; returns only there."""
    if os.environ.get(INSIDE) == "1":
        return
    reason = missing()
    if reason:
        sys.exit(f"faults: {reason}")
    command = [*namespace_command(), sys.executable, *sys.argv]
    os.execvpe(command[0], command, {**os.environ, INSIDE: "1"})


class Network:
    """Members have the addresses 10.77.0.1 and up, clients 10.77.0.254."""

    def __init__(self, size):
        self.numbers = range(1, size + 1)
        self.cuts = set()
        self.slow_links = {}
        pathlib.Path("/run/netns").mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "tmpfs", "none", "/run/netns")
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", "hub", "type", "bridge")
        run("ip", "addr", "add", f"{CLIENTS}/24", "dev", "hub")
        run("ip", "link", "set", "hub", "up")
        for number in self.numbers:
            name, link = self.name(number), f"veth{number}"
            run("ip", "netns", "add", name)
            run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
            run("ip", "link", "set", link, "master", "hub", "up")
            run("ip", "-n", name, "addr", "add", f"{self.address(number)}/24", "dev", "eth0")
            run("ip", "-n", name, "link", "set", "eth0", "up")
            run("ip", "-n", name, "link", "set", "lo", "up")
            # A rule that drops comes before the local table; established connections must ask the rules too.
            run("ip", "-n", name, "rule", "add", "pref", "100", "lookup", "local")
            run("ip", "-n", name, "rule", "del", "pref", "0")
            for switch in ("ip_early_demux", "conf/all/rp_filter", "conf/default/rp_filter", "conf/eth0/rp_filter"):
                run(*self.inside(number), "sh", "-c", f"echo 0 > /proc/sys/net/ipv4/{switch}")

    @staticmethod
    def name(number):
        return f"member{number}"

    @staticmethod
    def address(number):
        return f"{PREFIX}.{number}"

    @staticmethod
    def inside(number):
        """What a command line starts with that runs on a member's host."""
        return ["nsenter", f"--net=/run/netns/member{number}"]

    def cut(self, source, target):
        """Packets from `source` no longer arrive at `target`; those of the other direction do."""
        if (source, target) not in self.cuts:
            self.rule("add", source, target)
            self.cuts.add((source, target))

    def mend(self, source, target):
        if (source, target) in self.cuts:
            self.rule("del", source, target)
            self.cuts.discard((source, target))

    def rule(self, action, source, target):
        run("ip", "-n", self.name(target), "rule", action, "pref", str(DROP_PRIORITY), "iif", "eth0",
            "from", self.address(source), "blackhole")

    def partition(self, *sides):
        """Members of different sides no longer hear each other; clients reach all."""
        for pair in self.pairs(sides):
            self.cut(*pair)

    def unite(self, *sides):
        for pair in self.pairs(sides):
            self.mend(*pair)

    @staticmethod
    def pairs(sides):
        return [(one, other) for side in sides for one in side for rest in sides if rest is not side for other in rest]

    def unplug(self, number):
        """The cable is out: nothing reaches the member and nothing leaves it, no refusal or reset either."""
        run("ip", "link", "set", f"veth{number}", "down")

    def plug(self, number):
        run("ip", "link", "set", f"veth{number}", "up")

    def slow(self, number, delay_ms, jitter_ms, loss):
        """What the member sends to its peers comes late, and is partly lost (see slow_link.py: this needs no tc netem)."""
        peers = [self.address(other) for other in self.numbers if other != number]
        helper = subprocess.Popen(
            [*self.inside(number), sys.executable, str(HERE / "slow_link.py"), self.address(number),
             str(delay_ms), str(jitter_ms), str(loss), *peers], stdout=subprocess.PIPE, text=True)
        if helper.stdout.readline().strip() != "ready":
            helper.wait()
            raise OSError(f"no slow link: the helper ended with {helper.returncode}")
        self.slow_links[number] = helper

    def speed_up(self, number):
        helper = self.slow_links.pop(number, None)
        if helper:
            helper.kill()
            helper.wait()

    def heal(self):
        for pair in list(self.cuts):
            self.mend(*pair)
        for number in list(self.slow_links):
            self.speed_up(number)
        for number in self.numbers:
            self.plug(number)
