"""Signs deliveries with the senders' own libraries and sends them.

Arguments: library, port, path, file of the secret. Prints the status of five requests, a line each: signed, the same with
another body, with another time or id, signed with another secret, and without the signature.
"""
import datetime
import hashlib
import http.client
import json
import sys
import time
import urllib.parse

library, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
secret = open(sys.argv[4], "rb").read().decode()
now = int(time.time())
event = json.dumps({"type": "order.created", "id": f"{library}-{time.time_ns()}", "text": "caf\u00e9 / <b>"}).encode()
public = "https://hooks.example.com" + path


def standard(key, body, when, module, prefix):
    moment = datetime.datetime.fromtimestamp(when, tz=datetime.timezone.utc)
    identifier = f"msg_{hashlib.sha256(body).hexdigest()[:16]}"
    signature = module(key).sign(identifier, moment, body.decode())
    return {f"{prefix}-id": identifier, f"{prefix}-timestamp": str(when), f"{prefix}-signature": signature}


def sign(key, body, when):
    if library == "standardwebhooks":
        from standardwebhooks.webhooks import Webhook

        return standard(key, body, when, Webhook, "webhook")
    if library == "svix":
        from svix.webhooks import Webhook

        return standard(key, body, when, Webhook, "svix")
    if library == "stripe":
        import stripe

        value = stripe.WebhookSignature._compute_signature(f"{when}.{body.decode()}", key)
        header = f"t={when},v1={value}"
        # What the library makes is what the library itself accepts.
        stripe.WebhookSignature.verify_header(body.decode(), header, key)
        return {"Stripe-Signature": header}
    if library == "slack_sdk":
        from slack_sdk.signature import SignatureVerifier

        value = SignatureVerifier(key).generate_signature(timestamp=str(when), body=body)
        return {"X-Slack-Request-Timestamp": str(when), "X-Slack-Signature": value}
    if library == "twilio":
        from twilio.request_validator import RequestValidator

        parameters = dict(urllib.parse.parse_qsl(body.decode()))
        return {"X-Twilio-Signature": RequestValidator(key).compute_signature(public, parameters)}
    return message(key, body, when)


def message(key, body, when):
    import requests
    from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

    hmac = library == "http-message-signatures"

    class Keys(HTTPSignatureKeyResolver):
        def resolve_public_key(self, key_id):
            raise NotImplementedError

        def resolve_private_key(self, key_id):
            if hmac:
                return key.encode()
            from cryptography.hazmat.primitives.serialization import load_pem_private_key

            return load_pem_private_key(key.encode(), None)

    headers = {"Content-Type": "application/json"}
    request = requests.Request("POST", public, data=body, headers=headers).prepare()
    algorithm = algorithms.HMAC_SHA256 if hmac else algorithms.ED25519
    moment = datetime.datetime.fromtimestamp(when, tz=datetime.timezone.utc)
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=Keys()).sign(
        request,
        key_id="sender",
        created=moment,
        covered_component_ids=("@method", "@authority", "@path", "content-type"),
        # Adds Content-Digest and covers it.
        body=body,
    )
    names = ("Content-Digest", "Signature-Input", "Signature")
    return {name: request.headers[name] for name in names}


def another(key):
    """A secret of the same form that the gateway does not have."""
    if key.startswith("-----BEGIN"):
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
    return key[:8] + key[8:][::-1] if key.startswith("whsec_") else key[::-1] + "x"


def send(body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    kind = "application/x-www-form-urlencoded" if library == "twilio" else "application/json"
    connection.request("POST", path, body=body, headers={"Content-Type": kind, "Host": "hooks.example.com", **headers})
    response = connection.getresponse()
    response.read()
    print(response.status)


if library == "twilio":
    event = urllib.parse.urlencode({"MessageSid": f"SM{time.time_ns()}", "Body": "caf\u00e9 + 1&2"}).encode()
signed = sign(secret, event, now)
send(event, signed)
send(event.replace(b"1", b"2"), signed)
old = sign(secret, event, now - 3600)
stale = {"X-Twilio-Signature": signed["X-Twilio-Signature"][:-4] + "AAA="} if library == "twilio" else old
send(event, stale)
send(event, sign(another(secret), event, now))
send(event, {name: value for name, value in signed.items() if "signature" not in name.lower()})
