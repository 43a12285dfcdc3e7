"""FastAPI: POST /publish sends the body to all clients, one after another, as its documentation shows."""

import sys

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect

app = FastAPI()
clients = set()


@app.websocket("/ws")
async def subscribe(socket: WebSocket):
    await socket.accept()
    clients.add(socket)
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        clients.discard(socket)


@app.post("/publish", status_code=204)
async def publish(request: Request):
    text = (await request.body()).decode()
    for client in list(clients):
        await client.send_text(text)
    return Response(status_code=204)


@app.get("/ready")
async def ready():
    return "ready"


if __name__ == "__main__":
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", backlog=4096, ws_per_message_deflate=False
    )
