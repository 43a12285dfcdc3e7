"""The servers that are compared: how each is installed, started, subscribed to and published to."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from processes import ServerProcess, free_port

HOME = Path(__file__).resolve().parent
PROJECT = HOME.parent.parent
WORK = PROJECT / "target" / "bench"
PEERS = HOME / "peers"
JAR = PROJECT / "target" / "boardcast.jar"
SCRIPT = PROJECT / "target" / "boardcast"
CENTRIFUGO = "github.com/centrifugal/centrifugo/v6@v6.9.1"
NATS = "github.com/nats-io/nats-server/v2@v2.15.3"


class NotInstalled(Exception):
    """What is missing, and how to get it."""


@dataclass
class Running:
    """A started server, and what its clients need."""

    process: ServerProcess
    options: list  # of the client program
    ready_at: float = field(default_factory=time.monotonic)


@dataclass
class Server:
    name: str
    install: object  # () -> version
    start: object  # () -> Running
    lacks: str  # what it does not do that Boardcast does
    settle: tuple = (3,)  # seconds after its start at which it is measured


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode != 0:
        raise NotInstalled(f"{' '.join(map(str, command))}: {done.stdout.strip()[-300:]}")
    return done.stdout.strip()


def need(program, how):
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not path:
        raise NotInstalled(f"{program} is missing: {how}")
    return path


def compile_c(name):
    target = WORK / name
    source = HOME / "c" / f"{name}.c"
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        need("cc", "install a C compiler")
        WORK.mkdir(parents=True, exist_ok=True)
        run("cc", "-O2", "-o", str(target), str(source))
    return str(target)


def log(name):
    return WORK / "log" / f"{name}.log"


def says_ready(text):
    return "ready" in text


def options(port, path, publish_path, **more):
    """Options of the client program, see clients.c; ``more`` may name any of them."""
    given = {"port": port, "path": path, "pub_port": port, "pub_path": publish_path, **more}
    # What messages are sent in must be known before the first one.
    names = sorted(given, key=lambda name: name == "first")
    return [f"{name}={given[name]}" for name in names]


# The limit: a loop in C.


def install_c():
    compile_c("loop")
    return run("cc", "--version").splitlines()[0]


def start_c(*more):
    port = free_port()
    process = ServerProcess([compile_c("loop"), str(port), *more], log("c"))
    process.wait_until(says_ready)
    return Running(process, options(port, "/", "/"))


# Boardcast, started as documented: by its script, from the second start on.


def install_boardcast():
    need("java", "install a JDK")
    if not JAR.exists():
        need("mvn", "install Maven")
        run("mvn", "-B", "-q", "-DskipTests", "package", cwd=PROJECT)
    run(str(SCRIPT), "archive")
    return run(str(SCRIPT), "--version").splitlines()[-1]


def start_boardcast(*more):
    data = WORK / "data" / str(os.getpid())
    shutil.rmtree(data, ignore_errors=True)
    command = [str(SCRIPT), "--data-dir", str(data), "--http-port", "0", "--gateway-port", "0"]
    # A cluster of its own, lest it join other nodes of this machine.
    command += ["--cluster-name", f"bench-{os.getpid()}", *more]
    process = ServerProcess(command, log("boardcast"), cwd=WORK)
    port = int(process.wait_until(lambda text: re.search(r"Boardcast ready on http://[^:]+:(\d+)", text)).group(1))
    ready_at = time.monotonic()
    secret = (data / "jwt.secret").read_text().strip()
    sign = [str(SCRIPT), "token", "--user", "bench", "--role", "publish"]
    token = run(*sign, env={**os.environ, "BOARDCAST_JWT_SECRET": secret})
    bearer = f"Authorization: Bearer {token.split()[-1]}"
    given = options(
        port,
        "/ws?topics=bench",
        "/api/v1/streams/bench/events",
        header=bearer,
        ready='"subscribed"',
        pub_header=f"{bearer}\r\nContent-Type: application/json",
        pub_before='{"type":"m","data":',
        pub_after="}",
    )
    return Running(process, given, ready_at)


# Centrifugo and NATS, by go install.


def go_install(module, program):
    """Installs a module; returns its version."""
    target = WORK / "go" / "bin" / program
    if not target.exists():
        need("go", "install Go")
        run("go", "install", module, env={**os.environ, "GOBIN": str(target.parent)})
    return module.rpartition("@v")[2]


def start_centrifugo():
    port = free_port()
    program = str(WORK / "go" / "bin" / "centrifugo")
    config = str(PEERS / "centrifugo.json")
    process = ServerProcess([program, "--config", config, "--http_server.port", str(port)], log("centrifugo"))
    process.wait_until(lambda text: "serving websocket" in text)
    given = options(
        port,
        "/connection/websocket",
        "/api/publish",
        first='{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"bench"}}',
        ready='"id":2',
        ping="{}",
        pong="{}",
        pub_header="Content-Type: application/json",
        pub_before='{"channel":"bench","data":',
        pub_after="}",
    )
    return Running(process, given)


def start_nats():
    port, web = free_port(), free_port()
    program = str(WORK / "go" / "bin" / "nats-server")
    ports = {"PORT": str(port), "WEBSOCKET_PORT": str(web)}
    process = ServerProcess([program, "--config", str(PEERS / "nats.conf")], log("nats"), env=ports)
    process.wait_until(lambda text: "Server is ready" in text)
    given = options(
        web,
        "/",
        "bench",
        pub_port=port,
        publish="nats",
        binary=1,
        first='CONNECT {"verbose":false,"protocol":1}\r\nSUB bench 1\r\nPING\r\n',
        ready="PONG",
        ping="PING\r\n",
        pong="PONG\r\n",
    )
    return Running(process, given)


# Bun, ws and Socket.IO, by npm.


def npm_install(package):
    need("npm", "install Node and npm")
    modules = WORK / "npm"
    modules.mkdir(parents=True, exist_ok=True)
    listed = (PEERS / "package.json").read_text()
    copy = modules / "package.json"
    if not (modules / "node_modules" / package).exists() or copy.read_text() != listed:
        copy.write_text(listed)
        run("npm", "install", "--no-audit", "--no-fund", "--prefix", str(modules))
    return re.search(rf'"{package}": "([^"]+)"', listed).group(1)


def start_script(program, script, path, publish_path, **more):
    port = free_port()
    command = [*program, str(PEERS / script), str(port)]
    modules = {"NODE_PATH": str(WORK / "npm" / "node_modules")}
    process = ServerProcess(command, log(script), env=modules)
    process.wait_until(says_ready)
    return Running(process, options(port, path, publish_path, **more))


def install_node(package):
    version = npm_install(package)
    return f"{version}, Node {run('node', '--version').removeprefix('v')}"


def start_socketio():
    return start_script(
        ["node"],
        "socketio.cjs",
        "/socket.io/?EIO=4&transport=websocket",
        "/publish",
        first="40",
        ready='40{"sid"',
        ping="2",
        pong="3",
    )


def start_bun():
    return start_script([str(WORK / "npm" / "node_modules" / ".bin" / "bun")], "bun.js", "/", "/")


# nchan, by apt.


def nchan_module():
    for folder in ("/usr/lib/nginx/modules", "/usr/share/nginx/modules"):
        module = Path(folder) / "ngx_nchan_module.so"
        if module.exists():
            return module
    return None


def install_nchan():
    if not nchan_module():
        need("apt-get", "install nginx with nchan")
        if os.getuid() != 0:
            raise NotInstalled("nchan is missing: apt-get install nginx libnginx-mod-nchan")
        run("apt-get", "install", "-q", "-y", "--no-install-recommends", "nginx", "libnginx-mod-nchan")
    nginx = run(need("nginx", "apt-get install nginx"), "-v").rpartition("/")[2]
    module = run("dpkg-query", "-W", "-f", "${Version}", "libnginx-mod-nchan")
    return f"{module.partition(':')[2]}, nginx {nginx}"


def start_nchan():
    port = free_port()
    directory = WORK / "nginx"
    directory.mkdir(parents=True, exist_ok=True)
    config = (PEERS / "nginx.conf").read_text().replace("PORT", str(port))
    config = config.replace("MODULE", str(nchan_module())).replace("DIRECTORY", str(directory))
    # A master that is root starts its workers as nobody, who may not use this directory.
    if os.getuid() == 0:
        config = "user root;\n" + config
    (directory / "nginx.conf").write_text(config)
    command = [need("nginx", ""), "-p", str(directory), "-c", str(directory / "nginx.conf")]
    process = ServerProcess(command, log("nchan"))
    process.wait_until(lambda text: answers(port, "/"))
    return Running(process, options(port, "/ws", "/publish"))


def answers(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


# FastAPI, by pip.


def install_fastapi():
    python = WORK / "python" / "bin" / "python"
    if not python.exists():
        run(sys.executable, "-m", "venv", str(WORK / "python"))
    requirements = str(PEERS / "requirements.txt")
    run(str(python), "-m", "pip", "install", "-q", "-r", requirements)
    code = "import importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in ('fastapi', 'uvicorn')), sep=', ')"
    return run(str(python), "-c", code).removeprefix("fastapi ")


def start_fastapi():
    port = free_port()
    process = ServerProcess([str(WORK / "python/bin/python"), str(PEERS / "loop.py"), str(port)], log("fastapi"))
    process.wait_until(lambda text: answers(port, "/ready"))
    return Running(process, options(port, "/ws", "/publish"))


# Vert.x's event-bus bridge: Vert.x is in Boardcast's jar.


def install_bridge():
    install_boardcast()
    text = (PROJECT / "pom.xml").read_text()
    return re.search(r"<vertx.version>([^<]+)<", text).group(1)


def start_bridge():
    port = free_port()
    process = ServerProcess(["java", "-cp", str(JAR), str(PEERS / "Bridge.java"), str(port)], log("bridge"))
    process.wait_until(says_ready)
    given = options(
        port,
        "/eventbus/websocket",
        "/publish",
        first='{"type":"register","address":"bench","headers":{}}',
        ready="",
    )
    return Running(process, given)


IN_MEMORY = "nothing durable, no authentication, no log to resume from"

SERVERS = [
    Server("c", install_c, start_c, "everything: it sends, no more", (1,)),
    Server("bun", lambda: npm_install("bun"), start_bun, IN_MEMORY),
    Server(
        "centrifugo",
        lambda: go_install(CENTRIFUGO, "centrifugo"),
        start_centrifugo,
        "nothing durable; authentication and history are off",
    ),
    Server("nchan", install_nchan, start_nchan, "nothing durable, no authentication; 100 messages are kept in memory"),
    Server("ws", lambda: install_node("ws"), lambda: start_script(["node"], "ws.cjs", "/", "/"), IN_MEMORY),
    Server(
        "nats",
        lambda: go_install(NATS, "nats-server"),
        start_nats,
        "nothing durable (JetStream is off), authentication is off; published by its own protocol, not HTTP",
    ),
    Server("socket.io", lambda: install_node("socket.io"), start_socketio, IN_MEMORY),
    Server("fastapi", install_fastapi, start_fastapi, IN_MEMORY),
    Server("bridge", install_bridge, start_bridge, IN_MEMORY),
    Server("boardcast", install_boardcast, start_boardcast, "", (10, 60)),
    Server(
        "boardcast-memory",
        install_boardcast,
        lambda: start_boardcast("--mode", "broadcast"),
        "mode broadcast: nothing durable; one node, so there is no copy; tokens and history are on",
        (10, 60),
    ),
]

# Not compared: shows that the check finds what is lost or repeated.
FAULTY = Server("faulty", install_c, lambda: start_c("faulty"), "leaves out and repeats messages", (1,))
