"""What the Python clients have in common: the arguments, and the calls over HTTP."""

import json
import sys
import urllib.request

CLIENT, WS, HTTP, TOKEN, ADMIN, STREAM, MODE = sys.argv[1:8]
DEFLATE = MODE == "deflate"
PROTOCOLS = ["boardcast.v1", "bearer." + TOKEN]


def call(method, path, token, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    request = urllib.request.Request(HTTP + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.status


def publish(number):
    """Long enough to be compressed."""
    event = {"type": "note", "data": {"n": number, "filler": "x" * 2000}}
    expect(call("POST", f"/api/v1/streams/{STREAM}/events", ADMIN, event), 201)


def end(session):
    expect(call("DELETE", f"/api/v1/admin/sessions/{session}", ADMIN) // 100, 2)


def expect(actual, expected):
    if actual != expected:
        sys.exit(f"expected {expected!r}, was {actual!r}")


def subscribe(offset):
    return json.dumps({"type": "subscribe", "topics": [{"topic": STREAM, "since": offset}]})


async def run(connect):
    """connect(path) opens a connection with receive() -> object or close code, send(text), leave()."""
    first = await connect("/ws?topics=" + STREAM)
    expect((await first.receive())["type"], "connection_ack")
    expect((await first.receive())["type"], "subscribed")
    publish(1)
    event = await first.receive()
    expect(event["data"]["n"], 1)
    await first.leave()
    publish(2)

    second = await connect("/ws?topics=")
    session = (await second.receive())["session"]
    await second.send(subscribe(event["offset"]))
    expect((await second.receive())["recovered"], True)
    expect((await second.receive())["data"]["n"], 2)
    end(session)
    expect(await second.receive(), 4403)
    expect("permessage-deflate" in second.extension, DEFLATE)
    print("passed", second.extension)
