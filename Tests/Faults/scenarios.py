"""The faults. Each is a generator: up to `yield` it breaks something and says what, after it all is mended.

`run` gives the members, the network and the seeded `chance`. No fault needs an operator's statement to be over, but for
the lost disk: somebody has to set up a new server. (A full disk needs somebody who makes room.)
"""
import math
import random
import threading
import time

import pymysql

FAULTS = {}


def fault(hold, minimum=3):
    """`hold`: seconds between breaking and mending. `minimum`: the least number of members."""
    def register(function):
        function.hold, function.minimum = hold, minimum
        FAULTS[function.__name__] = function
        return function
    return register


@fault(hold=5)
def kill_primary(run):
    yield from killed(run, [run.primary()])


@fault(hold=5)
def kill_secondary(run):
    yield from killed(run, [run.other(run.primary())])


@fault(hold=5)
def kill_several(run):
    """As many as the group can do without (5 members), or one more than that (3 members), the primary among them."""
    primary = run.primary()
    yield from killed(run, [primary, run.other(primary)])


@fault(hold=2)
def kill_all(run):
    yield from killed(run, run.members)


def killed(run, victims):
    for victim in victims:
        victim.wanted = False
        if victim.running:
            victim.process.kill()
    for victim in victims:
        victim.kill()
    yield " ".join(map(str, victims))
    for victim in victims:
        victim.start(wait=False)


@fault(hold=1)
def kill_recovering(run):
    """Killed again and again on its way back."""
    victim = run.other(run.primary())
    for _ in range(4):
        victim.kill()
        victim.start(wait=False)
        time.sleep(run.chance.uniform(0.05, 1.5))
    yield from killed(run, [victim])


@fault(hold=0)
def rolling_restart(run):
    """An operator restarts one server after the other, each when the one before is back."""
    for member in run.members:
        member.restart()
        deadline = time.monotonic() + run.bound
        while not run.online() and time.monotonic() < deadline:
            time.sleep(0.1)
    yield "all, one by one"


@fault(hold=14)
def host_lost(run):
    """The primary's host goes without a word: no connection is refused or reset."""
    victim = run.primary()
    run.network.unplug(victim.number)
    victim.kill()
    yield str(victim)
    run.network.plug(victim.number)
    victim.start(wait=False)


@fault(hold=4)
def pause_short(run):
    """Shorter than it takes to be suspected."""
    yield from paused(run.primary())


@fault(hold=16)
def pause_primary(run):
    """Longer than suspicion and expel timeout together (5 s and 5 s)."""
    yield from paused(run.primary())


@fault(hold=16)
def pause_secondary(run):
    yield from paused(run.other(run.primary()))


def paused(victim):
    victim.pause()
    yield str(victim)
    victim.resume()


@fault(hold=16)
def one_way_from_primary(run):
    """One direction of one link: a secondary does not hear the primary, which hears it."""
    primary = run.primary()
    yield from one_way(run, primary, run.other(primary))


@fault(hold=16)
def one_way_to_primary(run):
    primary = run.primary()
    yield from one_way(run, run.other(primary), primary)


def one_way(run, source, target):
    run.network.cut(source.number, target.number)
    yield f"{source} -x-> {target}"
    run.network.mend(source.number, target.number)


@fault(hold=12)
def flapping_link(run):
    """A link that comes and goes, at times in one direction only."""
    one = run.primary()
    two = run.other(one)
    over = threading.Event()
    chance = random.Random(run.chance.random())

    def flap():
        while not over.wait(chance.uniform(0.1, 1.5)):
            pair = chance.choice([(one, two), (two, one)])
            change = chance.choice([run.network.cut, run.network.mend])
            change(pair[0].number, pair[1].number)
    flapping = threading.Thread(target=flap, daemon=True)
    flapping.start()
    yield f"{one} ~ {two}"
    over.set()
    flapping.join()
    run.network.unite([one.number], [two.number])


@fault(hold=16)
def cut_link(run):
    """Both directions of one link; all others hear both members."""
    primary = run.primary()
    yield from partition(run, [primary.number], [run.other(primary).number])


@fault(hold=16)
def minority_with_primary(run):
    yield from minority(run, run.primary())


@fault(hold=16)
def minority_of_secondaries(run):
    yield from minority(run, run.other(run.primary()))


def minority(run, first):
    size = (len(run.members) - 1) // 2
    others = [member for member in run.members if member is not first]
    if run.options.mode == "single":
        others = [member for member in others if member.role != "PRIMARY"]
    side = {first.number, *(member.number for member in run.chance.sample(others, size - 1))}
    yield from partition(run, sorted(side), [member.number for member in run.members if member.number not in side])


@fault(hold=14)
def nobody_with_majority(run):
    """Everybody for himself."""
    yield from partition(run, *([member.number] for member in run.members))


@fault(hold=16, minimum=5)
def bridge(run):
    """Two halves that do not hear each other, and one member that hears both."""
    numbers = [member.number for member in run.members]
    run.chance.shuffle(numbers)
    half = math.floor((len(numbers) - 1) / 2)
    yield from partition(run, numbers[:half], numbers[half:2 * half])


def partition(run, *sides):
    run.network.partition(*sides)
    yield " | ".join(" ".join(f"s{number}" for number in side) for side in sides)
    run.network.unite(*sides)


@fault(hold=10)
def slow_primary(run):
    yield from slowed(run, run.primary())


@fault(hold=10)
def slow_secondary(run):
    yield from slowed(run, run.other(run.primary()))


def slowed(run, victim):
    delay, jitter, loss = run.chance.choice([(20, 10, 0.01), (50, 30, 0.03), (150, 50, 0.01)])
    run.network.slow(victim.number, delay, jitter, loss)
    yield f"{victim}: {delay} +- {jitter} ms, {loss:.0%} lost"
    run.network.speed_up(victim.number)


@fault(hold=3)
def stop_and_start(run):
    """An operator takes a member out and back in."""
    victim = run.chance.choice(run.members)
    run.statement(victim, "STOP GROUP_REPLICATION")
    yield str(victim)
    threading.Thread(target=join, args=(run, victim), daemon=True).start()


@fault(hold=2)
def switch_primary(run):
    """An operator makes another member the primary; nothing to mend. In multi-primary mode: single and back."""
    victim = run.other(run.primary())
    if run.options.mode == "multi":
        run.statement(victim, "SELECT group_replication_switch_to_single_primary_mode()")
        yield f"single-primary mode and back on {victim}"
        run.statement(victim, "SELECT group_replication_switch_to_multi_primary_mode()")
    else:
        run.statement(victim, "SELECT group_replication_set_as_primary(@@server_uuid)")
        yield f"to {victim}"


@fault(hold=10)
def disk_full(run):
    """Whoever writes there waits; the member stays ONLINE and goes on by itself. Nobody but who makes room does anything."""
    victim = run.chance.choice(run.members)
    victim.fill_disk()
    yield str(victim)
    victim.free_disk()


@fault(hold=10)
def disks_full(run):
    """All at once: nothing can be committed until there is room."""
    for member in run.members:
        member.fill_disk()
    yield "all members"
    for member in run.members:
        member.free_disk()


@fault(hold=3)
def disk_lost(run):
    """The member comes back empty on the same address, set up anew."""
    victim = run.chance.choice(run.members)
    victim.kill()
    victim.wipe()
    yield str(victim)
    victim.options["group_replication_start_on_boot"] = "OFF"
    victim.start()
    victim.options["group_replication_start_on_boot"] = "ON"
    victim.provision()
    victim.option_file()
    adopt_mode(run, victim)
    threading.Thread(target=join, args=(run, victim), daemon=True).start()


def adopt_mode(run, victim):
    """Switching modes persists these on the members that there are (the checks too, as in MySQL); a new server has to be
    told."""
    for member in run.members:
        if member is not victim and member.state == "ONLINE":
            single, checks = member.local_query(
                "SELECT @@group_replication_single_primary_mode, @@group_replication_enforce_update_everywhere_checks")[0]
            run.statement(victim, "SET PERSIST group_replication_enforce_update_everywhere_checks = OFF")
            run.statement(victim, f"SET PERSIST group_replication_single_primary_mode = {single}")
            run.statement(victim, f"SET PERSIST group_replication_enforce_update_everywhere_checks = {checks}")
            return


def join(run, member):
    deadline = time.monotonic() + run.bound
    while time.monotonic() < deadline and member.wanted:
        try:
            member.local_query("START GROUP_REPLICATION", read_timeout=run.bound)
            return
        except (pymysql.Error, OSError) as error:
            run.note(f"{member}: START GROUP_REPLICATION: {error}")
            time.sleep(1)
