"""Runs on a member's host (in its network namespace): packets to the given peers go through a TUN device into this
process, which passes them on late and drops some. It takes the place of `tc qdisc ... netem`, which not every kernel has.

    slow_link.py OWN_ADDRESS DELAY_MS JITTER_MS LOSS PEER...

Packets stay in order. When the process ends, device and routes are gone and the link is as before.
"""
import collections
import fcntl
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
DEVICE = "slow0"
QUEUE_LIMIT = 20_000  # packets; more are dropped, as a router would


def main():
    own, delay, jitter, loss, *peers = sys.argv[1:]
    delay, jitter, loss = float(delay) / 1000, float(jitter) / 1000, float(loss)
    tunnel = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tunnel, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
    out.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    subprocess.run(["ip", "link", "set", DEVICE, "mtu", "1500", "up"], check=True)
    for peer in peers:
        subprocess.run(["ip", "route", "add", f"{peer}/32", "dev", DEVICE, "src", own], check=True)
    print("ready", flush=True)

    queue = collections.deque()
    while True:
        now = time.monotonic()
        while queue and queue[0][0] <= now:
            packet = queue.popleft()[1]
            try:
                out.sendto(packet, (socket.inet_ntoa(packet[16:20]), 0))
            except OSError:
                pass  # lost: TCP sends it again
        wait = None if not queue else max(0.0, queue[0][0] - time.monotonic())
        if not select.select([tunnel], [], [], wait)[0]:
            continue
        packet = os.read(tunnel, 65536)
        if len(packet) < 20 or packet[0] >> 4 != 4 or random.random() < loss or len(queue) >= QUEUE_LIMIT:
            continue
        due = time.monotonic() + delay + random.uniform(-jitter, jitter)
        queue.append((max(due, queue[-1][0] if queue else 0), packet))


if __name__ == "__main__":
    main()
