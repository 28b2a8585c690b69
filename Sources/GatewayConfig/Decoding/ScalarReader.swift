/// Reads single values; a value of the wrong kind is a mistake that says what was expected and what was found.
struct ScalarReader {
    let log: MistakeLog

    init(_ log: MistakeLog) { self.log = log }

    /// Text; booleans of YAML 1.1, numbers and nothing are refused where text belongs, because another reader of the
    /// file would see another value.
    func text(_ node: ConfigNode, _ name: String, expected: String) -> String? {
        guard case .scalar(let scalar) = node.content else {
            return refuse(node, "'\(name)' has to be \(expected), found \(node.summary)")
        }
        switch node.kind {
        case .text?: return scalar.text
        case .null?, nil: return refuse(node, "'\(name)' has no value; expected \(expected)")
        case .boolean?, .ambiguousBoolean?:
            return refuse(
                node,
                "'\(name)': \(scalar.text) is a boolean to some YAML readers; put it in quotes if it is text"
            )
        case .number?:
            return refuse(node, "'\(name)': \(scalar.text) is a number; put it in quotes if it is text")
        }
    }

    /// One of `words`.
    func choice(_ node: ConfigNode, _ name: String, words: [String], notBuilt: [String]) -> String? {
        let expected = Setting.Shape.choice(words).expectation
        guard case .scalar(let scalar) = node.content else {
            return refuse(node, "'\(name)' has to be \(expected), found \(node.summary)")
        }
        if notBuilt.contains(scalar.text) { return refuse(node, "'\(name): \(scalar.text)' is not built yet") }
        // `on` and `off` are what is meant where these are the words.
        if case .ambiguousBoolean? = node.kind, words.contains(scalar.text) { return scalar.text }
        guard let text = text(node, name, expected: expected) else { return nil }
        guard words.contains(text) else {
            let hint = Suggestion.hint(for: text, among: words)
            return refuse(node, "'\(name)' has to be \(expected), found \(node.summary)\(hint)")
        }
        return text
    }

    /// `true` or `false`, nothing else.
    func boolean(_ node: ConfigNode, _ name: String) -> Bool? {
        if case .boolean(let value)? = node.kind { return value }
        return refuse(node, "'\(name)' has to be true or false, found \(node.summary)")
    }

    /// A whole number without sign, fraction or leading zero.
    func integer(_ node: ConfigNode, _ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard case .scalar(let scalar) = node.content, let value = ScalarReader.wholeNumber(scalar.text),
            range.contains(value)
        else {
            return refuse(
                node,
                "'\(name)' has to be \(Setting.Shape.integer(range).expectation), found \(node.summary)"
            )
        }
        return value
    }

    /// A size with its unit.
    func size(_ node: ConfigNode, _ name: String, _ range: ClosedRange<Int>) -> Int? {
        let shape = Setting.Shape.size(range)
        guard case .scalar(let scalar) = node.content else {
            return refuse(node, "'\(name)' has to be \(shape.expectation), found \(node.summary)")
        }
        do throws(Units.Fault) {
            let value = try Units.size(scalar.text)
            guard range.contains(value) else {
                return refuse(node, "'\(name)' has to be \(shape.expectation), found \(node.summary)")
            }
            return value
        } catch {
            return refuse(node, unitMistake(error, name, node, "a size such as 64KiB or 1MiB", "B, KiB, MiB or GiB"))
        }
    }

    /// A duration with its unit, in milliseconds.
    func duration(_ node: ConfigNode, _ name: String, _ range: ClosedRange<Int64>) -> Int64? {
        let shape = Setting.Shape.duration(range)
        guard case .scalar(let scalar) = node.content else {
            return refuse(node, "'\(name)' has to be \(shape.expectation), found \(node.summary)")
        }
        do throws(Units.Fault) {
            let value = try Units.duration(scalar.text)
            guard range.contains(value) else {
                return refuse(node, "'\(name)' has to be \(shape.expectation), found \(node.summary)")
            }
            return value
        } catch {
            return refuse(node, unitMistake(error, name, node, "a duration such as 300s or 72h", "ms, s, m, h or d"))
        }
    }

    private func unitMistake(
        _ fault: Units.Fault,
        _ name: String,
        _ node: ConfigNode,
        _ example: String,
        _ units: String
    ) -> String {
        switch fault {
        case .noUnit: "'\(name)': \(node.summary) needs a unit: \(units)"
        case .grammar: "'\(name)' has to be \(example), found \(node.summary)"
        case .overflow: "'\(name)': \(node.summary) is too large"
        }
    }

    private func refuse<Value>(_ node: ConfigNode, _ text: String) -> Value? {
        log.mistake(text, at: node.position)
        return nil
    }

    private static func wholeNumber(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard (1...18).contains(bytes.count), bytes.count == 1 || bytes[0] != UInt8(ascii: "0") else { return nil }
        var value = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
