package import StrictJSON

/// One entry, read as JSON, with its members by name; used off the wire path and reused for line after line.
///
/// Nothing is kept of a line but its bytes and its tape. Owned by one thread.
package final class EntryView {
    private let document = JSONDocument()
    private let policy: JSONPolicy
    /// The line, without its line feed.
    package private(set) var line: [UInt8] = []

    /// An empty view.
    package init() {
        var policy = JSONPolicy()
        // A stranger's text may hold U+0000; the writer escapes it.
        policy.nulCharacters = .allow
        self.policy = policy
    }

    /// Reads a line; `false` where it is not one JSON object.
    package func read(_ line: Span<UInt8>) -> Bool {
        var copy = self.line
        self.line = []
        copy.removeAll(keepingCapacity: true)
        copy.append(addingCapacity: line.count) { output in TextRules.copy(line, to: &output) }
        let isRead = document.parse(copy.span, policy: policy) == nil
        self.line = copy
        guard isRead, let root = document.root else { return false }
        return document.kind(of: root) == .object
    }

    /// The value of a member, or of a member of a member.
    package func node(_ name: StaticString, _ inner: StaticString? = nil) -> JSONNode? {
        let line = self.line
        guard let root = document.root, let node = document.member(name, of: root, in: line.span) else { return nil }
        guard let inner else { return node }
        return document.member(inner, of: node, in: line.span)
    }

    /// A text; `nil` where it is not there or not a text.
    package func text(_ name: StaticString, _ inner: StaticString? = nil) -> String? {
        node(name, inner).flatMap(string)
    }

    /// An integer; `nil` where it is not there or not one.
    package func integer(_ name: StaticString, _ inner: StaticString? = nil) -> Int? {
        let line = self.line
        guard let node = node(name, inner), let value = document.integer(node, in: line.span) else { return nil }
        return Int(value)
    }

    /// The texts of a list; empty where it is not there.
    package func texts(_ name: StaticString, _ inner: StaticString? = nil) -> [String] {
        guard let node = node(name, inner) else { return [] }
        return document.elements(of: node).compactMap(string)
    }

    /// The integers of a list; empty where it is not there.
    package func integers(_ name: StaticString, _ inner: StaticString? = nil) -> [Int64] {
        let line = self.line
        guard let node = node(name, inner) else { return [] }
        return document.elements(of: node).compactMap { document.integer($0, in: line.span) }
    }

    /// The members of an object with their values as texts, or as they stand where they are none.
    package func members(_ name: StaticString, _ inner: StaticString? = nil) -> [(name: String, value: String)] {
        guard let node = node(name, inner) else { return [] }
        return document.members(of: node).compactMap { member in
            string(member.name).map { ($0, plain(member.value)) }
        }
    }

    /// What a JSON Pointer names, as a text or as it stands; a pointer into `fields` may be given as it is recorded.
    package func value(at pointer: JSONPointer) -> String? {
        let line = self.line
        if let node = document.find(pointer, in: line.span) { return plain(node) }
        guard let root = document.root, let fields = document.member("fields", of: root, in: line.span) else {
            return nil
        }
        let name = Array(pointer.description.utf8)
        return document.member(name.span, of: fields, in: line.span).map(plain)
    }

    /// What the entry records under the name of a field: a JSON Pointer into the payload, `client.ip`, `http.ua`,
    /// `http.query` or `body`.
    package func recorded(_ field: String) -> String? {
        switch field {
        case "client.ip": return text("client", "ip")
        case "http.ua": return text("http", "ua")
        case "http.query": return text("http", "query")
        case "body": return text("body", "mac")
        default:
            guard let fields = node("fields") else { return nil }
            let line = self.line
            return document.member(Array(field.utf8).span, of: fields, in: line.span).map(plain)
        }
    }

    private func string(_ node: JSONNode) -> String? {
        let line = self.line
        return document.string(node, in: line.span)
    }

    /// A text's content, a number or a literal as it stands; lists and objects in a form for people.
    private func plain(_ node: JSONNode) -> String {
        if let text = string(node) { return text }
        switch document.kind(of: node) {
        case .true: return "true"
        case .false: return "false"
        case .null: return "null"
        case .number:
            guard let range = document.textRange(of: node) else { return "" }
            return String(decoding: line[range], as: UTF8.self)
        case .array:
            return "[" + document.elements(of: node).map(plain).joined(separator: " ") + "]"
        case .object:
            let members = document.members(of: node).map { (string($0.name) ?? "") + ": " + plain($0.value) }
            return "{" + members.joined(separator: ", ") + "}"
        case .string: return ""
        }
    }
}

/// The members that nearly every reader needs.
extension EntryView {
    /// The number of the entry.
    package var sequence: UInt64 { UInt64(clamping: integer("seq") ?? 0) }
    /// The kind as it stands.
    package var kind: String { text("kind") ?? "" }
    /// The kind; `nil` for one of a later format.
    package var knownKind: EntryKind? { EntryKind(rawValue: kind) }
    /// The time as it stands.
    package var time: String { text("ts") ?? "" }
    /// The time in microseconds since 1970; 0 where it is not one.
    package var microseconds: Int64 { EntryTime.parse(Array(time.utf8).span) ?? 0 }
    /// The request's id.
    package var requestID: String? { text("rid") }
    /// Whether the decision was taken while something was degraded.
    package var isDegraded: Bool { node("deg") != nil }
    /// The whole line as text.
    package var lineText: String { String(decoding: line, as: UTF8.self) }
}
