"""Sends deliveries with http.client. Arguments: port, secret, body; prints status and body of three requests."""
import hashlib
import hmac
import http.client
import sys

port, secret, body = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3].encode()
signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
headers = {"Content-Type": "application/json", "X-Webhook-Signature": signature}
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)


def show():
    response = connection.getresponse()
    print(response.status, response.read().decode(), sep="\t")


connection.request("POST", "/hooks/cms", body=body, headers=headers)
show()
# The same connection, the body in chunks.
connection.request("POST", "/hooks/cms", body=iter([body[:5], body[5:]]), headers=headers, encode_chunked=True)
show()
connection.request("POST", "/hooks/cms", body=body, headers={**headers, "X-Webhook-Signature": "0" * 64})
show()
