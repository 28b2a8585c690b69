internal import StrictJSON
internal import WebhookVerification

/// Reads the text of an event's name: literals, `${body:/pointer}` and `${header:name}`.
enum EventTemplateParser {
    /// What is wrong with a template.
    struct Fault: Error { let sentence: String }

    /// Most parts of a name.
    static let partLimit = 16

    /// The template, or what is wrong with it.
    static func parse(_ text: String) -> Result<EventTemplate, Fault> {
        var parts: [EventTemplate.Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            if start.lowerBound > rest.startIndex { parts.append(.literal(Array(rest[..<start.lowerBound].utf8))) }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                return .failure(Fault(sentence: "'${' without '}'"))
            }
            let reference = String(rest[start.upperBound..<end])
            guard let part = part(reference) else {
                return .failure(
                    Fault(sentence: "'${\(ConfigNode.cut(reference))}' has to be ${body:/pointer} or ${header:name}")
                )
            }
            parts.append(part)
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.literal(Array(rest.utf8))) }
        guard (1...partLimit).contains(parts.count) else {
            return .failure(Fault(sentence: "a name has 1 to \(partLimit) parts"))
        }
        return .success(EventTemplate(parts: parts))
    }

    private static func part(_ reference: String) -> EventTemplate.Part? {
        if reference.hasPrefix("body:") {
            guard let pointer = JSONPointer(String(reference.dropFirst(5))), !pointer.tokens.isEmpty else { return nil }
            return .body(pointer)
        }
        guard reference.hasPrefix("header:") else { return nil }
        return FieldName(reference.dropFirst(7)).map { .header($0) }
    }
}
