import StrictJSON

/// Says why a time that stands in the signed body is refused.
package enum BodyTimeDiagnosis {
    /// What is wrong with the time at the rule's pointer; empty where it is not there or lies inside of the window.
    package static func findings(_ body: [UInt8], rule: TimestampRule, now: Timestamp) -> [DiagnosisFinding] {
        guard case .body(let pointer, let unit) = rule.place else { return [] }
        let document = JSONDocument()
        guard document.parse(body.span) == nil, let node = document.find(pointer, in: body.span) else { return [] }
        var text: [UInt8] = []
        document.appendScalar(node, in: body.span, to: &text)
        let forms = TimestampForms(DiagnosisWindow(maxAge: rule.maxAge, maxFuture: rule.maxFuture), now: now)
        let time = TimestampText.parse(text.span, unit: unit)
        if let time, forms.holds(time) { return [] }
        for other in [TimestampRule.Unit.seconds, .milliseconds, .rfc3339] where other != unit {
            guard let time = TimestampText.parse(text.span, unit: other), forms.holds(time) else { continue }
            let words = "the body's time is written in \(name(other)), the source reads \(name(unit))"
            return [DiagnosisFinding([.timestampUnit], .proven, words)]
        }
        return time.map { [forms.finding($0)] } ?? []
    }

    private static func name(_ unit: TimestampRule.Unit) -> String {
        switch unit {
        case .seconds: TimestampForms.words("s")
        case .milliseconds: TimestampForms.words("ms")
        case .rfc3339: TimestampForms.words("rfc3339")
        }
    }
}
