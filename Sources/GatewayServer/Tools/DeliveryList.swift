import StrictJSON

/// A sender's own list of deliveries: one id a line, or one JSON object a line that holds it.
package struct DeliveryList {
    /// The ids, each once, in the order of the list.
    package private(set) var ids: [String] = []
    /// How many lines had none.
    package private(set) var unread = 0
    private var seen: Set<String> = []
    private let pointer: JSONPointer?
    private let document = JSONDocument()

    /// A list whose lines are ids, or objects with an id at a JSON Pointer; `nil` where that is none.
    package init?(pointer text: String?) {
        guard let text else {
            pointer = nil
            return
        }
        guard let parsed = JSONPointer(text), !parsed.tokens.isEmpty else { return nil }
        pointer = parsed
    }

    /// Takes one line without its line feed.
    package mutating func add(_ line: [UInt8]) {
        let bytes = line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : line
        guard let id = id(bytes), !id.isEmpty else {
            unread += 1
            return
        }
        if seen.insert(id).inserted { ids.append(id) }
    }

    private func id(_ bytes: [UInt8]) -> String? {
        guard let pointer else { return String(decoding: bytes, as: UTF8.self) }
        guard document.parse(bytes.span) == nil, let node = document.find(pointer, in: bytes.span) else { return nil }
        switch document.kind(of: node) {
        case .string: return document.string(node, in: bytes.span)
        // A number counts as it stands.
        case .number: return document.textRange(of: node).map { String(decoding: bytes[$0], as: UTF8.self) }
        case .true, .false, .null, .array, .object: return nil
        }
    }
}
