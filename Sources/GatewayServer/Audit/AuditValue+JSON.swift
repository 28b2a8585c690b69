import AuditLog
import StrictJSON

extension AuditValue {
    /// Reads a JSON value; `nil` where it, or something in it, is neither text, integer, truth value, list nor object.
    init?(_ node: JSONNode, of document: JSONDocument, in text: [UInt8]) {
        switch document.kind(of: node) {
        case .string:
            guard let value = document.string(node, in: text.span) else { return nil }
            self = .string(value)
        case .number:
            guard let value = document.integer(node, in: text.span) else { return nil }
            self = .integer(Int(value))
        case .true: self = .flag(true)
        case .false: self = .flag(false)
        case .array:
            var values: [AuditValue] = []
            for element in document.elements(of: node) {
                guard let value = AuditValue(element, of: document, in: text) else { return nil }
                values.append(value)
            }
            self = .list(values)
        case .object:
            var members: [String: AuditValue] = [:]
            for member in document.members(of: node) {
                guard let name = document.string(member.name, in: text.span),
                    let value = AuditValue(member.value, of: document, in: text)
                else { return nil }
                members[name] = value
            }
            self = .object(members)
        case .null: return nil
        }
    }
}
