// Serves the route on node:http, as the framework's own adapter does. Usage: node serve.mjs [SOCKET]; prints the port.
import { createServer } from "node:http";
import { POST } from "./next-route.mjs";

const server = createServer(async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const url = `http://${incoming.headers.host}${incoming.url}`;
  const request = new Request(url, {
    method: incoming.method,
    headers: incoming.headers,
    body: incoming.method === "POST" ? Buffer.concat(chunks) : undefined,
  });
  let response;
  try {
    response =
      incoming.method === "POST" && new URL(url).pathname === "/api/webhook"
        ? await POST(request)
        : new Response("not found", { status: 404 });
  } catch {
    response = new Response("failed", { status: 500 });
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
});
const place = process.argv[2] ?? { port: 0, host: "127.0.0.1" };
server.listen(place, () => console.log(server.address().port ?? 0));
