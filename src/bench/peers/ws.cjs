// ws on Node: POST / sends the body to all clients, as the library's documentation shows. Usage: node ws.cjs PORT
const { createServer } = require("node:http");
const { WebSocketServer, WebSocket } = require("ws");

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  for (const client of sockets.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(body, { binary: false });
  }
  response.writeHead(204).end();
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
server.listen(Number(process.argv[2]), "127.0.0.1", 4096, () => console.log("ready"));
