/// The ways in which a body is changed between a sender and its verifier, each undone once.
struct BodyForms {
    /// Every form that differs from the body as it came, the commonest change first.
    let hypotheses: [DiagnosisHypothesis]

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Undoes every change to `body` that applies.
    init(_ body: [UInt8]) {
        hypotheses = BodyForms.forms(of: body).filter { $0.body != body }.map { form in
            DiagnosisHypothesis(form.code, form.sentence) { $0.with { $0.request.body = form.body } }
        }
    }

    private struct Form {
        let code: DiagnosisCode
        let sentence: String
        let body: [UInt8]
    }

    private static func forms(of body: [UInt8]) -> [Form] {
        var forms: [Form] = []
        if body.last == 0x0A {
            let end = body.dropLast().last == 0x0D ? 2 : 1
            forms.append(
                Form(code: .bodyLineFeedAdded, sentence: "a line end follows the signed body", body: body.dropLast(end))
            )
        }
        forms.append(
            Form(
                code: .bodyLineFeedLost,
                sentence: "the signed body ends in a line feed, this one does not",
                body: body + [0x0A]
            )
        )
        forms.append(
            Form(
                code: .bodyLineFeedLost,
                sentence: "the signed body ends in CR and LF, this one does not",
                body: body + [0x0D, 0x0A]
            )
        )
        let plain = withLineFeeds(body)
        let sentence = "lines of the body end in CR and LF, signed was LF alone"
        forms.append(Form(code: .bodyLineEnds, sentence: sentence, body: plain))
        forms.append(
            Form(
                code: .bodyLineEnds,
                sentence: "lines of the body end in LF alone, signed was CR and LF",
                body: plain.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
            )
        )
        forms += markForms(body)
        if let plain = Inflater.inflate(body) {
            let sentence = "the body is compressed, the signature is over it uncompressed"
            forms.append(Form(code: .bodyCompressed, sentence: sentence, body: plain))
        }
        forms.append(Form(code: .bodyEmpty, sentence: "the signature is over an empty body", body: []))
        return forms + spellings(body)
    }

    private static func markForms(_ body: [UInt8]) -> [Form] {
        if body.starts(with: mark) {
            let sentence = "a byte order mark stands in front of the signed body"
            return [Form(code: .bodyMark, sentence: sentence, body: Array(body.dropFirst(3)))]
        }
        return [
            Form(
                code: .bodyMark,
                sentence: "the byte order mark in front of the signed body was lost",
                body: mark + body
            )
        ]
    }

    private static func spellings(_ body: [UInt8]) -> [Form] {
        JSONSpelling.usual.compactMap { spelling in
            spelling.respell(body).map {
                Form(
                    code: .bodyRewritten,
                    sentence: "the JSON was written anew on the way: signed was the spelling \(spelling.name)",
                    body: $0
                )
            }
        }
    }

    private static func withLineFeeds(_ body: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(body.count)
        for index in body.indices {
            if body[index] == 0x0D, index + 1 < body.count, body[index + 1] == 0x0A { continue }
            result.append(body[index])
        }
        return result
    }

    /// A sign of a change that cannot be undone.
    static func suspicion(_ request: ComposedRequest) -> DiagnosisFinding? {
        let name = FieldName(literal: "content-encoding")
        guard let field = request.fields.first(where: { FieldName($0.name) == name }) else { return nil }
        let coding = String(decoding: ComposedRequest.trimmed(field.value), as: UTF8.self).lowercased()
        let isCoded = ["gzip", "x-gzip", "deflate", "br", "zstd"].contains(coding)
        guard isCoded, let first = request.body.first,
            [UInt8(ascii: "{"), UInt8(ascii: "["), 0x20, 0x0A].contains(first)
        else { return nil }
        return DiagnosisFinding(
            [.bodyDecompressed],
            .likely,
            "Content-Encoding says \(coding), but the body is plain text: it was decompressed, the signed bytes are lost"
        )
    }
}
