/// A request as it would be judged if one thing were different.
struct DiagnosisTrial {
    var request: ComposedRequest
    var scheme: SignatureScheme
    var keys: [SigningKey]

    /// The value of the only field of this name.
    func field(_ name: FieldName) -> [UInt8]? {
        let found = request.fields.filter { FieldName($0.name) == name }
        return found.count == 1 ? ComposedRequest.trimmed(found[0].value) : nil
    }

    /// The same with another body, and the same with other fields, and so on.
    func with(_ change: (inout DiagnosisTrial) -> Void) -> DiagnosisTrial {
        var copy = self
        change(&copy)
        return copy
    }
}

/// One mistake that may have been made, and the request with the mistake undone.
struct DiagnosisHypothesis {
    let code: DiagnosisCode
    /// What was different, given what holds with it undone.
    let sentence: (SignatureMatch) -> String
    /// The request with the mistake undone; `nil` where that changes nothing.
    let undo: (DiagnosisTrial) -> DiagnosisTrial?

    init(_ code: DiagnosisCode, _ sentence: String, undo: @escaping (DiagnosisTrial) -> DiagnosisTrial?) {
        self.init(code, saying: { _ in sentence }, undo: undo)
    }

    init(
        _ code: DiagnosisCode,
        saying sentence: @escaping (SignatureMatch) -> String,
        undo: @escaping (DiagnosisTrial) -> DiagnosisTrial?
    ) {
        self.code = code
        self.sentence = sentence
        self.undo = undo
    }
}
