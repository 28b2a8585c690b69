package import GatewayCrypto
import StrictJSON

/// The secret of one key on its way to another keyring, readable by its recipient only.
///
/// An ephemeral X25519 key, HKDF-SHA256 and AES-256-GCM, with everything else that the document says as additional data.
/// It says nothing of who sealed it: whoever imports it has to know where it comes from.
/// Source: `docs/keys.md`, export.
package struct SealedKey: Sendable {
    /// What is said of the key in clear.
    package struct Head: Sendable {
        /// The entry that the key was exported from.
        package let source: String
        /// Its id there.
        package let id: String
        /// The word for people.
        package let label: String
        /// The algorithm of the source's scheme.
        package let algorithm: String
        /// How the text becomes a key.
        package let encoding: KeyringKey.Encoding
        /// Who can open it.
        package let recipient: KeyRecipient
        let ephemeral: [UInt8]

        /// The canonical document (RFC 8785); without `sealed` it is what is bound to the ciphertext.
        func bytes(_ sealed: KeyringKey.Sealed?) -> [UInt8] {
            var writer = JSONWriter()
            func text(_ name: String, _ value: String) {
                writer.name(name)
                writer.string(value)
            }
            writer.beginObject()
            text("alg", algorithm)
            if let sealed { text("ct", Base64.encode(sealed.ciphertext.span)) }
            text("encoding", encoding.rawValue)
            text("epk", Base64.encode(ephemeral.span))
            text("format", SealedKey.format)
            text("id", id)
            text("label", label)
            if let sealed { text("nonce", Base64.encode(sealed.nonce.span)) }
            text("recipient", recipient.description)
            text("source", source)
            writer.endObject()
            return writer.bytes
        }

        /// The key that wraps the secret.
        func wrapping(_ shared: SecretBytes) throws(CryptoFault) -> SecretBytes {
            let salt = ephemeral + recipient.publicKey
            return try shared.withBytes { (bytes) throws(CryptoFault) in
                try HKDF.deriveSHA256(from: bytes, salt: salt.span, info: SealedKey.info.span, count: 32)
            }
        }
    }

    private static let format = "postern-key/1"
    private static let info = Array("postern/key-export/v1".utf8)
    /// The largest document, in bytes.
    package static let bytesMax = 128 << 10

    /// What is said of the key.
    package let head: Head
    private let sealed: KeyringKey.Sealed

    /// Seals the secret of a key of `keyring`.
    package init(
        _ key: KeyringKey,
        of name: String,
        in keyring: Keyring,
        for recipient: KeyRecipient
    ) throws(KeyringFault) {
        let secret = try keyring.secret(of: key, in: name)
        do throws(CryptoFault) {
            let own = try RandomBytes.makeSecret(32)
            head = Head(
                source: name,
                id: key.id.text,
                label: key.label,
                algorithm: key.algorithm,
                encoding: key.encoding,
                recipient: recipient,
                ephemeral: try X25519.publicKey(of: own)
            )
            let wrapping = try head.wrapping(try X25519.agree(own, with: recipient.publicKey.span))
            let nonce = try RandomBytes.make(AES256GCM.nonceByteCount)
            let data = head.bytes(nil)
            let text = try secret.withBytes { (bytes) throws(CryptoFault) in
                try AES256GCM.seal(bytes, key: wrapping, nonce: nonce.span, additional: data.span)
            }
            sealed = KeyringKey.Sealed(nonce: nonce, ciphertext: text)
        } catch {
            throw .crypto(error)
        }
    }

    /// Reads a document; it is not known to be authentic before it is opened.
    package init(_ file: [UInt8]) throws(KeyringFault) {
        let fault = KeyringFault.refused("this is not a key that 'postern keys export --to' has written")
        var bytes = file
        if bytes.last == 0x0A { bytes.removeLast() }
        let json = JSONDocument()
        guard file.count <= SealedKey.bytesMax, json.parse(bytes.span) == nil, let root = json.root,
            json.kind(of: root) == .object
        else { throw fault }
        let reader = KeyringObject(json, bytes, root, "the sealed key")
        do throws(KeyringFault) {
            guard try reader.text("format") == SealedKey.format,
                let encoding = KeyringKey.Encoding(rawValue: try reader.text("encoding")),
                let recipient = KeyRecipient(try reader.text("recipient"))
            else { throw fault }
            head = Head(
                source: try reader.text("source"),
                id: try reader.text("id"),
                label: try reader.text("label"),
                algorithm: try reader.text("alg"),
                encoding: encoding,
                recipient: recipient,
                ephemeral: try reader.bytes("epk", count: 32)
            )
            sealed = KeyringKey.Sealed(nonce: try reader.bytes("nonce", count: 12), ciphertext: try reader.bytes("ct"))
        } catch {
            throw fault
        }
        // One document for one key: nothing else is said in it.
        guard head.bytes(sealed) == bytes else { throw fault }
    }

    /// The document and one line feed.
    package var encoded: [UInt8] { head.bytes(sealed) + [0x0A] }

    /// The text of the secret, opened with the recipient's private key; throws where it is another's, or was changed.
    package func open(with secret: SecretBytes) throws(KeyringFault) -> SecretBytes {
        do throws(CryptoFault) {
            let shared = try X25519.agree(secret, with: head.ephemeral.span)
            return try AES256GCM.open(
                sealed.ciphertext.span,
                key: try head.wrapping(shared),
                nonce: sealed.nonce.span,
                additional: head.bytes(nil).span
            )
        } catch {
            if case .notAuthentic = error { throw .refused("the sealed key was changed on its way, or is damaged") }
            throw .crypto(error)
        }
    }
}
