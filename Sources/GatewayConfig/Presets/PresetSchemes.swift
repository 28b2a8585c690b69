internal import WebhookVerification

/// The signature schemes of the presets.
enum PresetSchemes {
    /// An HMAC over the raw body in one header, the frame of `scheme: body-hmac`.
    static func bodyHMAC(
        _ name: String,
        header: String,
        prefix: String? = nil,
        encoding: String = "hex"
    ) -> SignatureScheme {
        var scheme = SignatureScheme(name: name, algorithm: "hmac-sha256")
        if !header.isEmpty { scheme.signature.from = ["header:\(header)"] }
        if let prefix { scheme.signature.prefixes = [prefix] }
        scheme.signature.encoding = encoding
        scheme.content = [SignatureScheme.ContentSegment("{body}")]
        return scheme
    }

    /// The encoding is not documented: `hex`, `sha256=hex` or `base64`, told by `encoding`.
    static let software01 = bodyHMAC("01software", header: "x-webhook-signature")

    /// Standard Webhooks, symmetric: https://www.standardwebhooks.com.
    static let standard = standardWebhooks("standard")
    /// GitLab's signing token has the form of Standard Webhooks.
    static let gitlab = standardWebhooks("gitlab")

    private static func standardWebhooks(_ name: String) -> SignatureScheme {
        var scheme = SignatureScheme(name: name, algorithm: "hmac-sha256")
        scheme.key.encoding = "base64"
        scheme.key.strip = ["v1,whsec_", "whsec_"]
        scheme.signature.from = ["header:webhook-signature"]
        scheme.signature.grammar = "pairs"
        scheme.signature.itemSeparator = " "
        scheme.signature.keyValueSeparator = ","
        scheme.signature.field = "v1"
        scheme.signature.encoding = "base64"
        scheme.content = [SignatureScheme.ContentSegment("{header:webhook-id}.{header:webhook-timestamp}.{body}")]
        scheme.timestamp = SignatureScheme.TimestampPlace(from: "header:webhook-timestamp")
        scheme.eventID = ["header:webhook-id"]
        return scheme
    }

    static let stripe: SignatureScheme = {
        var scheme = SignatureScheme(name: "stripe", algorithm: "hmac-sha256")
        scheme.signature.from = ["header:stripe-signature"]
        scheme.signature.grammar = "pairs"
        scheme.signature.field = "v1"
        scheme.content = [SignatureScheme.ContentSegment("{sig:t}.{body}")]
        scheme.timestamp = SignatureScheme.TimestampPlace(from: "sig:t")
        scheme.eventID = ["json:/id"]
        return scheme
    }()

    static let github: SignatureScheme = {
        var scheme = bodyHMAC("github", header: "x-hub-signature-256", prefix: "sha256=")
        scheme.eventID = ["header:x-github-delivery"]
        return scheme
    }()

    static let slack: SignatureScheme = {
        var scheme = bodyHMAC("slack", header: "x-slack-signature", prefix: "v0=")
        scheme.content = [SignatureScheme.ContentSegment("v0:{header:x-slack-request-timestamp}:{body}")]
        scheme.timestamp = SignatureScheme.TimestampPlace(from: "header:x-slack-request-timestamp")
        scheme.eventID = ["json:/event_id"]
        return scheme
    }()

    static let shopify: SignatureScheme = {
        var scheme = bodyHMAC("shopify", header: "x-shopify-hmac-sha256", encoding: "base64")
        scheme.eventID = ["header:x-shopify-webhook-id"]
        return scheme
    }()

    /// The scheme called `name`; `body-hmac` and `declared` are frames that the configuration fills.
    static func named(_ name: String) -> SignatureScheme? {
        switch name {
        case "body-hmac": bodyHMAC(name, header: "")
        case "declared": SignatureScheme(name: name, algorithm: "")
        default: SourcePreset.named(name)?.scheme
        }
    }

    /// Names that `scheme` accepts, for messages.
    static var allNames: [String] { SourcePreset.allNames + ["body-hmac", "declared", "none"] }
}
