import GatewayServer
import WebhookVerification

/// What people want to know about a scheme, as short texts.
struct SchemeFacts {
    private let entry: SignatureCatalogue.Entry
    private let compiled: CompiledSignatureScheme?

    init(_ entry: SignatureCatalogue.Entry) {
        self.entry = entry
        compiled = try? CompiledSignatureScheme(SchemeChoice.completed(entry.scheme))
    }

    /// What a signature covers: `body`, `url` and `method`, as far as they are.
    var covers: [String] {
        CompiledSignatureScheme.Coverage.allCases.filter { compiled?.covers.contains($0) == true }.map(\.rawValue)
    }

    /// Whether the algorithm is too weak for anything new.
    var isWeak: Bool { compiled?.algorithm.isWeak ?? false }

    /// Sentences about the scheme.
    var warnings: [String] { compiled?.warnings.map { "\($0.field): \($0.text)" } ?? [] }

    /// Where the sender publishes its addresses, and what this program knows of them; nothing where it publishes none.
    var addressLines: [String] {
        guard let addresses = entry.addresses else { return [] }
        guard let date = addresses.date else {
            return ["addresses: published, and changing, at", "  \(addresses.url)"]
        }
        return [
            "addresses: \(addresses.networks.count) networks of \(date), 'ips: [preset@\(date)]'; published at",
            "  \(addresses.url)",
        ]
    }

    /// Where signatures stand: header names, or sources of other kinds.
    var places: [String] {
        let scheme = entry.scheme
        var sources = scheme.signature.from
        if sources.isEmpty, let token = scheme.jwt { sources = [token.from] }
        if sources.isEmpty {
            switch compiled?.algorithm {
            case .basic: sources = ["authorization"]
            case .httpMessageSignatures: sources = ["signature", "signature-input"]
            case .snsMessage: sources = ["json:/Signature"]
            case .hmac, .digest, .signature, .token, .jwt, .detachedJWS, nil: break
            }
        }
        return sources.map { $0.hasPrefix("header:") ? String($0.dropFirst(7)) : $0 }
    }

    /// What is signed: the template, or the claims that a token ties to the request.
    var content: String {
        let scheme = entry.scheme
        var texts = [scheme.content.map(\.text).joined()].filter { !$0.isEmpty }
        texts += scheme.require.map { "\($0.left) = \($0.right)" }
        texts += (scheme.jwt?.bind ?? []).map { "\($0.claim) = \($0.equals)" }
        texts += scheme.messageSignature?.requiredComponents ?? []
        return texts.joined(separator: ", ")
    }
}
