package import GatewayCrypto
import StrictJSON

/// A set of public keys as senders publish it (RFC 7517), imported by the operator; nothing is fetched here.
package enum JSONWebKeySet {
    /// One key of a set with the name that tokens and headers call it by.
    package struct Member: Sendable {
        /// The `kid`; `nil` where the key has none.
        package let name: String?
        /// The public key.
        package let key: PublicKey
    }

    /// The signature keys of a set, or of a single key; others, for example for encryption, are left out.
    ///
    /// Throws a mistake of field `key` where the text is not strict JSON, a key is not well formed, or none is usable.
    package static func read(_ text: [UInt8]) throws(SignatureSchemeMistake) -> [Member] {
        let document = JSONDocument()
        guard text.count <= 1 << 20, document.parse(text.span) == nil, let root = document.root,
            document.kind(of: root) == .object
        else { throw SignatureSchemeMistake("key", "a JSON Web Key Set of at most 1 MiB is expected") }
        var members: [Member] = []
        if let list = document.member("keys", of: root, in: text.span) {
            for element in document.elements(of: list) {
                if let member = try Reader(document: document, bytes: text, node: element).member() {
                    members.append(member)
                }
            }
        } else if let member = try Reader(document: document, bytes: text, node: root).member() {
            members.append(member)
        }
        guard !members.isEmpty, members.count <= 100 else {
            throw SignatureSchemeMistake("key", "a set with 1 to 100 signature keys is expected")
        }
        return members
    }

    /// One key of the set.
    private struct Reader {
        let document: JSONDocument
        let bytes: [UInt8]
        let node: JSONNode

        func member() throws(SignatureSchemeMistake) -> Member? {
            if let use = text("use"), use != "sig" { return nil }
            do throws(CryptoFault) {
                guard let key = try publicKey() else { return nil }
                return Member(name: text("kid"), key: key)
            } catch {
                throw SignatureSchemeMistake("key", "key \(text("kid") ?? "without kid") of the set is not well formed")
            }
        }

        private func publicKey() throws(CryptoFault) -> PublicKey? {
            switch (text("kty"), text("crv")) {
            case ("RSA", _): return try PublicKey(rsaModulus: number("n").span, exponent: number("e").span)
            case ("EC", "P-256"): return try point(.p256)
            case ("EC", "P-384"): return try point(.p384)
            case ("EC", "P-521"): return try point(.p521)
            case ("OKP", "Ed25519"): return try PublicKey(ed25519: number("x").span)
            default: return nil
            }
        }

        private func point(_ curve: PublicKey.Curve) throws(CryptoFault) -> PublicKey {
            try PublicKey(curve: curve, x: number("x").span, y: number("y").span)
        }

        private func number(_ name: String) -> [UInt8] {
            guard let text = text(name) else { return [] }
            return Base64.decode(text, alphabet: .url) ?? []
        }

        private func text(_ name: String) -> String? {
            guard let value = document.member(Array(name.utf8).span, of: node, in: bytes.span),
                document.kind(of: value) == .string
            else { return nil }
            return document.string(value, in: bytes.span)
        }
    }
}
