"""A webhook handler on the standard library, with its own check of the signature; it knows nothing of a gateway."""
import hashlib
import hmac
import http.server
import json
import os
import sys

SECRET = os.environ["WEBHOOK_SECRET"].encode()
SEEN = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        expected = "sha256=" + hmac.new(SECRET, raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, self.headers.get("X-Hub-Signature-256", "")):
            return self.reply(401, {"success": False, "error": "Invalid signature"})
        SEEN.append(self.headers["X-GitHub-Delivery"])
        event = self.headers["X-GitHub-Event"]
        self.reply(200, {"success": True, "event": event, "action": json.loads(raw).get("action"), "seen": len(SEEN)})

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
sys.stdout.flush()
server.serve_forever()
