package import WebhookVerification

/// A scheme of the catalogue with what a caller fills in.
package struct SchemeChoice: Sendable {
    /// Why there is no scheme.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// One sentence, or several lines.
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// The scheme, judged and compiled.
    package let scheme: CompiledSignatureScheme

    /// Takes the scheme `name`, with the public URL and the values of `config:` sources that it may need.
    package init(name: String, publicURL: String? = nil, settings: [String: String] = [:]) throws(Fault) {
        guard let entry = SignatureCatalogue.entry(named: name) else {
            throw Fault("there is no scheme '\(name)'; 'postern schemes list' names all")
        }
        try self.init(entry.scheme, publicURL: publicURL, settings: settings)
    }

    /// Takes any scheme, for example one that was read from a file.
    package init(
        _ scheme: SignatureScheme,
        publicURL: String? = nil,
        settings: [String: String] = [:]
    ) throws(Fault) {
        var scheme = scheme
        if let publicURL { scheme.publicURL = publicURL }
        scheme.settings.merge(settings) { $1 }
        do throws(SignatureSchemeMistakes) {
            self.scheme = try CompiledSignatureScheme(scheme)
        } catch {
            throw Fault(error.mistakes.map { "\(scheme.name): \($0.field): \($0.text)" }.joined(separator: "\n"))
        }
    }

    /// Takes a scheme that is compiled already, for example the one of a source.
    package init(compiled scheme: CompiledSignatureScheme) { self.scheme = scheme }

    /// The key that the text of a secret holds, as the scheme's sender shows it; weak ones are accepted.
    func material(_ secret: [UInt8]) throws(Fault) -> SigningKey.Material {
        do throws(SignatureSchemeMistake) {
            return try KeyMaterialReader(scheme.scheme).read(secret.span, strength: .any).material
        } catch {
            throw Fault("the secret cannot be used: \(error.text)")
        }
    }

    /// The scheme with stand-ins for what only an operator knows: its public URL and its settings.
    ///
    /// For judging a scheme and for what it tells about itself, never for judging requests.
    package static func completed(_ scheme: SignatureScheme) -> SignatureScheme {
        var scheme = scheme
        scheme.publicURL = scheme.publicURL ?? "https://hooks.example.com"
        for name in ["webhook_id", "base_url", "public_key"] where scheme.settings[name] == nil {
            scheme.settings[name] = "https://hooks.example.com"
        }
        return scheme
    }
}
