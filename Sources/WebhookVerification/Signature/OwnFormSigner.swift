import GatewayCrypto
import StrictJSON

/// Makes requests of the two algorithms with a form of their own: Amazon SNS and TrueLayer's detached JWS.
struct OwnFormSigner {
    let scheme: CompiledSignatureScheme
    let key: SignatureSigner.Key

    /// Adds what the algorithm needs; the key has to be private.
    func sign(_ request: inout ComposedRequest, now: Timestamp, eventID: String) throws(SignatureSchemeMistake) {
        switch scheme.algorithm {
        case .snsMessage: try signNotification(&request, now: now, eventID: eventID)
        case .detachedJWS: try signDetached(&request, now: now)
        case .hmac, .digest, .signature, .token, .basic, .jwt, .httpMessageSignatures:
            throw SignatureSchemeMistake("algorithm", "\(scheme.algorithm.name) has no form of its own")
        }
    }

    // MARK: - Amazon SNS

    /// A notification (version 2) whose message is the body, unless the body is a notification already.
    private func signNotification(
        _ request: inout ComposedRequest,
        now: Timestamp,
        eventID: String
    ) throws(SignatureSchemeMistake) {
        var values = [
            ("Type", "Notification"), ("MessageId", eventID),
            ("TopicArn", "arn:aws:sns:us-east-1:000000000000:postern"),
            ("Timestamp", String(decoding: DateText.format(seconds: now.seconds), as: UTF8.self)),
            ("SignatureVersion", "2"),
            ("SigningCertURL", "https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem"),
        ]
        var body = request.body
        if TokenMembers(body)?.has("Message") != true {
            values.append(("Message", String(decoding: body, as: UTF8.self)))
            body = []
        }
        for (name, value) in values where TokenMembers(body)?.has(name) != true {
            body = try set(name, Array(value.utf8), in: body)
        }
        guard let members = TokenMembers(body),
            case .success(let content) = SignatureVerifier.notificationContent(members)
        else { throw SignatureSchemeMistake("content", "the body is no notification") }
        let proof = try self.proof(.rsaPKCS1(.sha256), content)
        request.body = try set("Signature", Array(Base64.encode(proof.span).utf8), in: body)
    }

    private func set(_ name: String, _ value: [UInt8], in body: [UInt8]) throws(SignatureSchemeMistake) -> [UInt8] {
        let pointer = JSONPointer(tokens: [JSONPointer.Token(name: Array(name.utf8))])
        guard let changed = BodyEditor.set(pointer, to: value, in: body) else {
            throw SignatureSchemeMistake("content", "the body is not a JSON object")
        }
        return changed
    }

    // MARK: - Detached JWS

    private func signDetached(_ request: inout ComposedRequest, now: Timestamp) throws(SignatureSchemeMistake) {
        guard case .header(let place) = scheme.places.first else {
            throw SignatureSchemeMistake("signature.from", "there is no place for a signature")
        }
        let stamp = "x-tl-webhook-timestamp"
        if let name = FieldName(stamp), !request.hasField(name) {
            request.fields.append((stamp, DateText.format(seconds: now.seconds)))
        }
        var header = JSONWriter()
        header.beginObject()
        for (name, value) in [("alg", "ES512"), ("kid", "postern"), ("tl_version", "2"), ("tl_headers", stamp)] {
            header.name(name)
            header.string(value)
        }
        header.endObject()
        let time = request.fields.first { $0.name.lowercased() == stamp }?.value ?? []
        let path = request.target.prefix { $0 != "?" }
        var payload = Array("\(request.method) \(path)\n\(stamp): ".utf8)
        payload += ComposedRequest.trimmed(time) + [0x0A] + request.body
        var input = Array(Base64.encode(header.bytes.span, alphabet: .url, padding: .none).utf8)
        var value = input + Array("..".utf8)
        input.append(UInt8(ascii: "."))
        Base64.append(payload.span, alphabet: .url, padding: .none, to: &input)
        let proof = try self.proof(.ecdsaRaw(.sha512), input)
        Base64.append(proof.span, alphabet: .url, padding: .none, to: &value)
        request.fields.append((place.text, value))
    }

    private func proof(_ algorithm: SignatureAlgorithm, _ message: [UInt8]) throws(SignatureSchemeMistake) -> [UInt8] {
        guard case .privateKey(let key) = key, let proof = try? key.sign(algorithm, message: message.span) else {
            throw SignatureSchemeMistake("key", "key and algorithm do not fit")
        }
        return proof
    }
}
