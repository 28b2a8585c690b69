import StrictJSON

extension JSONDocument {
    /// Whether a scalar reads as `text`: a string by its decoded bytes, a number, boolean or null by its source text.
    func scalar(_ node: JSONNode, equals text: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        switch kind(of: node) {
        case .string: return equals(node, text, in: bytes)
        case .number, .true, .false, .null:
            guard let range = textRange(of: node), range.count == text.count else { return false }
            for index in text.indices where bytes[range.lowerBound + index] != text[index] { return false }
            return true
        case .array, .object: return false
        }
    }

    /// Whether a value is neither a list nor an object.
    func isScalar(_ node: JSONNode) -> Bool {
        switch kind(of: node) {
        case .string, .number, .true, .false, .null: true
        case .array, .object: false
        }
    }

    /// Appends a scalar as text: a string's decoded bytes, a number, boolean or null as it stands; nothing for
    /// containers.
    func appendScalar(_ node: JSONNode, in bytes: Span<UInt8>, to output: inout [UInt8]) {
        switch kind(of: node) {
        case .string: appendString(node, in: bytes, to: &output)
        case .number, .true, .false, .null:
            guard let range = textRange(of: node) else { return }
            for index in range { output.append(bytes[index]) }
        case .array, .object: break
        }
    }
}
