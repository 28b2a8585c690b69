// A webhook route as a Next.js application with the 01.software SDK has it: Request in, Response out, with its own check
// of the signature over the raw body. It knows nothing of a gateway in front of it.
import { createHmac, timingSafeEqual } from "node:crypto";

const secret = process.env.WEBHOOK_SECRET;
const effects = { orders: [], products: [], posts: [] };

function isSigned(raw, signature) {
  if (typeof signature !== "string" || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  const expected = createHmac("sha256", secret).update(raw).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex"));
}

export async function POST(request) {
  const raw = Buffer.from(await request.arrayBuffer());
  if (!isSigned(raw, request.headers.get("x-webhook-signature"))) {
    return Response.json({ success: false, error: "Invalid signature" }, { status: 401 });
  }
  const event = JSON.parse(raw.toString("utf8"));
  const sink = effects[event.collection];
  if (!sink) return Response.json({ success: false, error: "Invalid webhook event" }, { status: 400 });
  sink.push(event.data.id);
  return Response.json(
    { success: true, message: "Webhook processed successfully" },
    { headers: { "x-effects": String(sink.length) } },
  );
}
