// Socket.IO on Node: POST / emits the body to all clients. Usage: node socketio.cjs PORT
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const server = createServer();
const io = new Server(server, { transports: ["websocket"] });
// Socket.IO answers its own path only.
server.on("request", async (request, response) => {
  if (request.url !== "/publish") return;
  const parts = [];
  for await (const part of request) parts.push(part);
  io.emit("m", Buffer.concat(parts).toString());
  response.writeHead(204).end();
});
server.listen(Number(process.argv[2]), "127.0.0.1", 4096, () => console.log("ready"));
