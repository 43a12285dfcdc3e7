#!/usr/bin/env python3
"""Compares Boardcast with other servers that send messages to WebSocket clients, on this machine.

    python3 src/bench/compare.py
    python3 src/bench/compare.py --servers c,boardcast,centrifugo --rounds 3 --clients 1000

Installs the servers that are missing (go, npm, pip, apt-get as root) and builds Boardcast below target/; one that
cannot be installed is named and left out. Each server runs alone, with all that it starts, on core 0; clients and
publishers, one program in C, run on core 1. Servers take turns, results are medians of the rounds. Every message is
checked at every client: once, and in order of its publisher. Needs Linux, two cores, a C compiler, taskset, and as
many open files as clients. Exit code 1: a server lost or repeated messages, or failed.
"""

import argparse
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import time
import traceback

import processes
from servers import FAULTY, SERVERS, NotInstalled, compile_c

AT_ONCE = 64
IDLE_SECONDS = 2
LONE_PER_SECOND = 10


class Clients:
    """The client program on core 1."""

    def __init__(self, program, running, options):
        command = processes.pinned(1, [program, *running.options, f"size={options.size}", f"patience={options.patience}"])
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def obey(self, command):
        """Sends a command; returns the numbers of its answer."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        word, _, rest = line.strip().partition(" ")
        if word not in ("connected", "load"):
            raise RuntimeError(rest or f"the clients ended with {self.process.wait()}")
        return [int(number) for number in rest.split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Results:
    """What was measured: by server and column, a value per round."""

    def __init__(self):
        self.values = {}
        self.faults = {}

    def add(self, row, column, value):
        self.values.setdefault(row, {}).setdefault(column, []).append(value)

    def fault(self, row, what):
        self.faults.setdefault(row, []).append(what)
        print(f"  {row}: {what}", flush=True)

    def median(self, row, column):
        values = self.values.get(row, {}).get(column)
        return statistics.median(values) if values else None


class Comparison:
    def __init__(self, options, program):
        self.options = options
        self.program = program
        self.results = Results()

    def one_round(self, server):
        if "many" in self.options.measures:
            self.with_server(server, self.many)
        if "loads" in self.options.measures:
            self.with_server(server, self.loads)

    def with_server(self, server, measure):
        running = server.start()
        try:
            clients = Clients(self.program, running, self.options)
            try:
                measure(server, running, clients)
            finally:
                clients.close()
        finally:
            running.process.stop()

    def many(self, server, running, clients):
        """Connects a crowd to a process that has just started; what one idle session takes; then a load."""
        row = row_name(server, server.settle[0])
        before = running.process.resident_bytes()
        count, micros = clients.obey(f"connect {self.options.many} {AT_ONCE}")
        self.results.add(row, "connects", count / (micros / 1e6))
        time.sleep(IDLE_SECONDS)
        self.results.add(row, "resident", (running.process.resident_bytes() - before) / count / 1024)
        self.load(row, "many", running, clients, f"window 2 {self.options.seconds}")

    def loads(self, server, running, clients):
        clients.obey(f"connect {self.options.clients} {AT_ONCE}")
        for settle in server.settle:
            row = row_name(server, settle)
            time.sleep(max(0, running.ready_at + settle - time.monotonic()))
            # Not measured: the publishers' connections are opened.
            clients.obey("window 16 0.2")
            self.load(row, "two", running, clients, f"window 2 {self.options.seconds}")
            self.load(row, "lone", running, clients, f"rate {LONE_PER_SECOND} {self.options.seconds}")
            self.load(row, "sixteen", running, clients, f"window 16 {self.options.seconds}")

    def load(self, row, name, running, clients, command):
        before = running.process.cpu_seconds()
        published, deliveries, micros, p50, p99, lost, repeated = clients.obey(command)
        cpu = running.process.cpu_seconds() - before
        if lost or repeated:
            self.results.fault(row, f"{command}: {lost} deliveries lost, {repeated} repeated or out of order")
        if not deliveries:
            return
        self.results.add(row, f"{name} cpu", cpu * 1e6 / deliveries)
        self.results.add(row, f"{name} rate", deliveries / (micros / 1e6))
        self.results.add(row, f"{name} p50", p50 / 1000)
        self.results.add(row, f"{name} p99", p99 / 1000)


def row_name(server, settle):
    return server.name if len(server.settle) == 1 else f"{server.name}, {settle} s after its start"


def cells(results, row):
    def number(column, digits):
        value = results.median(row, column)
        return "–" if value is None else f"{value:,.{digits}f}"

    return [
        row,
        number("two cpu", 2),
        number("sixteen cpu", 2),
        number("sixteen rate", 0),
        number("many cpu", 2),
        f"{number('lone p50', 1)} / {number('lone p99', 1)}",
        number("lone cpu", 1),
        number("resident", 1),
        number("connects", 0),
    ]


def print_table(options, results, servers):
    heads = [
        "",
        "2 in flight: µs CPU per delivery",
        "16 publishers: µs",
        "deliveries/s",
        f"{options.many:,} clients: µs",
        f"{LONE_PER_SECOND} publishes/s: p50 / p99 ms",
        "µs",
        "idle session, resident KB",
        "connects/s, fresh process",
    ]
    print(f"\n{options.clients:,} clients, {options.size} B, medians of {options.rounds} rounds of {options.seconds} s\n")
    print("|" + "|".join(f" {head} " for head in heads) + "|")
    print("|---" * len(heads) + "|")
    for server in servers:
        for settle in server.settle:
            row = row_name(server, settle)
            if row in results.values:
                print("|" + "|".join(f" {cell} " for cell in cells(results, row)) + "|")


def print_servers(servers, versions):
    print("\n| server | version | what it does not do |")
    print("|---|---|---|")
    for server in servers:
        print(f"| {server.name} | {versions[server.name]} | {server.lacks} |")


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "")
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}"


def installed(names):
    """The servers that could be installed, and their versions."""
    known = {server.name: server for server in [*SERVERS, FAULTY]}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"--servers: expected some of {', '.join(known)}, was {unknown[0]}")
    servers, versions = [], {}
    for name in names:
        try:
            versions[name] = known[name].install()
            servers.append(known[name])
        except NotInstalled as missing:
            print(f"left out: {name}: {missing}", flush=True)
    return servers, versions


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ",".join(server.name for server in SERVERS)
    parser.add_argument("--servers", default=names, help=f"separated by commas; default {names}")
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    parser.add_argument("--clients", type=int, default=1000, help="default 1000")
    parser.add_argument("--many", type=int, default=10_000, help="the crowd of clients; default 10000")
    parser.add_argument("--seconds", type=float, default=4, help="of each load; default 4")
    parser.add_argument("--size", type=int, default=256, help="bytes of a message; default 256")
    parser.add_argument("--measures", default="many,loads", help="many, loads, or both; default many,loads")
    parser.add_argument("--settle", help="seconds after its start at which Boardcast is measured; default 10,60")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which no further server is begun; default 3600")
    parser.add_argument("--patience", type=float, default=10, help="seconds after which a message is lost; default 10")
    parser.add_argument("--install-only", action="store_true", help="installs the servers, and measures nothing")
    options = parser.parse_args()
    options.measures = options.measures.split(",")
    most = min(processes.allow_files() - 100, 19_000)
    for name in ("clients", "many", "rounds"):
        if not 1 <= getattr(options, name) <= most:
            parser.error(f"--{name}: expected 1 to {most}, the limit of open files")
    if not 32 <= options.size <= 16_384:
        parser.error("--size: expected 32 to 16384")
    if not 0.5 <= options.seconds <= 600:
        parser.error("--seconds: expected 0.5 to 600")
    if options.settle and not re.fullmatch(r"\d{1,4}(,\d{1,4})*", options.settle):
        parser.error(f"--settle: expected seconds, separated by commas, was {options.settle}")
    for measure in options.measures:
        if measure not in ("many", "loads"):
            parser.error(f"--measures: expected many, loads or both, was {measure}")
    return options


def main():
    options = arguments()
    if (os.cpu_count() or 1) < 2:
        sys.exit("two cores are needed, one for the server and one for the clients")
    try:
        program = compile_c("clients")
    except NotInstalled as missing:
        sys.exit(str(missing))
    servers, versions = installed(options.servers.split(","))
    for server in servers:
        if server.name.startswith("boardcast") and options.settle:
            server.settle = tuple(int(seconds) for seconds in options.settle.split(","))
    if options.install_only:
        return 0
    print(machine(), flush=True)
    comparison = Comparison(options, program)
    # Ends the servers too.
    signal.signal(signal.SIGTERM, lambda *ignored: sys.exit(143))
    end = time.monotonic() + options.limit
    for number in range(1, options.rounds + 1):
        for server in servers:
            if time.monotonic() > end:
                print(f"round {number}: no time for {server.name}", flush=True)
                continue
            print(f"round {number}: {server.name}", flush=True)
            try:
                comparison.one_round(server)
            except (RuntimeError, OSError) as failure:
                comparison.results.fault(server.name, str(failure))
                if os.environ.get("DEBUG"):
                    traceback.print_exc()
    print_table(options, comparison.results, servers)
    print_servers(servers, versions)
    faults = comparison.results.faults
    for row, what in faults.items():
        print(f"\n{row}: " + "; ".join(what))
    if not faults:
        print("\nEvery client of every server had every message once and in order.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
