// k6 run src/bench/scenarios/k6.js
// k6 run -e NODE=127.0.0.1:8080 -e CLIENTS=200 -e SECONDS=30 -e TOKEN="$TOKEN" src/bench/scenarios/k6.js
//
// Against a node started with --demo. Clients subscribe to a board over WebSocket, check each snapshot and send a ping
// every second; one client reads the board over HTTP and, with a TOKEN of the role "ingest", writes decisions.
import { check } from "k6";
import http from "k6/http";
import { Counter, Trend } from "k6/metrics";
import ws from "k6/ws";

const node = __ENV.NODE || "127.0.0.1:8080";
const clients = Number(__ENV.CLIENTS || 50);
const seconds = Number(__ENV.SECONDS || 10);
const token = __ENV.TOKEN;

const snapshots = new Counter("boardcast_snapshots");
const age = new Trend("boardcast_snapshot_age", true);
const pings = new Trend("boardcast_ping", true);

export const options = {
  scenarios: {
    viewers: { executor: "per-vu-iterations", vus: clients, iterations: 1, maxDuration: `${seconds + 30}s`, exec: "view" },
    requests: { executor: "constant-vus", vus: 1, duration: `${seconds}s`, exec: "request" },
  },
  thresholds: { checks: ["rate==1"], ws_session_duration: [`min>=${(seconds - 1) * 1000}`] },
};

export function view() {
  const response = ws.connect(`ws://${node}/ws?topics=routing`, {}, (socket) => {
    let live = false;
    let sent;
    socket.on("message", (text) => {
      const message = JSON.parse(text);
      if (message.type === "pong") pings.add(Date.now() - sent);
      if (message.topic !== "routing" || !message.data) return;
      snapshots.add(1);
      check(message.data, { "a snapshot has its numbers": (data) => data.total_decisions >= 0 });
      // The first one is as old as the board's last change.
      if (live) age.add(Date.now() - Date.parse(message.timestamp));
      live = true;
    });
    socket.on("error", (error) => check(error, { "no error": () => false }));
    socket.setInterval(() => {
      sent = Date.now();
      socket.send('{"type":"ping"}');
    }, 1000);
    socket.setTimeout(() => socket.close(), seconds * 1000);
  });
  check(response, { "upgraded": (answer) => answer && answer.status === 101 });
}

export function request() {
  const board = http.get(`http://${node}/api/v1/boards/routing`);
  check(board, { "the board is read": (answer) => answer.status === 200 });
  if (!token) return;
  const decision = JSON.stringify({ strategy: "hybrid", provider: "gemini", confidence: 0.91, cost: 0.00005 });
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const written = http.post(`http://${node}/routing/decisions`, decision, { headers });
  check(written, { "the decision is written": (answer) => answer.status < 300 });
}
