import JSONSchema
import StrictJSON

/// A compiled schema and the memory to hold documents against it: what the `schema` commands work with.
package struct SchemaTool {
    /// What became of one document.
    package enum Verdict: Sendable, Equatable {
        case valid
        /// `pointer: what was expected` for each place, at most 16, never a value; and the `basic` output of 2020-12.
        case invalid([String], basic: String)
        /// Not one strict JSON text: what is wrong, and at which byte.
        case notJSON(String)
        /// The work budget was used up.
        case tooExpensive
    }

    /// Mistakes of a schema, each with line, column and pointer.
    package struct Mistakes: Error, Sendable {
        package let texts: [String]
    }

    /// How a schema is read.
    package struct Reading: Sendable {
        /// The draft by its number (4, 6, 7, 2019, 2020) where the schema has no `$schema`.
        package var draft: Int?
        /// Whether `format` is an annotation instead of an assertion.
        package var annotatesFormats = false
        /// Documents that references may lead to, by absolute URI.
        package var documents: [String: [UInt8]] = [:]

        package init() {}
    }

    private let schema: CompiledSchema
    private let document = JSONDocument()
    private let scratch = SchemaScratch()

    /// Compiles a schema; throws every mistake at once.
    package init(_ bytes: [UInt8], reading: Reading = Reading()) throws(Mistakes) {
        let options = try SchemaTool.options(reading)
        do throws(SchemaFault) {
            schema = try CompiledSchema.compile(bytes: bytes, options: options)
        } catch {
            throw Mistakes(texts: error.problems.map(\.description))
        }
    }

    /// Compiles a schema and holds it against its meta-schema; throws every mistake at once, in reading order.
    package static func check(_ bytes: [UInt8], reading: Reading = Reading()) throws(Mistakes) {
        let options = try SchemaTool.options(reading)
        var problems: [SchemaFault.Problem] = []
        do throws(SchemaFault) {
            _ = try CompiledSchema.compile(bytes: bytes, options: options)
        } catch {
            problems = error.problems
        }
        // What the compiler says of a place, or of one inside it, is said better.
        for problem in MetaSchemaCheck.problems(bytes, options: options)
        where !problems.contains(where: { $0.pointer == problem.pointer || $0.pointer.hasPrefix(problem.pointer + "/") }
        ) {
            problems.append(problem)
        }
        guard !problems.isEmpty else { return }
        problems.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        throw Mistakes(texts: problems.map(\.description))
    }

    private static func options(_ reading: Reading) throws(Mistakes) -> SchemaOptions {
        var options = SchemaOptions()
        if let draft = reading.draft {
            guard let known = SchemaDraft(rawValue: draft) else {
                throw Mistakes(texts: ["there is no draft \(draft): 4, 6, 7, 2019 or 2020"])
            }
            options.draft = known
        }
        if reading.annotatesFormats { options.format = .annotate }
        options.documents = reading.documents
        return options
    }

    /// Holds one document against the schema.
    package func judge(_ bytes: [UInt8]) -> Verdict {
        if let fault = document.parse(bytes.span) { return .notJSON(fault.description) }
        switch schema.validate(document, bytes.span, scratch) {
        case .valid: return .valid
        case .budgetExhausted: return .tooExpensive
        case .invalid:
            let violations = schema.violations(document, bytes.span, scratch)
            var writer = JSONWriter()
            SchemaOutput.basic.write(isValid: false, violations, to: &writer)
            let texts = violations.map { "\($0.instanceLocation.isEmpty ? "/" : $0.instanceLocation): \($0.expected)" }
            return .invalid(texts, basic: String(decoding: writer.bytes, as: UTF8.self))
        }
    }

    /// The tightest schema that accepts every sample, one JSON text a line; empty lines are passed over.
    ///
    /// - Throws: the first line that is not one strict JSON text, with its number.
    package static func infer(_ lines: [UInt8]) throws(Mistakes) -> String {
        var inference = SchemaInference()
        let document = JSONDocument()
        for (number, line) in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            let bytes = Array(line)
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
            if let fault = document.parse(bytes.span) { throw Mistakes(texts: ["line \(number + 1): \(fault)"]) }
            inference.add(document, bytes.span)
        }
        return String(decoding: inference.schema(), as: UTF8.self)
    }
}
