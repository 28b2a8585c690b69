import JSONSchema
import StrictJSON

/// A compiled schema and the memory to hold documents against it: what the `schema` commands work with.
package struct SchemaTool {
    /// What became of one document.
    package enum Verdict: Sendable, Equatable {
        /// The document satisfies the schema.
        case valid
        /// It does not.
        case invalid
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
            throw Mistakes(texts: error.problems.map { SchemaTool.text($0, options) })
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
        throw Mistakes(texts: problems.map { text($0, options) })
    }

    /// A mistake in another document than the schema itself begins with that document's URI.
    private static func text(_ problem: SchemaFault.Problem, _ options: SchemaOptions) -> String {
        problem.document == options.baseURI ? problem.description : " \(problem.document):\(problem.description)"
    }

    /// The output unit of a document that could not be judged.
    package static func refusal(_ text: String) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("error")
        writer.string(text)
        writer.name("valid")
        writer.boolean(false)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
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
        return switch schema.validate(document, bytes.span, scratch) {
        case .valid: .valid
        case .budgetExhausted: .tooExpensive
        case .invalid: .invalid
        }
    }

    /// `pointer: what was expected` for each place, at most 16, where the document that was judged last breaks the
    /// schema; never a value.
    package func mistakes(_ bytes: [UInt8]) -> [String] {
        schema.violations(document, bytes.span, scratch).map { violation in
            "\(violation.instanceLocation.isEmpty ? "/" : violation.instanceLocation): \(violation.expected)"
        }
    }

    /// The `basic` output of 2020-12 for the document that was judged last: errors, or annotations and whether all of
    /// them are there.
    package func basicOutput(_ bytes: [UInt8], isValid: Bool) -> (text: String, isComplete: Bool) {
        var writer = JSONWriter()
        var isComplete = true
        if isValid {
            let annotations = schema.annotations(document, bytes.span, scratch)
            isComplete = annotations.isComplete
            SchemaOutput.basic.write(valid: annotations.list, to: &writer)
        } else {
            SchemaOutput.basic.write(invalid: schema.violations(document, bytes.span, scratch), to: &writer)
        }
        return (String(decoding: writer.bytes, as: UTF8.self), isComplete)
    }

    /// The tightest schema that accepts every sample, one JSON text a line; empty lines are passed over.
    ///
    /// - Throws: the first line that is not one strict JSON text, with its number, or that there is no sample.
    package static func infer(_ lines: [UInt8]) throws(Mistakes) -> String {
        var inference = SchemaInference()
        var isEmpty = true
        let document = JSONDocument()
        for (number, line) in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            let bytes = Array(line)
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
            if let fault = document.parse(bytes.span) { throw Mistakes(texts: ["line \(number + 1): \(fault)"]) }
            inference.add(document, bytes.span)
            isEmpty = false
        }
        if isEmpty { throw Mistakes(texts: ["no sample: give one JSON text a line"]) }
        return String(decoding: inference.schema(), as: UTF8.self)
    }
}
