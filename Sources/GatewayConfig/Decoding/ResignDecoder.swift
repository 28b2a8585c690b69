internal import WebhookVerification

/// Decodes `forward.resign`.
struct ResignDecoder {
    private let context: LoadContext
    private let source: String
    private let signature: SignatureRule?

    init(_ context: LoadContext, source: String, signature: SignatureRule?) {
        self.context = context
        self.source = source
        self.signature = signature
    }

    /// The new signature; `nil` where something is wrong, which is in the log.
    func decode(_ reader: MappingReader) -> ResignConfiguration? {
        let form = reader.choice("scheme").flatMap(DeliveryResigner.Form.init(rawValue:)) ?? .same
        var scheme: CompiledSignatureScheme?
        switch signature {
        case .scheme(let compiled, _)?:
            scheme = compiled
            if form == .same, let obstacle = DeliveryResigner.obstacle(compiled) {
                reader.mistake(
                    "'scheme: same' is not possible with this source's scheme: \(obstacle); use 'standard'",
                    in: reader.has("scheme") ? "scheme" : "key"
                )
            }
        case .none?:
            if form == .same {
                reader.mistake("'scheme: same' needs a source that is signed; use 'standard'", in: "scheme")
            }
        case nil: break
        }
        guard let reference = reader.text("key"), let position = reader.node("key")?.position else { return nil }
        guard reference.hasPrefix("keyring:") else {
            reader.mistake("'key' has to be keyring:sign:NAME", in: "key")
            return nil
        }
        let place = "sources.\(source).forward.resign"
        guard let entry = KeyringDecoder(context).use(reference, purpose: .sign, place: place, at: position) else {
            return nil
        }
        return ResignConfiguration(entry: entry, form: form, scheme: scheme)
    }
}
