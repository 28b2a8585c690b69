import StrictJSON
package import WebhookVerification

/// Explanations and rankings as JSON, for the `--json` of commands.
package enum ExplanationJSON {
    /// `{"admitted":…,"handshake":…,"reason":…,"status":…,"source":…,"stages":[{"name","result","reason","detail","notes","findings"}]}`.
    package static func text(_ explanation: Explanation) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("admitted")
        writer.boolean(explanation.denial == nil && !explanation.isHandshake)
        writer.name("handshake")
        writer.boolean(explanation.isHandshake)
        add("reason", explanation.denial?.reason.rawValue, to: &writer)
        writer.name("status")
        writer.integer(explanation.status)
        add("source", explanation.source, to: &writer)
        writer.name("stages")
        writer.beginArray()
        for stage in explanation.stages { write(stage, to: &writer) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// `{"fits":…,"scheme":…,"provider":…,"reason":…,"findings":[…]}`, one line each.
    package static func text(_ place: SchemeRanking.Place) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("fits")
        writer.boolean(place.fits)
        add("scheme", place.name, to: &writer)
        add("provider", place.provider, to: &writer)
        add("reason", place.denial?.reason.rawValue, to: &writer)
        write(place.findings, to: &writer)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func write(_ stage: Explanation.Stage, to writer: inout JSONWriter) {
        writer.beginObject()
        add("name", stage.name, to: &writer)
        let result =
            switch stage.mark {
            case .passed: "passed"
            case .refused: "refused"
            case .watched: "shadow"
            case .notJudged: "not_judged"
            }
        add("result", result, to: &writer)
        add("reason", stage.denial?.reason.rawValue, to: &writer)
        add("detail", stage.denial?.detail, to: &writer)
        writer.name("notes")
        writer.beginArray()
        for line in stage.lines { writer.string(line) }
        writer.endArray()
        write(stage.findings, to: &writer)
        writer.endObject()
    }

    private static func write(_ findings: [DiagnosisFinding], to writer: inout JSONWriter) {
        writer.name("findings")
        writer.beginArray()
        for finding in findings {
            writer.beginObject()
            add("code", finding.name, to: &writer)
            add("certainty", finding.certainty.rawValue, to: &writer)
            add("sentence", finding.sentence, to: &writer)
            add("remedy", finding.remedy, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func add(_ name: String, _ value: String?, to writer: inout JSONWriter) {
        writer.name(name)
        if let value { writer.string(value) } else { writer.null() }
    }
}
