/// A usual mistake that makes an honest delivery fail, as a stable code.
///
/// Source: `docs/troubleshooting.md`, what is looked for. A code never changes its meaning.
package enum DiagnosisCode: String, Sendable, CaseIterable {
    case secretText = "secret.text"
    case secretBase64 = "secret.base64"
    case secretHex = "secret.hex"
    case secretPrefix = "secret.prefix"
    case secretWhiteSpace = "secret.white_space"
    case keyRetired = "key.retired"
    case keyRevoked = "key.revoked"
    case keyPending = "key.pending"
    case keySuspended = "key.suspended"
    case keyName = "key.name"
    case keyOtherSource = "key.other_source"
    case sourceOther = "source.other"
    case headerName = "header.name"
    case headerPrefix = "header.prefix"
    case headerEncoding = "header.encoding"
    case algorithm = "algorithm"
    case bodyLineFeedLost = "body.line_feed_lost"
    case bodyLineFeedAdded = "body.line_feed_added"
    case bodyLineEnds = "body.line_ends"
    case bodyMark = "body.byte_order_mark"
    case bodyRewritten = "body.rewritten"
    case bodyCompressed = "body.compressed"
    case bodyDecompressed = "body.decompressed"
    case bodyEmpty = "body.empty"
    case urlPort = "url.port"
    case urlScheme = "url.scheme"
    case urlHost = "url.host"
    case urlPath = "url.path"
    case urlSlash = "url.slash"
    case urlQuery = "url.query"
    case timestampUnit = "timestamp.unit"
    case clockOffset = "clock.offset"
    case clockZone = "clock.zone"
    case unknown = "unknown"

    /// What the operator does about it, one or two sentences.
    package var remedy: String {
        switch self {
        case .secretText:
            "Set `key: {encoding: utf8}` under `signature`, or store the secret in the form the scheme reads."
        case .secretBase64: "Set `key: {encoding: base64}` under `signature`."
        case .secretHex: "Set `key: {encoding: hex}` under `signature`."
        case .secretPrefix: "Set `key: {encoding: base64, strip: [whsec_]}` under `signature`."
        case .secretWhiteSpace: "Store the secret without white space around it, here and at the sender."
        case .keyRetired: "The sender still signs with the old key: give it the new one, or lengthen the overlap."
        case .keyRevoked: "Find out who signs with a revoked key; give the honest sender the new one."
        case .keyPending: "The sender signs with the next key already: set its `not_before` earlier."
        case .keySuspended: "Activate the key (`postern keys activate`), or give the sender the one that is in use."
        case .keyName: "Set the key's `sender_id` to the name that the sender gives it."
        case .keyOtherSource: "Two sources have each other's secrets: give this one the secret of its own sender."
        case .sourceOther: "The sender posts to the wrong path: give it the URL of its own source."
        case .headerName:
            "Set `header` under `signature` to where the sender puts the signature, or stop a proxy from renaming it."
        case .headerPrefix: "Set `prefix` (or `field`) under `signature` to what the sender writes in front."
        case .headerEncoding: "Set `encoding` under `signature` to what the sender writes."
        case .algorithm:
            "Set `alg` under `signature` to the sender's algorithm; better, move the sender to a strong one."
        case .bodyLineFeedLost: "Something in front trims the body: let it pass the bytes as they came."
        case .bodyLineFeedAdded:
            "Something in front adds a line feed (or the capture's editor did): pass the bytes as they came."
        case .bodyLineEnds:
            "Something in front (or the capture's editor) converts line ends: pass the bytes as they came."
        case .bodyMark: "Something in front adds or removes a byte order mark: pass the bytes as they came."
        case .bodyRewritten: "Something in front parses the JSON and writes it anew: pass the bytes as they came."
        case .bodyCompressed: "Something in front compresses bodies: switch that off for this path."
        case .bodyDecompressed:
            "Something in front decompresses bodies: switch that off, or let the sender send them plain."
        case .bodyEmpty: "The signature is over no body at all: the signer, or a proxy, had read the body already."
        case .urlPort: "Set `url: {base: …}` under `signature` to the URL the sender was given, or `variants: port`."
        case .urlScheme, .urlHost, .urlPath: "Set `url: {base: …}` under `signature` to the URL the sender was given."
        case .urlSlash: "Give the sender exactly the path that is configured; a proxy must not add or cut a slash."
        case .urlQuery: "A query was added behind the sender: remove it where it is added."
        case .timestampUnit:
            "Set `unit` (of `signature.timestamp`, or of `timestamp` for a time in the body) to what the sender writes."
        case .clockOffset: "Compare both clocks with a time server; an old capture is judged with `--at`."
        case .clockZone: "The sender signs local time: it has to sign UTC."
        case .unknown:
            "Compare the secret's fingerprint with the sender's, and the bytes with what the sender says it signed."
        }
    }
}
