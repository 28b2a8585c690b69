import GatewayCrypto
import StrictJSON

/// Writes the canonical form (RFC 8785) of a keyring; every object's members come in the order of their names.
enum KeyringWriter {
    static func document(_ keyring: Keyring, mac: [UInt8]?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("dek")
        writer.beginObject()
        text("alg", "A256GCM", &writer)
        sealed(keyring.sealedDataKey, &writer)
        writer.endObject()
        text("format", KeyringDocument.format, &writer)
        text("id", keyring.id, &writer)
        if let mac { text("mac", Base64.encode(mac.span), &writer) }
        writer.name("master")
        writer.beginObject()
        text("check", keyring.secrets.check, &writer)
        if let handover = keyring.handover { text("handover", Base64.encode(handover.span), &writer) }
        if let reference = keyring.masterReference { text("ref", reference, &writer) }
        text("salt", Base64.encode(keyring.salt.span), &writer)
        writer.endObject()
        writer.name("revision")
        writer.integer(keyring.revision)
        writer.name("sources")
        writer.beginObject()
        for entry in keyring.entries { write(entry, &writer) }
        writer.endObject()
        text("updated", KeyringTime.text(keyring.updated), &writer)
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ entry: KeyringEntry, _ writer: inout JSONWriter) {
        writer.name(entry.name)
        writer.beginObject()
        writer.name("keys")
        writer.beginArray()
        for key in entry.keys { write(key, &writer) }
        writer.endArray()
        text("primary", entry.primary?.text, &writer)
        writer.endObject()
    }

    private static func write(_ key: KeyringKey, _ writer: inout JSONWriter) {
        writer.beginObject()
        text("alg", key.algorithm, &writer)
        text("created", KeyringTime.text(key.created), &writer)
        text("encoding", key.encoding.rawValue, &writer)
        text("expires", key.expires.map(KeyringTime.text), &writer)
        text("fp", key.fingerprint, &writer)
        text("id", key.id.text, &writer)
        text("label", key.label, &writer)
        text("not_after", key.notAfter.map(KeyringTime.text), &writer)
        text("not_before", key.notBefore.map(KeyringTime.text), &writer)
        text("origin", key.origin.rawValue, &writer)
        text("purpose", key.purpose.rawValue, &writer)
        if let rotation = key.rotation {
            writer.name("rotation")
            writer.beginObject()
            writer.name("overlap")
            writer.integer(rotation.overlap)
            text("replaces", rotation.replaces.text, &writer)
            writer.endObject()
        }
        text("state", key.state.rawValue, &writer)
        writer.name("wrap")
        if let wrap = key.sealed {
            writer.beginObject()
            sealed(wrap, &writer)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
    }

    private static func sealed(_ sealed: KeyringKey.Sealed, _ writer: inout JSONWriter) {
        text("ct", Base64.encode(sealed.ciphertext.span), &writer)
        text("nonce", Base64.encode(sealed.nonce.span), &writer)
    }

    private static func text(_ name: String, _ value: String?, _ writer: inout JSONWriter) {
        writer.name(name)
        if let value { writer.string(value) } else { writer.null() }
    }
}
