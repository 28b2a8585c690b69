import GatewayCrypto

/// The ways in which a signature stands in another place, behind another prefix or in another encoding.
struct HeaderForms {
    private let request: ComposedRequest
    private let scheme: SignatureScheme

    init(_ request: ComposedRequest, _ scheme: SignatureScheme) {
        self.request = request
        self.scheme = scheme
    }

    var hypotheses: [DiagnosisHypothesis] { prefixes + encodings + names }

    /// Where the scheme looks for signatures, as far as those are fields.
    private var places: [FieldName] {
        scheme.signature.from.compactMap { $0.hasPrefix("header:") ? FieldName($0.dropFirst(7)) : nil }
    }

    private func values(_ names: [FieldName]) -> [[UInt8]] {
        request.fields.filter { field in names.contains { FieldName(field.name) == $0 } }
            .map { ComposedRequest.trimmed($0.value) }
    }

    // MARK: - Prefix or field

    private var prefixes: [DiagnosisHypothesis] {
        let values = values(places)
        switch scheme.signature.grammar {
        case "whole":
            let own = scheme.signature.prefixes.first ?? ""
            return values.flatMap(HeaderForms.prefixes).filter { $0 != own }.map { prefix in
                DiagnosisHypothesis(
                    .headerPrefix,
                    "\(HeaderForms.words(prefix)), expected is \(HeaderForms.words(own))"
                ) {
                    $0.with { $0.scheme.signature.prefixes = prefix.isEmpty ? [] : [prefix] }
                }
            }
        case "pairs":
            let names = values.flatMap(itemNames)
            return Set(names).subtracting([scheme.signature.field]).sorted().map { name in
                DiagnosisHypothesis(
                    .headerPrefix,
                    "the signature that holds is named '\(HeaderForms.shown(name))', expected is "
                        + "'\(scheme.signature.field)': another version of the signature"
                ) { $0.with { $0.scheme.signature.field = name } }
            }
        default: return []
        }
    }

    /// What may stand in front of a signature in `value`: nothing, or up to a separator among its first bytes.
    static func prefixes(_ value: [UInt8]) -> [String] {
        var prefixes = [""]
        for (index, byte) in value.prefix(24).enumerated() where "= ,:;.".utf8.contains(byte) {
            prefixes.append(String(decoding: value[...index], as: UTF8.self))
        }
        return prefixes
    }

    private static func words(_ prefix: String) -> String {
        prefix.isEmpty ? "no prefix in front of the signature" : "the prefix '\(shown(prefix))'"
    }

    /// The names of the items of a value in the form of pairs.
    private func itemNames(_ value: [UInt8]) -> [String] {
        guard let item = scheme.signature.itemSeparator.utf8.first,
            let pair = scheme.signature.keyValueSeparator.utf8.first
        else { return [] }
        return value.split(separator: item).compactMap { text in
            text.firstIndex(of: pair).map { String(decoding: text[..<$0].drop { $0 == 0x20 }, as: UTF8.self) }
        }
    }

    /// A few bytes of the request, in printable ASCII.
    private static func shown(_ text: String) -> String {
        String(text.unicodeScalars.prefix(24).map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" })
    }

    // MARK: - Encoding

    private var encodings: [DiagnosisHypothesis] {
        let own = scheme.signature.encoding
        let others = ["hex", "base64", "base64url"].filter { $0 != own && !(own == "base64-any" && $0 != "hex") }
        var found = others.map { other in
            DiagnosisHypothesis(.headerEncoding, "the signature is written in \(other), expected is \(own)") {
                $0.with { $0.scheme.signature.encoding = other }
            }
        }
        found.append(
            DiagnosisHypothesis(.headerEncoding, "the signature is hexadecimal text written in base64 once more") {
                HeaderForms.undoingBase64OfHex($0)
            }
        )
        return found
    }

    /// The signature decoded once, where it is base64 of hexadecimal digits.
    private static func undoingBase64OfHex(_ trial: DiagnosisTrial) -> DiagnosisTrial? {
        let scheme = trial.scheme.signature
        guard scheme.grammar == "whole", let place = scheme.from.first, place.hasPrefix("header:"),
            let index = trial.request.fields.firstIndex(where: { FieldName($0.name) == FieldName(place.dropFirst(7)) })
        else { return nil }
        let value = ComposedRequest.trimmed(trial.request.fields[index].value)
        let prefix = scheme.prefixes.first { value.starts(with: $0.utf8) } ?? ""
        guard let digits = Base64.decode(Array(value.dropFirst(prefix.utf8.count)).span), Hex.decode(digits.span) != nil
        else { return nil }
        return trial.with {
            $0.request.fields[index].value = Array(prefix.utf8) + digits
            $0.scheme.signature.encoding = "hex"
        }
    }

    // MARK: - Name

    /// Only where no signature is where the scheme looks: a second signature beside the first is no mistake.
    private var names: [DiagnosisHypothesis] {
        guard let own = places.first, values(places).isEmpty else { return [] }
        return request.fields.filter(HeaderForms.mayHoldSignature).flatMap { field in
            let prefixes = scheme.signature.grammar == "whole" ? HeaderForms.prefixes(field.value) : [""]
            return prefixes.map { prefix in
                DiagnosisHypothesis(
                    .headerName,
                    "the signature stands in '\(HeaderForms.shown(field.name))', expected is '\(own.text)'"
                ) {
                    $0.with {
                        $0.scheme.signature.from = ["header:\(field.name.lowercased())"]
                        if $0.scheme.signature.grammar == "whole" {
                            $0.scheme.signature.prefixes = prefix.isEmpty ? [] : [prefix]
                        }
                    }
                }
            }
        }
    }

    /// Whether a field is of the length of a signature and not one that every request has.
    static func mayHoldSignature(_ field: (name: String, value: [UInt8])) -> Bool {
        let usual = [
            "host", "content-length", "content-type", "content-encoding", "user-agent", "accept", "accept-encoding",
            "connection", "date", "transfer-encoding", "forwarded", "x-forwarded-for", "x-forwarded-host",
            "x-forwarded-proto", "x-request-id", "traceparent", "via",
        ]
        return (20...SignatureVerifier.maximumSignatureHeader).contains(field.value.count)
            && !usual.contains(field.name.lowercased())
    }
}
