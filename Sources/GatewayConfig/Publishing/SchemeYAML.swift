package import WebhookVerification

/// Writes a signature scheme as the `signature` of a source, ready to be put into a configuration.
package enum SchemeYAML {
    /// The lines of `signature:` with `indent` in front; a scheme of the catalogue is named, any other declared whole.
    ///
    /// `secret` is a reference, for example `file:secrets/sender`.
    package static func lines(_ scheme: SignatureScheme, secret: String, indent: String = "    ") -> [String] {
        let isKnown = SignatureCatalogue.scheme(named: scheme.name) != nil
        var members: [(String, YAMLText)] = [("scheme", .text(isKnown ? scheme.name : "declared"))]
        if !isKnown { members += ResolvedSignature.members(of: scheme) }
        if isKnown, let base = scheme.publicURL { members.append(("url", .mapping([("base", .text(base))]))) }
        members.append(("secret", .text(secret)))
        let text = YAMLText.mapping([("signature", .mapping(members))]).document
        return text.split(separator: "\n").map { indent + $0 }
    }
}
