import Glibc
import JSONSchema
import StrictJSON

/// One of the three readers, and the rules its answers have to keep.
final class JSONFuzzTarget {
    nonisolated(unsafe) static let chosen = JSONFuzzTarget()

    private let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? "parser"
    private let document = JSONDocument()
    private let other = JSONDocument()
    private let scratch = SchemaScratch()

    func run(_ input: [UInt8]) {
        switch name {
        case "parser": parse(input)
        case "schema": compile(input)
        case "pattern": match(input)
        default: preconditionFailure("FUZZ_TARGET is parser, schema or pattern")
        }
    }

    /// What a policy accepts, a laxer one accepts too; what is printed canonically reads back as the same value.
    private func parse(_ input: [UInt8]) {
        let fault = document.parse(input.span)
        if let fault, fault.offset < 0 || fault.offset > input.count { fatalError("a fault outside of the text") }
        let lax = other.parse(input.span, policy: .rfc8259)
        if fault == nil, lax != nil { fatalError("RFC 8259 refuses what the default accepts") }
        for policy in [JSONPolicy.iJSON, .nodeHandler] where other.parse(input.span, policy: policy) == nil {
            if fault != nil { fatalError("the default refuses what a stricter policy accepts") }
        }
        guard fault == nil, document.parse(input.span) == nil, let root = document.root else { return }
        walk(root, input)
    }

    private func walk(_ root: JSONNode, _ input: [UInt8]) {
        var pending = [root]
        var seen = 0
        while let node = pending.popLast() {
            seen += 1
            switch document.kind(of: node) {
            case .object:
                for member in document.members(of: node) {
                    guard let name = document.copyString(member.name, in: input.span) else {
                        fatalError("a name without text")
                    }
                    if document.member(name.span, of: node, in: input.span) != member.value {
                        fatalError("a member that is not found by its name")
                    }
                    pending.append(member.value)
                }
            case .array: pending += document.elements(of: node)
            case .string:
                if document.string(node, in: input.span)?.utf8.count != document.copyString(node, in: input.span)?.count
                {
                    fatalError("a string that is not well-formed")
                }
            case .number: _ = document.integer(node, in: input.span)
            case .null, .false, .true: break
            }
        }
        if seen > document.entryCount { fatalError("more values than entries") }
    }

    /// A schema, a zero byte, a document: the answer is the same twice, and a refusal names a place.
    private func compile(_ input: [UInt8]) {
        let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let schema: CompiledSchema
        do throws(SchemaFault) {
            schema = try CompiledSchema.compile(bytes: parts[0])
        } catch {
            if error.problems.isEmpty { fatalError("a schema refused without a reason") }
            return
        }
        let text = parts.count > 1 ? parts[1] : parts[0]
        guard document.parse(text.span) == nil else { return }
        let verdict = schema.validate(document, text.span, scratch)
        if schema.validate(document, text.span, SchemaScratch()) != verdict { fatalError("two verdicts") }
        let violations = schema.violations(document, text.span, scratch)
        switch verdict {
        case .valid: if !violations.isEmpty { fatalError("valid, but with violations") }
        case .invalid: if violations.isEmpty { fatalError("invalid, but without violations") }
        case .budgetExhausted: break
        }
        let annotations = schema.annotations(document, text.span, scratch)
        if verdict != .valid, !annotations.list.isEmpty { fatalError("not valid, but with annotations") }
        for annotation in annotations.list where other.parse(annotation.value.span, policy: .rfc8259) != nil {
            fatalError("an annotation that is no JSON text")
        }
        if schema.validate(document, text.span, scratch) != verdict { fatalError("the scratch remembers") }
    }

    /// A pattern, a zero byte, a text: a group around the pattern, which takes another way through the engine, changes
    /// nothing.
    private func match(_ input: [UInt8]) {
        let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let text = Array(String(decoding: parts.count > 1 ? parts[1] : [], as: UTF8.self).utf8)
        guard let pattern = try? PatternMatcher(parts[0]) else { return }
        let verdict = pattern.matches(text)
        guard let grouped = try? PatternMatcher(Array("(?:".utf8) + parts[0] + Array(")".utf8)) else { return }
        if grouped.matches(text) != verdict { fatalError("a group changes the verdict") }
        // A word boundary that always holds leaves only the simulation.
        guard let simulated = try? PatternMatcher(Array("(?:\\b|\\B)(?:".utf8) + parts[0] + Array(")".utf8)) else {
            return
        }
        if simulated.matches(text) != verdict { fatalError("the simulation says something else") }
    }
}
