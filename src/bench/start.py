#!/usr/bin/env python3
"""Measures how long nodes of mode broadcast take to be ready, and how much memory they have then.

    python3 src/bench/start.py --rounds 5

A node alone, and two nodes that form a cluster, started by target/boardcast as documented. The time is that from the
start of the process to its line "Boardcast ready"; the memory is the resident set ten seconds later.
"""

import argparse
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = PROJECT / "target" / "boardcast"
READY = re.compile(rb"Boardcast ready on ")
LIMIT_SECONDS = 60


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Node:
    def __init__(self, directory, *more):
        self.log = directory / "log"
        command = [str(SCRIPT), "--mode", "broadcast", "--data-dir", str(directory), "--http-port", "0"]
        self.started = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--gateway-port", "0", *more], stdout=log, stderr=subprocess.STDOUT
            )

    def seconds_until_ready(self):
        while not READY.search(self.log.read_bytes()):
            if self.process.poll() is not None or time.monotonic() - self.started > LIMIT_SECONDS:
                raise SystemExit(f"not ready: {self.log.read_text()}")
            time.sleep(0.005)
        return time.monotonic() - self.started

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def measure(count, idle):
    """Starts nodes one after the other; returns the figures of the last one."""
    root = pathlib.Path(tempfile.mkdtemp(prefix="boardcast-start-"))
    nodes = []
    try:
        ports = free_ports(count)
        members = ",".join(f"127.0.0.1:{port}" for port in ports)
        for number, port in enumerate(ports):
            directory = root / str(number)
            directory.mkdir()
            more = ["--cluster", "off"]
            if count > 1:
                more = ["--cluster-name", root.name, "--cluster-port", str(port), "--cluster-members", members]
            nodes.append(Node(directory, *more))
            seconds = nodes[-1].seconds_until_ready()
        time.sleep(idle)
        return seconds, nodes[-1].resident_mib()
    finally:
        for node in nodes:
            node.stop()
        shutil.rmtree(root, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--idle", type=float, default=10, help="seconds before the memory is read")
    options = parser.parse_args()
    subprocess.run([str(SCRIPT), "archive"], check=True, stdout=subprocess.DEVNULL)
    for count, name in ((1, "alone"), (2, "second of two")):
        figures = [measure(count, options.idle) for _ in range(options.rounds)]
        seconds = [each[0] for each in figures]
        memory = [each[1] for each in figures]
        print(
            f"{name}: ready after {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}),"
            f" {statistics.median(memory):.0f} MiB ({min(memory):.0f} to {max(memory):.0f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
