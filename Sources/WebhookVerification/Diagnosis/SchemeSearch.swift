import GatewayCrypto

/// Finds out how an unknown sender signs: tries the usual places, encodings and templates with its secret.
///
/// What it gives is a scheme that the verifier has accepted the request with; several thousand trials at most.
package struct SchemeSearch {
    private let request: ComposedRequest
    private let secret: [UInt8]
    private let now: Timestamp
    private let publicURL: String?

    /// Takes a request and the text of the secret, or a public key in PEM.
    package init(_ request: ComposedRequest, secret: [UInt8], now: Timestamp, publicURL: String?) {
        self.request = request
        self.secret = secret
        self.now = now
        self.publicURL = publicURL
    }

    /// The first scheme under which the request holds, called `declared`; `nil` where none of those tried does.
    package func run() -> SignatureScheme? {
        let probe = DiagnosisProbe(now: now, budget: .command)
        let times = times
        let ids = ids
        for place in places {
            let contents = contents(place, times: times, ids: ids)
            for content in contents {
                for algorithm in algorithms(place) {
                    for form in keyForms {
                        let scheme = scheme(place, content, algorithm, form)
                        guard let key = key(scheme) else { continue }
                        let trial = DiagnosisTrial(request: request, scheme: scheme, keys: [key])
                        if probe.match(trial) != nil { return scheme }
                    }
                }
            }
        }
        return nil
    }

    // MARK: - Where the signature may stand

    private struct Place {
        let signature: SignatureScheme.SignaturePlace
        /// Bytes of the decoded signature.
        let count: Int
        /// Times that stand beside it, in the form of sources.
        var times: [(source: String, unit: String)] = []
    }

    private var places: [Place] {
        var places: [Place] = []
        for field in request.fields where HeaderForms.mayHoldSignature(field) {
            let source = "header:\(field.name.lowercased())"
            let value = ComposedRequest.trimmed(field.value)
            places += wholes(source, value) + pairs(source, value)
        }
        for (name, value) in parameters { places += wholes("query:\(name)", Array(value.utf8)) }
        return places
    }

    private func wholes(_ source: String, _ value: [UInt8]) -> [Place] {
        var places: [Place] = []
        for prefix in HeaderForms.prefixes(value) {
            for (encoding, count) in SchemeSearch.readings(Array(value.dropFirst(prefix.utf8.count))) {
                var place = SignatureScheme.SignaturePlace()
                place.from = [source]
                place.prefixes = prefix.isEmpty ? [] : [prefix]
                place.encoding = encoding
                places.append(Place(signature: place, count: count))
            }
        }
        return places
    }

    private func pairs(_ source: String, _ value: [UInt8]) -> [Place] {
        var places: [Place] = []
        for (item, pair) in [(",", "="), (";", "="), (" ", ","), ("&", "="), (" ", "="), (",", ":")] {
            let items = SchemeSearch.items(value, item, pair)
            let times = items.compactMap { item in
                SchemeSearch.unit(item.value).map { (source: "sig:\(item.name)", unit: $0) }
            }
            for found in items {
                for (encoding, count) in SchemeSearch.readings(found.value) {
                    var place = SignatureScheme.SignaturePlace()
                    place.from = [source]
                    place.grammar = "pairs"
                    place.itemSeparator = item
                    place.keyValueSeparator = pair
                    place.field = found.name
                    place.encoding = encoding
                    places.append(Place(signature: place, count: count, times: times))
                }
            }
        }
        return places
    }

    private static func items(_ value: [UInt8], _ item: String, _ pair: String) -> [(name: String, value: [UInt8])] {
        guard let itemByte = item.utf8.first, let pairByte = pair.utf8.first else { return [] }
        return value.split(separator: itemByte).prefix(32).compactMap { text in
            let text = text.drop { $0 == 0x20 }
            guard let middle = text.firstIndex(of: pairByte), middle > text.startIndex else { return nil }
            let name = String(decoding: text[..<middle], as: UTF8.self)
            return FieldName(name) == nil ? nil : (name, Array(text[(middle + 1)...]))
        }
    }

    /// The encodings under which a text has the length of a signature.
    private static func readings(_ text: [UInt8]) -> [(encoding: String, count: Int)] {
        var readings: [(String, Int)] = []
        if let bytes = Hex.decode(text.span), bytes.count >= 16 { readings.append(("hex", bytes.count)) }
        if let bytes = Base64.decode(text.span), bytes.count >= 16 {
            readings.append(("base64", bytes.count))
        } else if let bytes = Base64.decode(text.span, alphabet: .url), bytes.count >= 16 {
            readings.append(("base64url", bytes.count))
        }
        return readings
    }

    /// The unit of a text that is a time near to now.
    private static func unit(_ text: [UInt8]) -> String? {
        if text.count == 10, TimestampGrammar.seconds.parse(text.span) != nil { return "s" }
        if text.count == 13, TimestampGrammar.milliseconds.parse(text.span) != nil { return "ms" }
        return TimestampGrammar.rfc3339.parse(text.span) != nil ? "rfc3339" : nil
    }

    /// Times in fields of their own.
    private var times: [(source: String, unit: String)] {
        request.fields.compactMap { field in
            SchemeSearch.unit(ComposedRequest.trimmed(field.value)).map { ("header:\(field.name.lowercased())", $0) }
        }
    }

    /// Fields that may be an id of the event, at most six.
    private var ids: [String] {
        let words = ["id", "nonce", "delivery", "uuid", "event"]
        let names = request.fields.filter { field in
            let parts = field.name.lowercased().split(separator: "-").map(String.init)
            return words.contains { parts.contains($0) } && SchemeSearch.unit(field.value) == nil
        }
        return names.prefix(6).map { "header:\($0.name.lowercased())" }
    }

    private var parameters: [(String, String)] {
        guard let mark = request.target.firstIndex(of: "?") else { return [] }
        return request.target[request.target.index(after: mark)...].split(separator: "&").compactMap { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
    }

    // MARK: - What may be signed

    private struct Content {
        let template: String
        var time: (source: String, unit: String)?
        var id: String?
    }

    private func contents(
        _ place: Place,
        times: [(source: String, unit: String)],
        ids: [String]
    ) -> [Content] {
        var contents = [Content(template: "{body}")]
        for time in place.times + times {
            let t = "{\(time.source)}"
            contents += [
                "\(t).{body}", "\(t):{body}", "\(t){body}", "v0:\(t):{body}", "v1:\(t):{body}", "\(t),{body}",
                "\(t)|{body}",
                "\(t)\n{body}", "{body}\(t)", "{body}.\(t)", "\(t).{body|sha256|hex}", "\(t){url}{body}",
                "\(t){method}{path_query}{body}",
            ].map { Content(template: $0, time: time) }
            for id in ids {
                let i = "{\(id)}"
                contents += ["\(i).\(t).{body}", "\(t).\(i).{body}", "\(i):\(t):{body}", "\(i)\(t){body}"].map {
                    Content(template: $0, time: time, id: id)
                }
            }
        }
        for id in ids {
            contents += ["{\(id)}.{body}", "{\(id)}{body}", "{\(id)}:{body}"].map { Content(template: $0, id: id) }
        }
        contents += [
            "{url}{body}", "{url}", "{method}{url}{body}", "{method}{path_query}{body}", "{path_query}{body}",
            "{path}{body}",
            "{method}:{path_query}:{body}", "{body|sha256|hex}", "{url}{form_sorted}",
        ].map { Content(template: $0) }
        return contents
    }

    private func algorithms(_ place: Place) -> [String] {
        if isPublicKey {
            return [
                "ed25519", "ecdsa-p256-sha256-der", "ecdsa-p256-sha256-raw", "rsa-pkcs1-sha256", "rsa-pkcs1-sha512",
                "rsa-pkcs1-sha1",
            ]
        }
        switch place.count {
        case 16: return ["hmac-md5"]
        case 20: return ["hmac-sha1"]
        case 32: return ["hmac-sha256"]
        case 48: return ["hmac-sha384"]
        case 64: return ["hmac-sha512"]
        default: return []
        }
    }

    // MARK: - The key and the scheme

    private var isPublicKey: Bool { secret.starts(with: "-----BEGIN ".utf8) }

    private var keyForms: [SignatureScheme.KeyForm] {
        var form = SignatureScheme.KeyForm()
        if isPublicKey {
            form.encoding = "pem"
            return [form]
        }
        var forms = [form]
        for encoding in ["base64", "hex", "base64url"] {
            form.encoding = encoding
            forms.append(form)
        }
        if let underscore = secret.firstIndex(of: UInt8(ascii: "_")), underscore < 12 {
            form.strip = [String(decoding: secret[...underscore], as: UTF8.self)]
            for encoding in ["base64", "hex", "utf8"] {
                form.encoding = encoding
                forms.append(form)
            }
        }
        return forms
    }

    private func key(_ scheme: SignatureScheme) -> SigningKey? {
        guard let id = KeyID("k1"), let read = try? KeyMaterialReader(scheme).read(secret.span, strength: .any) else {
            return nil
        }
        return SigningKey(id: id, material: read.material)
    }

    private func scheme(
        _ place: Place,
        _ content: Content,
        _ algorithm: String,
        _ form: SignatureScheme.KeyForm
    ) -> SignatureScheme {
        var scheme = SignatureScheme(name: "declared", algorithm: algorithm)
        scheme.key = form
        scheme.signature = place.signature
        scheme.content = [SignatureScheme.ContentSegment(content.template)]
        if let time = content.time {
            scheme.timestamp = SignatureScheme.TimestampPlace(from: time.source)
            scheme.timestamp?.unit = time.unit
        }
        if let id = content.id { scheme.eventID = [id] }
        if content.template.contains("{url}") { scheme.publicURL = publicURL }
        return scheme
    }
}
