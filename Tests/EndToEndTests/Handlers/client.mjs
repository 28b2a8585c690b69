// Sends deliveries with fetch. Arguments: port, secret, body; prints status and body of three requests.
import { createHmac } from "node:crypto";

const [port, secret, body] = process.argv.slice(2);
const signature = createHmac("sha256", secret).update(body).digest("hex");
const url = `http://127.0.0.1:${port}/hooks/cms`;
const headers = { "content-type": "application/json", "x-webhook-signature": signature };
async function show(init) {
  const response = await fetch(url, { method: "POST", ...init });
  console.log(`${response.status}\t${await response.text()}`);
}
await show({ headers, body });
const stream = new ReadableStream({
  start(controller) {
    controller.enqueue(new TextEncoder().encode(body));
    controller.close();
  },
});
await show({ headers, body: stream, duplex: "half" });
await show({ headers: { ...headers, "x-webhook-signature": "0".repeat(64) }, body });
