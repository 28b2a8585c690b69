import StrictJSON
import WebhookVerification

/// Judges schemes that somebody wrote down in the catalogue's format, each mistake with its place.
package enum SchemeLint {
    /// A mistake, or what to beware of.
    package struct Finding: Sendable, Equatable {
        /// Line and column of the member that it is about, both from 1; columns count bytes.
        package let line: Int
        /// As above.
        package let column: Int
        /// The scheme's name; empty where it has none yet.
        package let scheme: String
        /// The path of the member within the scheme; empty for the scheme as a whole.
        package let field: String
        /// What is wrong and what would be right.
        package let text: String
        /// Whether the scheme can be used all the same.
        package let isWarning: Bool

        /// `line:column: warning: scheme: field: text`, as far as there is something of each.
        package var description: String {
            let parts = [isWarning ? "warning" : "", scheme, field, text].filter { !$0.isEmpty }
            return "\(line):\(column): " + parts.joined(separator: ": ")
        }
    }

    /// What is to say of the schemes of a text, and how many there are.
    package static func run(_ bytes: [UInt8]) -> (findings: [Finding], schemes: Int) {
        let document = JSONDocument()
        if let fault = document.parse(bytes.span) {
            let (line, column) = place(fault.offset, bytes)
            let text = fault.kind.sentence
            return (
                [Finding(line: line, column: column, scheme: "", field: "", text: text, isWarning: false)], 0
            )
        }
        guard let root = document.root else { return ([], 0) }
        let nodes = document.kind(of: root) == .array ? Array(document.elements(of: root)) : [root]
        var findings: [Finding] = []
        let entries = SignatureCatalogue.readEach(bytes)
        for (node, entry) in zip(nodes, entries) {
            func add(_ name: String, _ mistake: SignatureSchemeMistake, isWarning: Bool) {
                let (line, column) = place(offset(of: mistake.field, in: node, document, bytes), bytes)
                findings.append(
                    Finding(
                        line: line,
                        column: column,
                        scheme: name,
                        field: mistake.field,
                        text: mistake.text,
                        isWarning: isWarning
                    )
                )
            }
            switch entry {
            case .failure(let mistake): add("", mistake, isWarning: false)
            case .success(let entry):
                do throws(SignatureSchemeMistakes) {
                    let scheme = try CompiledSignatureScheme(SchemeChoice.completed(entry.scheme))
                    for warning in scheme.warnings { add(entry.scheme.name, warning, isWarning: true) }
                } catch {
                    for mistake in error.mistakes { add(entry.scheme.name, mistake, isWarning: false) }
                }
            }
        }
        return (findings, entries.count)
    }

    /// Where the member of a path begins; of one that is not there, where the nearest around it does.
    private static func offset(
        of field: String,
        in scheme: JSONNode,
        _ document: JSONDocument,
        _ bytes: [UInt8]
    ) -> Int {
        var node = scheme
        var found = start(of: scheme, document) ?? 0
        for step in field.split(whereSeparator: { $0 == "." || $0 == "[" }) {
            if let index = step.last == "]" ? Int(step.dropLast()) : nil {
                guard document.kind(of: node) == .array else { return found }
                let elements = Array(document.elements(of: node))
                guard elements.indices.contains(index) else { return found }
                node = elements[index]
                found = start(of: node, document) ?? found
                continue
            }
            guard document.kind(of: node) == .object,
                let member = document.members(of: node).first(where: {
                    document.string($0.name, in: bytes.span) == String(step)
                })
            else { return found }
            found = start(of: member.name, document) ?? found
            node = member.value
        }
        return found
    }

    /// Where a value begins, its quote included; of an object or array, where the first thing in it does.
    private static func start(of node: JSONNode, _ document: JSONDocument) -> Int? {
        switch document.kind(of: node) {
        case .string: return document.textRange(of: node).map { max(0, $0.lowerBound - 1) }
        case .object: return document.members(of: node).first { _ in true }.flatMap { start(of: $0.name, document) }
        case .array: return document.elements(of: node).first { _ in true }.flatMap { start(of: $0, document) }
        case .null, .true, .false, .number: return document.textRange(of: node)?.lowerBound
        }
    }

    private static func place(_ offset: Int, _ bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == 0x0A } + 1
        return (line, before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1)
    }
}
