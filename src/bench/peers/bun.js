// Bun: POST / publishes the body to the topic that all clients subscribe to. Usage: bun bun.js PORT
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  async fetch(request) {
    if (request.method === "GET") return server.upgrade(request) ? undefined : new Response(null, { status: 400 });
    server.publish("bench", await request.text());
    return new Response(null, { status: 204 });
  },
  websocket: {
    open(socket) {
      socket.subscribe("bench");
    },
    message() {},
  },
});
console.log("ready");
