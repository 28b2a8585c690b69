/// One key of a mapping in the configuration: the decoder, the published schema and the reference all read this.
package struct Setting: Sendable {
    /// What a value may be.
    package indirect enum Shape: Sendable {
        /// Text; `hint` says which, for messages: "an absolute path".
        case text(hint: String)
        /// One of these words; `notBuilt` are words that are understood and refused.
        case choice([String], notBuilt: [String] = [])
        case boolean
        case integer(ClosedRange<Int>)
        /// Bytes.
        case size(ClosedRange<Int>)
        /// Milliseconds.
        case duration(ClosedRange<Int64>)
        /// A list, of at least one element unless it may be empty.
        case list(Shape, mayBeEmpty: Bool = false)
        case section(Section)
        /// Keys that the operator chooses, each with a value of this shape.
        case map(Shape, keys: Keys)
        /// One of several shapes; the message names what is expected.
        case either([Shape], hint: String)
    }

    /// What keys that the operator chooses look like.
    package struct Keys: Sendable {
        /// In words, for messages.
        package let hint: String
        /// As a regular expression, for the published schema.
        package let pattern: String?

        init(_ hint: String, pattern: String? = nil) {
            self.hint = hint
            self.pattern = pattern
        }

        static let pointers = Keys("JSON Pointers", pattern: "^(/([^~/]|~[01])*)+$")
        static let auditFields = Keys(
            "JSON Pointers, client.ip, http.ua, http.query or body",
            pattern: "^((/([^~/]|~[01])*)+|client\\.ip|http\\.ua|http\\.query|body)$"
        )
        static let sources = Keys(
            "names of sources: a-z, 0-9, '.', '_' and '-', at most 64",
            pattern: "^[a-z0-9._-]{1,64}$"
        )
    }

    /// Whether the feature behind a setting exists.
    package enum State: Sendable {
        case built
        /// Understood and refused, unless the value switches it off.
        case notBuilt
    }

    /// The key.
    package let name: String
    /// What its value may be.
    package let shape: Shape
    /// Whether the key has to be written.
    package let isRequired: Bool
    /// Whether its feature exists.
    package let state: State
    /// The value that holds where nothing is written, as it would be written; `nil` for none.
    package let standard: String?
    /// What it does, in one or two sentences.
    package let about: String

    init(
        _ name: String,
        _ shape: Shape,
        required: Required = .no,
        state: State = .built,
        standard: String? = nil,
        _ about: String
    ) {
        self.name = name
        self.shape = shape
        isRequired = required == .yes
        self.state = state
        self.standard = standard
        self.about = about
    }

    /// Whether a key must be written.
    enum Required { case yes, no }
}

/// The keys of one kind of mapping.
package struct Section: Sendable {
    /// The path with `*` for keys that the operator chooses and `[]` for elements of a list, for example
    /// `sources.*.replay`; empty for the whole file.
    package let path: String
    /// The keys in the order of the reference.
    package let settings: [Setting]

    init(_ path: String, _ settings: [Setting]) {
        self.path = path
        self.settings = settings
    }

    /// The setting called `name`.
    func setting(_ name: String) -> Setting? { settings.first { $0.name == name } }
}

extension Setting.Shape {
    /// Whether an empty list is a mistake.
    var refusesEmptyList: Bool {
        switch self {
        case .list(_, let mayBeEmpty): !mayBeEmpty
        case .either(let shapes, _): shapes.contains { $0.refusesEmptyList }
        case .text, .choice, .boolean, .integer, .size, .duration, .section, .map: false
        }
    }

    /// Whether a value has settings of its own, which say what is expected themselves.
    var isMapping: Bool {
        switch self {
        case .section, .map: true
        case .text, .choice, .boolean, .integer, .size, .duration, .list, .either: false
        }
    }

    /// What is expected, for messages: `a size such as 64KiB`.
    var expectation: String {
        switch self {
        case .text(let hint): hint
        case .choice(let words, _): words.count == 1 ? "'\(words[0])'" : "one of \(words.joined(separator: ", "))"
        case .boolean: "true or false"
        case .integer(let range) where range.count == 1: "\(range.lowerBound)"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .size(let range):
            "a size from \(Units.text(bytes: range.lowerBound)) to \(Units.text(bytes: range.upperBound))"
        case .duration(let range):
            "a duration from \(Units.text(milliseconds: range.lowerBound)) to "
                + Units.text(milliseconds: range.upperBound)
        case .list(let element, _): "a list; each element is \(element.expectation)"
        case .section: "a mapping"
        case .map(_, let keys): "a mapping whose keys are \(keys.hint)"
        case .either(_, let hint): hint
        }
    }
}
