"""Starts a server and measures it with all processes that it starts."""

import os
import resource
import signal
import socket
import subprocess
import time
import uuid

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
START_SECONDS = 120
STOP_SECONDS = 20
MARK = "COMPARED_SERVER"


def allow_files():
    """Raises the limit of open files to what the system allows; returns it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core, command):
    return ["taskset", "-c", str(core), *command]


class ServerProcess:
    """A server on core 0, and what it starts. Found by a mark in the environment, which children inherit."""

    def __init__(self, command, log, env=None, cwd=None):
        self.mark = f"{MARK}={uuid.uuid4()}"
        name, value = self.mark.split("=")
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                pinned(0, command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {}), name: value},
                cwd=cwd,
            )

    def wait_until(self, is_ready):
        """Waits until ``is_ready(log text)`` returns something; returns that."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            text = self.log.read_text(errors="replace")
            result = is_ready(text)
            if result:
                return result
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}: {text[-500:]}")
            time.sleep(0.02)
        raise RuntimeError(f"the server is not ready after {START_SECONDS} s, see {self.log}")

    def tree(self):
        """The ids of all processes of the server."""
        parents = {}
        # A program that shows its own title, such as nginx, has overwritten its environment.
        marked = {self.process.pid}
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                parents[int(entry)] = int(stat(entry)[1])
                with open(f"/proc/{entry}/environ", "rb") as file:
                    if self.mark.encode() in file.read().split(b"\0"):
                        marked.add(int(entry))
            except OSError:
                continue  # it has ended
        grown = True
        while grown:
            children = {pid for pid, parent in parents.items() if parent in marked} - marked
            marked |= children
            grown = bool(children)
        return marked

    def cpu_seconds(self):
        """CPU time of the processes that live, and of their children that have ended and been waited for."""
        total = 0
        for pid in self.tree():
            try:
                total += sum(int(field) for field in stat(pid)[11:15])
            except OSError:
                continue
        return total / TICKS

    def resident_bytes(self):
        total = 0
        for pid in self.tree():
            try:
                total += int(stat(pid)[21]) * PAGE
            except OSError:
                continue
        return total

    def stop(self):
        started = {pid: start_time(pid) for pid in self.tree()}
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        for pid, at in started.items():
            # Another process may have the number by now.
            if at and start_time(pid) == at:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        self.process.wait()


def start_time(pid):
    try:
        return stat(pid)[19]
    except OSError:
        return None


def stat(pid):
    """The fields of /proc/PID/stat after the name: state, parent, ..."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()
