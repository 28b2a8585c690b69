internal import WebhookVerification

/// The schemes that `signature.scheme` can name: those of the catalogue, and frames that the configuration fills.
enum SchemeFrames {
    /// The scheme called `name`; `nil` for a name that none has.
    static func named(_ name: String) -> SignatureScheme? {
        switch name {
        case "body-hmac":
            var scheme = SignatureScheme(name: name, algorithm: "hmac-sha256")
            scheme.content = [SignatureScheme.ContentSegment("{body}")]
            return scheme
        case "declared": return SignatureScheme(name: name, algorithm: "")
        default: return SignatureCatalogue.scheme(named: name)
        }
    }

    /// Every name, `none` included, for messages.
    static var allNames: [String] { ["body-hmac", "declared", "none"] + SignatureCatalogue.names }
}
