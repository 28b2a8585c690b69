package import StrictJSON

/// A schema that was compiled once and validates documents any number of times, on any thread.
package struct CompiledSchema: Sendable {
    let program: SchemaProgram

    /// What became of one document.
    package enum Verdict: Sendable, Equatable {
        /// The document satisfies the schema.
        case valid
        /// It does not; `violations` says where.
        case invalid
        /// The work would have exceeded 64 steps a tape entry, one a byte and 100,000 besides; to be treated as a refusal.
        case budgetExhausted
    }

    /// Compiles the schema in `bytes`; throws every mistake at once.
    ///
    /// References lead to `options.documents` and the built-in meta-schemas only: nothing is read and nothing is fetched.
    package static func compile(
        bytes: [UInt8],
        options: SchemaOptions = SchemaOptions()
    ) throws(SchemaFault) -> CompiledSchema {
        var loader = SchemaLoader(options)
        guard let root = loader.addDocument(options.baseURI, bytes, Dialect(options.draft)) else {
            throw SchemaFault(problems: loader.problems)
        }
        var compiler = SchemaCompiler(loader)
        return CompiledSchema(program: try compiler.compile(root))
    }

    /// Judges a parsed document; `bytes` are those it was parsed from.
    ///
    /// Allocates nothing for ordinary payloads.
    package func validate(_ document: JSONDocument, _ bytes: Span<UInt8>, _ scratch: SchemaScratch) -> Verdict {
        withByteView(bytes) { validate(document, $0, scratch) }
    }

    /// The same over a view.
    package func validate(_ document: JSONDocument, _ bytes: ByteView, _ scratch: SchemaScratch) -> Verdict {
        precondition(bytes.count == document.byteCount, "the bytes are not those that were parsed")
        guard document.root != nil else { return .invalid }
        var evaluator = SchemaEvaluator(program, document, bytes, scratch)
        let isValid = evaluator.evaluate(program.root, 0, -1)
        evaluator.finish()
        if evaluator.budget < 0 { return .budgetExhausted }
        return isValid ? .valid : .invalid
    }

    /// Where a document that is not valid breaks the schema: at most 16 places, none for a valid one.
    ///
    /// A second, slower run with a budget of its own; it may allocate.
    package func violations(
        _ document: JSONDocument,
        _ bytes: Span<UInt8>,
        _ scratch: SchemaScratch
    ) -> [SchemaViolation] {
        violations(document, bytes, scratch, most: ViolationCollector.countMax)
    }

    /// The same with another limit.
    func violations(
        _ document: JSONDocument,
        _ bytes: Span<UInt8>,
        _ scratch: SchemaScratch,
        most: Int
    ) -> [SchemaViolation] {
        withByteView(bytes) { view in
            precondition(view.count == document.byteCount, "the bytes are not those that were parsed")
            guard document.root != nil else { return [] }
            var collector = ViolationCollector(SchemaEvaluator(program, document, view, scratch), most: most)
            collector.collect(KeywordLocator.Place(root: program.root))
            collector.finish()
            return collector.violations
        }
    }

    /// What the schema's keywords say about a document that is valid (2020-12 core, section 7.7.1); nothing about one
    /// that is not.
    ///
    /// A second, slower run with a budget of its own; it may allocate.
    package func annotations(
        _ document: JSONDocument,
        _ bytes: Span<UInt8>,
        _ scratch: SchemaScratch
    ) -> SchemaAnnotations {
        guard validate(document, bytes, scratch) == .valid else { return SchemaAnnotations(list: [], isComplete: true) }
        return withByteView(bytes) { view in
            var collector = AnnotationCollector(SchemaEvaluator(program, document, view, scratch))
            collector.collect()
            return SchemaAnnotations(list: collector.annotations, isComplete: !collector.isCut)
        }
    }
}
