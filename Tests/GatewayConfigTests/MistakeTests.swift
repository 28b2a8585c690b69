import GatewayConfig
import Testing
import WebhookVerification

/// What is wrong with a configuration, one row per kind of mistake, exact to the column.
@Suite("Mistakes")
struct MistakeTests {
    /// What is replaced in the sample, by what, and what that gives.
    static let wholeFileRows: [(String, String, [String])] = [
        ("version: 1", "version: 2", ["1:10: 'version' has to be 1, found '2'"]),
        ("version: 1\n", "", ["1:1: 'version' is missing; expected 1"]),
        (
            "version: 1", "versoin: 1",
            ["1:1: unknown key 'versoin' (did you mean 'version'?)", "1:1: 'version' is missing; expected 1"]
        ),
        (
            "sources:", "keys: {}\nsources:",
            [
                "4:7: 'file' is missing; expected the path of a file; a relative one counts from the configuration's directory"
            ]
        ),
        (
            "sources:", "keys: {file: keys.json, master: \"exec:age -d\"}\nsources:",
            [
                "4:33: 'master': 'exec:' needs the absolute path of a program, then its arguments; no shell reads it"
            ]
        ),
        (
            "sources:", "keys: {file: keys.json, overlap: 8d}\nsources:",
            ["4:34: 'overlap' has to be a duration from 0s to 7d, found '8d'"]
        ),
        ("sources:", "replay: {redis: null, postgres: ~}\nsources:", []),
        ("sources:", "replay: {store: redis}\nsources:", ["4:17: 'store: redis' is not built yet"]),
        ("sources:", "replay: {redis: {url: \"rediss://c\"}}\nsources:", ["4:10: 'redis' is not built yet"]),
        (
            "sources:", "replay: {store: memroy}\nsources:",
            ["4:17: 'store' has to be 'memory', found 'memroy' (did you mean 'memory'?)"]
        ),
        (
            "sources:", "replay: {max_entries: 10}\nsources:",
            ["4:23: 'max_entries' has to be a whole number from 1000 to 50000000, found '10'"]
        ),
        (
            "sources:", "replay: {on_unavailable: local}\nsources:",
            ["4:26: 'on_unavailable: local' is not built yet"]
        ),
        (
            "sources:", "telemetry: {otlp: {endpoint: \"http://c\"}, tracing: {inbound: link}}\nsources:",
            ["4:13: 'otlp' is not built yet", "4:43: 'tracing' is not built yet"]
        ),
        ("sources:", "telemetry: {otlp: {endpoint: null}}\nsources:", []),
        (
            "sources:", "telemetry: {log: {level: loud, format: text}, metrics: yes}\nsources:",
            [
                "4:26: 'level' has to be one of debug, info, notice, warning, error, found 'loud'",
                "4:40: 'format: text' is not built yet", "4:56: 'metrics' has to be true or false, found 'yes'",
            ]
        ),
        ("sources:", "admin: {}\nsources:", ["4:8: 'admin' needs 'socket' or 'address'"]),
        (
            "sources:", "admin: {address: \"0.0.0.0:9901\"}\nsources:",
            ["4:18: 'address' of the admin listener has to be a loopback address, found '0.0.0.0:9901'"]
        ),
        (
            "sources:", "admin: {socket: admin.sock, auth: {users_file: u}}\nsources:",
            [
                "4:17: 'socket' has to be an absolute path of at most 107 bytes, found 'admin.sock'",
                "4:29: 'auth' is not built yet",
            ]
        ),
        (
            "sources:",
            "limits: {body: 1048576, header: 1KiB, header_timeout: 10, connections: 0, json: {depth: 9999}}\nsources:",
            [
                "4:16: 'body': '1048576' needs a unit: B, KiB, MiB or GiB",
                "4:33: 'header' has to be a size from 4KiB to 64KiB, found '1KiB'",
                "4:55: 'header_timeout': '10' needs a unit: ms, s, m, h or d",
                "4:72: 'connections' has to be a whole number from 16 to 1000000, found '0'",
                "4:89: 'depth' has to be a whole number from 1 to 512, found '9999'",
            ]
        ),
        (
            "sources:", "limits: {body: 1MB}\nsources:",
            ["4:16: 'body' has to be a size such as 64KiB or 1MiB, found '1MB'"]
        ),
        (
            "sources:", "limits: {body: 1.5MiB}\nsources:",
            ["4:16: 'body' has to be a size such as 64KiB or 1MiB, found '1.5MiB'"]
        ),
        ("sources:", "limits: 5\nsources:", ["4:9: 'limits' has to be a mapping, found '5'"]),
        ("sources:", "limits:\nsources:", ["4:1: 'limits' has no value; expected a mapping"]),
        ("audit: {dir: audit, origin: gw.example.com/audit}\n", "", ["1:1: 'audit' is missing"]),
        (
            "origin: gw.example.com/audit", "origin: \"https://gw example\"",
            [
                "3:29: 'origin' has to be a name such as gw.example.com/audit: no scheme, no spaces, no '+', at most 255 bytes, found 'https://gw example'"
            ]
        ),
        ("dir: audit, ", "", ["3:8: 'dir' is missing; expected the path of a directory"]),
        (
            "dir: audit", "dir: audit, durability: fast, deadline: 5m, on_full: drop, node: Node",
            [
                "3:33: 'durability' has to be one of sync, written, async, found 'fast'",
                "3:49: 'deadline' has to be a duration from 10ms to 60s, found '5m'",
                "3:62: 'on_full: drop' is not built yet",
                "3:74: 'node' has to be a name of a-z, 0-9, '.', '_' and '-', at most 64, found 'Node'",
            ]
        ),
        (
            "dir: audit", "dir: audit, retention: {min: 9d, max: 5d}, witness: [w], macs: {x: y}",
            [
                "3:47: 'max' has to be at least 'min', 9d",
                "3:62: a witness has to be the absolute path of a directory, or file: and the absolute path of a file, found 'w'",
                "3:66: unknown key 'macs'",
            ]
        ),
        ("listen: [{address: \"127.0.0.1:8080\"}]", "listen: []", ["2:9: 'listen' is an empty list"]),
        (
            "listen: [{address: \"127.0.0.1:8080\"}]", "listen: {address: \"127.0.0.1:8080\"}",
            ["2:9: 'listen' has to be a list, found a mapping"]
        ),
        (
            "\"127.0.0.1:8080\"", "\"0.0.0.0:8080\"",
            [
                "2:20: '0.0.0.0:8080' can be reached from other machines without TLS; give it 'tls', or write 'plaintext: behind-tls-proxy'"
            ]
        ),
        ("\"127.0.0.1:8080\"", "\"0.0.0.0:8080\", plaintext: behind-tls-proxy", []),
        ("\"127.0.0.1:8080\"", "\"127.0.0.1:8080\", http2: true", ["2:38: 'http2' is not built yet"]),
        ("\"127.0.0.1:8080\"", "\"127.0.0.1:8080\", http2: false", []),
        (
            "\"127.0.0.1:8080\"", "localhost",
            [
                "2:20: 'address' has to be an address and a port such as 0.0.0.0:8443 or [::]:8443, or unix:/absolute/path, found 'localhost'"
            ]
        ),
        (
            "\"127.0.0.1:8080\"", "\"::1:8080\"",
            [
                "2:20: 'address' has to be an address and a port such as 0.0.0.0:8443 or [::]:8443, or unix:/absolute/path, found '::1:8080'"
            ]
        ),
        (
            "\"127.0.0.1:8080\"", "\"127.0.0.1:65536\"",
            [
                "2:20: 'address' has to be an address and a port such as 0.0.0.0:8443 or [::]:8443, or unix:/absolute/path, found '127.0.0.1:65536'"
            ]
        ),
        (
            "\"127.0.0.1:8080\"}", "\"127.0.0.1:8080\"}, {address: \"127.0.0.1:8080\"}",
            ["2:49: '127.0.0.1:8080' is listened on already (line 2)"]
        ),
        (
            "\"127.0.0.1:8080\"", "\"127.0.0.1:8080\", trusted_proxies: [10.0.0.1/8, 0.0.0.0/0]",
            [
                "2:56: '10.0.0.1/8' has host bits set (did you mean '10.0.0.0/8'?)",
                "2:68: '0.0.0.0/0' is every address; 'trusted_proxies' has to name the proxies",
            ]
        ),
        ("\"127.0.0.1:8080\"", "\"127.0.0.1:8080\", trusted_proxies: []", []),
        (
            "\"127.0.0.1:8080\"", "\"127.0.0.1:8080\", proxy_protocol: v2",
            ["2:54: 'proxy_protocol' needs 'proxy_protocol_peers', the networks that may speak it"]
        ),
        (
            "\"127.0.0.1:8080\"", "\"127.0.0.1:8080\", proxy_protocol_peers: [10.0.0.0/8]",
            ["2:60: 'proxy_protocol_peers' needs 'proxy_protocol: v2'"]
        ),
        (
            "\"127.0.0.1:8080\"", "\"127.0.0.1:8080\", tls: {certificate: nowhere.pem, min: 1.2}",
            [
                "2:43: 'key' is missing; expected the path of a file; a relative one counts from the configuration's directory",
                "2:57: 'certificate': the file 'nowhere.pem' does not exist",
                "2:75: 'min': 1.2 is a number; put it in quotes if it is text",
            ]
        ),
        ("  cms:", "  CMS!:", ["5:3: 'CMS!' cannot be a source's name: a-z, 0-9, '.', '_' and '-', at most 64"]),
    ]

    /// The key of the source that is changed or added, its value, and what that gives.
    static let sourceRows: [(String, String?, [String])] = [
        ("tolerence", "5s", ["11:5: unknown key 'tolerence'"]),
        (
            "preset", "stripes",
            [
                "6:13: 'preset' has to be one of 01software, standard, stripe, github, slack, shopify, gitlab, found 'stripes' (did you mean 'stripe'?)"
            ]
        ),
        (
            "path", "hooks",
            ["7:11: 'path' has to start with / and hold only characters of a URL's path, no query, found 'hooks'"]
        ),
        (
            "path", "/hooks?x=1",
            [
                "7:11: 'path' has to start with / and hold only characters of a URL's path, no query, found '/hooks?x=1'"
            ]
        ),
        ("path", "yes", ["7:11: 'path': yes is a boolean to some YAML readers; put it in quotes if it is text"]),
        ("path", nil, ["6:5: 'path' is missing; expected a path that starts with /"]),
        ("host", "bad host", ["11:11: 'host' has to be a host name, or host:port, found 'bad host'"]),
        ("allow", nil, ["6:5: 'allow' is missing"]),
        ("allow", "{}", ["8:12: 'ips' is missing; expected a list of networks, or any"]),
        ("allow", "{ips: []}", ["8:18: 'ips' is an empty list"]),
        ("allow", "{ips: all}", ["8:18: 'ips' has to be a list of networks, or any, found 'all'"]),
        (
            "allow", "{ips: preset@2026-05-15}",
            ["8:18: 'ips' has to be a list of networks, or any; write [preset@DAY]"]
        ),
        (
            "allow", "{ips: [preset]}",
            ["8:19: no addresses are known that 01.software CMS (first user) publishes; list the networks"]
        ),
        (
            "allow", "{ips: [203.0.113.7/24]}",
            ["8:19: '203.0.113.7/24' has host bits set (did you mean '203.0.113.0/24'?)"]
        ),
        ("allow", "{ips: [203.0.113.0/24, 203.0.113.7]}", ["8:35: '203.0.113.7/32' overlaps '203.0.113.0/24'"]),
        ("allow", "{ips: [\"::/0\"]}", ["8:19: '::/0' is every address; write 'ips: any'"]),
        ("allow", "{ips: [10.0.0.256]}", ["8:19: '10.0.0.256' is not an IPv4 or IPv6 address"]),
        (
            "allow", "{ips: [203.0.113.0/24], methods: [post], media_types: [\"json; charset=utf-8\"]}",
            [
                "8:46: 'methods': 'post' is not a method in capital letters such as POST",
                "8:67: 'media_types': 'json; charset=utf-8' is not a media type such as application/json, without parameters",
            ]
        ),
        (
            "allow", "{ips: [203.0.113.0/24], methods: [TRACE]}",
            ["8:46: 'methods': deliveries cannot come by TRACE"]
        ),
        (
            "signature", nil,
            ["6:5: 'signature' is missing; nothing signed has to be written as {scheme: none, reason: \"…\"}"]
        ),
        ("signature", "none", ["9:16: 'signature: none' needs a reason: write {scheme: none, reason: \"…\"}"]),
        ("signature", "{scheme: none}", ["9:25: 'scheme: none' needs 'reason', a sentence that says why"]),
        ("signature", "{}", ["9:16: 'signature' needs 'secret' or 'keys'"]),
        (
            "signature", "{secret: hunter2-hunter2-hunter2}",
            ["9:25: a secret must not stand in the configuration; write file:PATH, env:NAME or credential:NAME"]
        ),
        (
            "signature", "{secret: keyring:cms}",
            ["9:25: 'keyring:' needs 'keys' with 'file', where the keyring is"]
        ),
        ("signature", "{secret: env:NOT_SET}", ["9:25: the environment variable 'NOT_SET' is not set"]),
        ("signature", "{secret: env:NOT-A-NAME}", ["9:25: 'env:' needs the name of an environment variable"]),
        ("signature", "{secret: file:nowhere}", ["9:25: the secret file 'nowhere' does not exist"]),
        ("signature", "{secret: credential:../etc/shadow}", ["9:25: 'credential:' needs the name of a credential"]),
        (
            "signature", "{secret: credential:cms}",
            ["9:25: the credential 'cms' needs CREDENTIALS_DIRECTORY, which systemd sets"]
        ),
        ("signature", "{secret: env:SHORT_SECRET}", ["9:25: 'secret': a secret of at least 16 bytes is expected"]),
        (
            "signature", "{scheme: strip, secret: env:CMS_SECRET}",
            ["9:25: there is no scheme 'strip' (did you mean 'stripe'?)"]
        ),
        (
            "signature", "{secret: env:CMS_SECRET, encoding: base32}",
            ["9:51: 'encoding': 'base32' is none of hex, base64, base64url, base64-any"]
        ),
        (
            "signature", "{secret: env:CMS_SECRET, alg: sha256}",
            [
                "9:46: 'alg': 'sha256' is none of hmac-sha256, hmac-sha384, hmac-sha512, hmac-sha1, hmac-md5, digest-sha256, digest-sha1, ed25519, ecdsa-p256-sha256-der, ecdsa-p256-sha256-raw, ecdsa-p256-sha1-der, rsa-pkcs1-sha1, rsa-pkcs1-sha256, rsa-pkcs1-sha512, token, basic, jwt, http-message-signatures, jws-es512-detached, aws-sns"
            ]
        ),
        (
            "signature", "{secret: env:CMS_SECRET, content: [{text: \"{body}\"}, {text: \"{bdy}\"}]}",
            [
                "9:69: 'content[1]': '{bdy}' is not a part; there are {body} {method} {url} {url_form} {path} {path_query} {path_query_escaped} {form_sorted} {signed_headers} {key} {header:x} {query:x} {form:x} {json:/x} {sig:x} {config:x}, with ? for optional and the filters |sha256 |sha1 |hex |base64 |base64url |lower |crc32 |json |jcs"
            ]
        ),
        (
            "signature", "{secret: env:CMS_SECRET, header: x-sig, from: header:x-sig}",
            ["9:49: 'header' and 'from' exclude each other"]
        ),
        (
            "signature", "{secret: env:CMS_SECRET, keys: [{id: a, secret: env:OTHER_SECRET}]}",
            ["9:25: 'secret' and 'keys' exclude each other"]
        ),
        (
            "signature", "{keys: [{id: a, secret: env:CMS_SECRET, state: retired}]}",
            ["9:23: no key is live or retiring, so that nothing would be accepted"]
        ),
        (
            "signature",
            "{keys: [{id: a, secret: env:CMS_SECRET}, {id: a, secret: env:OTHER_SECRET, state: dead}]}",
            [
                "9:62: there is a key 'a' already (line 9)",
                "9:98: 'state' has to be one of live, retiring, retired, revoked, found 'dead'",
            ]
        ),
        ("timestamp", "{max_age: 300}", ["11:26: 'max_age': '300' needs a unit: ms, s, m, h or d"]),
        ("timestamp", "{max_age: 0s}", ["11:26: 'max_age' has to be a duration from 1s to 30d, found '0s'"]),
        (
            "timestamp", "{meaning: attempt, max_age: 1h}",
            [
                "11:44: 'max_age' of an attempt's time is at most 900s; a time that stays the same over retries has 'meaning: event'"
            ]
        ),
        (
            "timestamp", "{from: signature}",
            ["11:23: the scheme '01software' signs no time; write 'from: body:/pointer' or 'timestamp: none'"]
        ),
        (
            "timestamp", "{from: header:x-time}",
            ["11:23: 'from' has to be signature, or body:/pointer, found 'header:x-time'"]
        ),
        (
            "replay", "{key: id}",
            ["11:19: 'key: id' needs an id that the scheme signs; '01software' signs none in its header fields"]
        ),
        ("replay", "{key: header}", ["11:19: 'key' has to be content, id, or body:/pointer, found 'header'"]),
        ("replay", "{ttl: 1h}", ["11:19: 'ttl' has to be at least 7d (no time has to be signed)"]),
        (
            "timestamp", "{required: true, max_age: 30d}",
            ["11:16: 'replay: {ttl: …}' has to be written, at least 43202m (max_age + max_future + 60s)"]
        ),
        (
            "replay", "{off: \"\", ttl: 1h}",
            ["11:19: 'off' needs a sentence that says why", "11:28: 'ttl' has no meaning beside 'off'"]
        ),
        ("replay", "{on_duplicate: drop}", ["11:28: 'on_duplicate' has to be 'ack', found 'drop'"]),
        ("schema", "schemas/nowhere.json", ["11:13: the schema 'schemas/nowhere.json' does not exist"]),
        (
            "schema", "builtin:cloudevent",
            ["11:13: there is no schema 'builtin:cloudevent' (did you mean 'cloudevents'?)"]
        ),
        ("schema", "no", ["11:13: 'schema': no is a boolean to some YAML readers; put it in quotes if it is text"]),
        (
            "payload", "{form: opaque}",
            [
                "11:14: a schema needs 'payload: {form: json}'",
                "11:14: a time from the body needs 'payload: {form: json}'",
            ]
        ),
        (
            "coding", "forward",
            [
                "11:13: 'coding: forward' needs 'payload: {form: opaque}' and 'schema: none': a coded body cannot be parsed"
            ]
        ),
        (
            "event", "{type: \"${body:collection}\"}",
            ["11:19: 'type': '${body:collection}' has to be ${body:/pointer} or ${header:name}"]
        ),
        (
            "event", "{type: \"${header:x-event}\", allow: [a]}",
            [
                "11:47: 'allow' needs a name that is signed, and header:x-event is not: a sender's copy could be changed"
            ]
        ),
        ("event", "{id: id}", ["11:17: 'id' has to be a JSON Pointer that starts with /, or header:NAME, found 'id'"]),
        ("forward", nil, ["6:5: 'forward' is missing"]),
        ("forward", "{deadline: 5s}", ["10:14: 'forward' needs 'to' or 'rules'"]),
        ("forward", "{to: ftp://a/b}", ["10:19: 'to': 'ftp://a/b' has to start with http://, https:// or unix:"]),
        ("forward", "{to: \"http://user:pw@a/\"}", ["10:19: 'to': the URL must not hold a user name or password"]),
        (
            "forward", "{to: \"http://169.254.169.254/latest\"}",
            ["10:19: 'to': 'http://169.254.169.254/latest' points to 169.254.169.254, which no handler may have"]
        ),
        ("forward", "{to: \"http://127.1/\"}", ["10:19: 'to': 'http://127.1/' has no valid host name or address"]),
        (
            "forward", "{to: \"http://a:0/\"}",
            ["10:19: 'to': 'http://a:0/' has a port that is not a number from 1 to 65535"]
        ),
        (
            "forward", "{to: \"http://a/#x\"}",
            ["10:19: 'to': 'http://a/#x' has a fragment, or a character that has to be percent-encoded"]
        ),
        ("forward", "{to: [\"http://a/\", \"http://a/\"]}", ["10:33: 'http://a/' is in the list already"]),
        (
            "forward", "{to: \"http://a/\", headers: [Content-Length, x_forwarded_for, \"b d\"]}",
            [
                "10:42: 'headers': 'content-length' belongs to the connection, not to the delivery",
                "10:58: 'headers': 'x_forwarded_for' is made by the gateway",
                "10:75: 'headers': 'b d' is not the name of a header field",
            ]
        ),
        (
            "forward", "{to: \"http://a/\", connect: 50s, deadline: 20s}",
            ["10:41: 'connect' is longer than 'deadline'"]
        ),
        ("forward", "{to: \"http://a/\", attest: true}", ["10:40: 'attest' needs 'outbound_key'"]),
        (
            "forward", "{to: \"http://a/\", outbound_key: env:SHORT_SECRET}",
            ["10:46: 'outbound_key': a secret of at least 16 bytes is expected"]
        ),
        (
            "forward", "{to: \"http://a/\", outbound_key: env:CMS_SECRET}",
            ["10:46: the same secret as source 'cms'; every source needs its own"]
        ),
        (
            "forward", "{to: \"http://a/\", complete_on: [ok, \"2xx\"], on_unknown: guess}",
            [
                "10:46: 'complete_on': 'ok' is neither a status from 200 to 599 nor a class such as 2xx",
                "10:70: 'on_unknown' has to be one of release, hold, found 'guess'",
            ]
        ),
        ("forward", "{to: \"http://a/\", resign: {key: x}}", ["10:46: 'key' has to be keyring:sign:NAME"]),
        (
            "forward", "{to: \"https://a/\", tls: {ca: nowhere.pem, pin: x}}",
            ["10:43: 'ca': the file 'nowhere.pem' does not exist", "10:56: 'pin' is not built yet"]
        ),
        (
            "forward", "{rules: [{when: {collection: orders}, to: \"http://a/\"}], to: \"http://b/\"}",
            [
                "10:31: 'collection' has to be a JSON Pointer that starts with /",
                "10:75: 'to' and 'rules' exclude each other; use 'otherwise'",
            ]
        ),
        (
            "forward", "{rules: [{when: {}, to: \"http://a/\"}, {when: {/a: [{}]}}]}",
            [
                "10:30: 'when' is empty", "10:52: 'to' is missing; expected a URL or a list of URLs",
                "10:65: '/a' has to be a value or a list of values, found a mapping",
            ]
        ),
        ("forward", "{to: \"http://a/\", otherwise: deny}", ["10:43: 'otherwise' needs 'rules'"]),
        (
            "audit", "{fields: {/collection: plain, data: plain, /id: mac}}",
            [
                "11:42: 'data' has to be a JSON Pointer that starts with /, or one of client.ip, http.ua, http.query, body",
                "11:60: '/id: mac' needs 'keys' with 'file': its monthly keys are kept in the keyring",
            ]
        ),
        (
            "audit", "{retention: 30d}",
            ["11:24: 'retention' of a source has to be at least 'audit.retention.max', 400d"]
        ),
        (
            "audit", "{fields: {client.ip: seal, http.query: plain, body: seal, http.au: drop}}",
            [
                "11:33: 'client.ip: seal' needs 'keys' with 'file': its monthly keys are kept in the keyring",
                "11:51: 'http.query' has to be one of mac, drop, found 'plain'",
                "11:64: 'body' has to be one of mac, drop, found 'seal'",
                "11:70: 'http.au' has to be a JSON Pointer that starts with /, or one of client.ip, http.ua, http.query, body (did you mean 'http.ua'?)",
            ]
        ),
        (
            "audit",
            "{fields: {http.Authorization: drop, /headers/cookie: mac, /data/password: plain, Set-Cookie: seal}}",
            [
                "11:22: 'http.Authorization' is never recorded, in no form: 'authorization' holds a secret",
                "11:48: '/headers/cookie' is never recorded, in no form: 'cookie' holds a secret",
                "11:65: '/headers/cookie: mac' needs 'keys' with 'file': its monthly keys are kept in the keyring",
                "11:70: '/data/password' is never recorded, in no form: 'password' holds a secret",
                "11:93: 'Set-Cookie' is never recorded, in no form: 'set-cookie' holds a secret",
                "11:105: 'Set-Cookie: seal' needs 'keys' with 'file': its monthly keys are kept in the keyring",
            ]
        ),
        ("responses", "xml", ["11:16: 'responses' has to be one of json, text, found 'xml'"]),
        (
            "statuses", "{address.denied: 200, adress.denied: 401, http.framing: 418, replay.duplicate: 409}",
            [
                "11:32: 'address.denied' has to be a whole number from 400 to 599, found '200'",
                "11:37: 'adress.denied' is not a reason code (did you mean 'address.denied'?)",
                "11:57: the status of 'http.framing' cannot be changed by a source",
                "11:76: the status of 'replay.duplicate' cannot be changed by a source",
            ]
        ),
        (
            "shadow", "[signature]",
            [
                "11:14: 'shadow' has to be one of address, content, timestamp, payload, replay, signature-is-not-enforced, found 'signature'"
            ]
        ),
        (
            "challenge", "zoon",
            [
                "11:16: 'challenge' has to be one of \(ChallengePreset.allNames.joined(separator: ", ")), found 'zoon' (did you mean 'zoom'?)"
            ]
        ),
        (
            "signature",
            "{scheme: fal, keys: [{id: f, secret: \"file:f.json\", fetch: {url: \"http://keys.example.com/\"}}]}",
            [
                "9:53: the secret file 'f.json' does not exist",
                "9:81: 'url' has to start with https://; keys that anyone can change prove nothing",
            ]
        ),
        ("challenge", "meta", ["11:16: the challenge 'meta' needs 'verify_token'"]),
        (
            "challenge", "{preset: asana, open: always}",
            [
                "11:16: the challenge 'asana' needs 'save'",
                "11:38: 'open: always' would let anyone hand over a secret; leave it out",
            ]
        ),
        (
            "challenge", "{preset: slack, open: always, endpoint: x, save: x}",
            [
                "11:38: the challenge 'slack' is answered to whoever proves it; leave 'open' out",
                "11:56: the answer of 'slack' holds no URL",
                "11:65: the challenge 'slack' hands nothing over that could be stored",
            ]
        ),
        ("mode", "queue", ["11:11: 'mode: queue' is not built yet"]),
        ("limits", "{body: 1GiB}", ["11:20: 'body' has to be a size from 1KiB to 64MiB, found '1GiB'"]),
    ]

    private func mistakes(_ text: String) -> [String] {
        ConfigurationSample.load(text).mistakes.map { "\($0.line):\($0.column): \($0.text)" }
    }

    private func inSource(_ key: String, _ value: String?) -> [String] {
        mistakes(ConfigurationSample.source([key: value]))
    }

    @Test("the sample itself has no mistakes and no warnings")
    func sampleIsGood() {
        let result = ConfigurationSample.load(ConfigurationSample.source([:]))
        #expect(result.mistakes == [] && result.warnings == [])
        #expect(result.configuration != nil)
    }

    @Test("mistakes of the whole file", arguments: wholeFileRows)
    func wholeFile(written: String, replaced: String, expected: [String]) {
        let text = ConfigurationSample.head + ConfigurationSample.source
        #expect(text.contains(written))
        #expect(mistakes(text.replacing(written, with: replaced)) == expected)
    }

    @Test("mistakes of a source", arguments: sourceRows)
    func source(key: String, value: String?, expected: [String]) {
        #expect(inSource(key, value) == expected)
    }

    @Test("all mistakes of a file are reported at once, in the order of the file")
    func reportsAll() {
        let text = """
            version: 1
            listen:
              - address: 0.0.0.0:8443
                http2: true
            sources:
              cms:
                path: /hooks/cms
                allow: {ips: [203.0.113.7/24], method: [POST]}
                signature:
                  scheme: body-hmac
                  header: x-webhook-signature
                  secret: file:/nonexistent/secret
                timestamp: {from: "body:/timestamp", tolerence: 5m}
                replay: {key: content, retry: identical, ttl: 7}
                schema: schemas/cms.json
                forward: {to: ["http://127.0.0.1:3000/api/webhook"], deadlin: 20s}
            audit: {dir: /var/lib/postern/audit, origin: gw.example.com/audit, on_full: drop}
            """
        #expect(
            mistakes(text) == [
                "3:14: '0.0.0.0:8443' can be reached from other machines without TLS; give it 'tls', or write 'plaintext: behind-tls-proxy'",
                "4:5: 'http2' is not built yet",
                "8:19: '203.0.113.7/24' has host bits set (did you mean '203.0.113.0/24'?)",
                "8:36: unknown key 'method' (did you mean 'methods'?)",
                "12:15: the secret file '/nonexistent/secret' does not exist",
                "13:42: unknown key 'tolerence'",
                "14:51: 'ttl': '7' needs a unit: ms, s, m, h or d",
                "15:13: the schema 'schemas/cms.json' does not exist",
                "16:58: unknown key 'deadlin' (did you mean 'deadline'?)",
                "17:77: 'on_full: drop' is not built yet",
            ]
        )
    }

    @Test("two sources must not share a secret, nor a path and host")
    func refusesSharing() {
        let second = ConfigurationSample.source.replacing("cms:", with: "shop:")
        #expect(
            mistakes(ConfigurationSample.head + ConfigurationSample.source + second) == [
                "11:3: source 'shop' has the same path and host as 'cms'",
                "15:25: the same secret as source 'cms'; every source needs its own",
            ]
        )
    }
}
