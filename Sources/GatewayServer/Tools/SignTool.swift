import GatewayCrypto
import StrictJSON
package import WebhookVerification

/// Makes a signed request for tests of a handler or a gateway.
package struct SignTool {
    private let signer: SignatureSigner

    /// Reads the secret as the scheme's sender shows it, or a private key in PEM.
    package init(_ choice: SchemeChoice, secret: [UInt8]) throws(SchemeChoice.Fault) {
        signer = SignatureSigner(scheme: choice.scheme, key: try SignTool.key(choice, secret: secret))
    }

    /// The key that a text holds for a scheme.
    static func key(_ choice: SchemeChoice, secret: [UInt8]) throws(SchemeChoice.Fault) -> SignatureSigner.Key {
        let text = String(decoding: secret.prefix(64), as: UTF8.self)
        if text.hasPrefix("-----BEGIN "), text.contains("PRIVATE KEY-----") {
            guard let key = try? PrivateKey(pem: secret.span) else {
                throw SchemeChoice.Fault("the private key cannot be read")
            }
            return .privateKey(key)
        }
        guard case .secret(let bytes) = try choice.material(secret) else {
            throw SchemeChoice.Fault("a private key in PEM is needed to sign with \(choice.scheme.algorithm.name)")
        }
        return .secret(bytes)
    }

    /// Adds to `request` what makes it genuine at `now`; `eventID` goes where the scheme has an id.
    package func sign(
        _ request: inout ComposedRequest,
        now: Timestamp,
        eventID: String
    ) throws(SchemeChoice.Fault) {
        do throws(SignatureSchemeMistake) {
            try signer.sign(&request, now: now, eventID: eventID)
        } catch {
            throw SchemeChoice.Fault("\(error.field): \(error.text)")
        }
    }

    /// The curl command that sends `request` to `origin` (`https://host:port`).
    ///
    /// `body` is curl's word for the body, `@-` for standard input; a body that signing changed is written out.
    package static func curl(_ request: ComposedRequest, origin: String, body: String? = "@-") -> String {
        var words = ["curl", "-X", quoted(request.method)]
        for field in request.fields {
            words += ["-H", quoted(field.name + ": " + String(decoding: field.value, as: UTF8.self))]
        }
        // Without it curl adds a type of its own, which a handler may not expect.
        if !request.hasField(FieldName(literal: "content-type")) {
            words += ["-H", "'Content-Type: application/json'"]
        }
        words += ["--data-binary", body ?? quoted(String(decoding: request.body, as: UTF8.self))]
        words.append(quoted(origin + request.target))
        return words.joined(separator: " ")
    }

    /// `{"method","url","headers":[[name,value]],"body"}` of a signed request, for other programs.
    ///
    /// A body that is not UTF-8 stands in `bodyBase64` instead.
    package static func json(_ request: ComposedRequest, origin: String) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in [("method", request.method), ("url", origin + request.target)] {
            writer.name(name)
            writer.string(value)
        }
        writer.name("headers")
        writer.beginArray()
        for field in request.fields {
            writer.beginArray()
            writer.string(field.name)
            writer.string(String(decoding: field.value, as: UTF8.self))
            writer.endArray()
        }
        writer.endArray()
        if let text = String(validating: request.body, as: UTF8.self) {
            writer.name("body")
            writer.string(text)
        } else {
            writer.name("bodyBase64")
            writer.string(Base64.encode(request.body.span))
        }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// A word of a POSIX shell: nothing in single quotes means anything but a single quote.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
        if isPlain, !text.isEmpty { return text }
        return "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
