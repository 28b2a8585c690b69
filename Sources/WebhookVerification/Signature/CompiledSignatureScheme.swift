package import StrictJSON

/// A scheme that has been judged and compiled: immutable, shared by all event loops.
///
/// A class, so that judging a request passes one reference on instead of copying some thirty members.
package final class CompiledSignatureScheme: Sendable {
    /// What a valid signature says something about; derived, never written.
    package enum Coverage: String, Sendable, Hashable, CaseIterable {
        case body
        case url
        case method
    }

    /// The scheme it was made from.
    package let scheme: SignatureScheme
    /// The members of the body in which the proof stands.
    package var proofPointers: [JSONPointer] {
        places.compactMap { place in
            if case .json(let pointer) = place { return pointer }
            return nil
        }
    }
    /// What proves that a delivery is genuine.
    package let algorithm: SchemeAlgorithm
    /// What the signature covers; empty for tokens and Basic credentials.
    package let covers: Set<Coverage>
    /// Sentences for the operator: weak algorithms, templates that two requests can share.
    package let warnings: [SignatureSchemeMistake]
    /// The pointers among the scheme's event id sources that the signature covers, in the order of preference.
    package let signedEventIDPointers: [JSONPointer]
    /// Whether a source of the scheme reads the body as JSON or as a form before it is known to be genuine.
    package let readsBody: Bool

    let places: [ValueSource]
    let grammar: SignatureGrammar
    let encoding: SignatureEncoding
    let parts: [ContentPart]
    /// The parts as the wire path runs them.
    let program: ContentProgram
    /// The list of which every element is signed; pointers lead into its element 0.
    let each: JSONPointer?
    let requirements: [(left: [ContentPart], right: [ContentPart])]
    let timestamp: (source: ValueSource, grammar: TimestampGrammar)?
    /// Sources of the event id that the signature covers, pointers left out.
    let signedEventIDSources: [ValueSource]
    let keyName: ValueSource?
    let urlBases: [[UInt8]]
    let signedHeaders: SignedHeaders?
    let token: CompiledToken?
    /// Index of the one part that is the body as it came, where everything else is known from the head.
    let streamedBodyIndex: Int?
    /// Whether the content is nothing but the body.
    let contentIsBody: Bool
    /// How a candidate's text becomes bytes.
    let candidateForm: CandidateForm
    let maximumCandidates: Int
    /// Whether signatures stand in the body.
    let placesAreInBody: Bool
    /// Whether the whole content, the body itself left out, is known from the head.
    let isKnownFromHead: Bool
    let bodyMayNotBeginWithDigit: Bool
    /// The fields that hold the proof, for algorithms with a reader of their own; `nil` for those of the grammars.
    let ownHeaders: [FieldName]?

    /// How a candidate's text becomes bytes.
    enum CandidateForm: Sendable {
        /// As it is.
        case raw
        /// Base64 of `user:password`.
        case credentials
        case encoded(SignatureEncoding)
    }

    /// A compiled `SignedHeaderList`; a class, so that a request's look at it copies nothing.
    final class SignedHeaders: Sendable {
        let list: ValueSource
        let separator: UInt8
        let line: [LinePart]
        let join: [UInt8]
        /// Whether each line names its field, which makes the end of the value before it recognisable.
        let isNamed: Bool
        /// The field of the timestamp, where nothing but the list says that it is signed.
        let timestamp: FieldName?

        init(
            list: ValueSource,
            separator: UInt8,
            line: [LinePart],
            join: [UInt8],
            isNamed: Bool,
            timestamp: FieldName? = nil
        ) {
            self.list = list
            self.separator = separator
            self.line = line
            self.join = join
            self.isNamed = isNamed
            self.timestamp = timestamp
        }

        /// The same list, in which the timestamp has to be.
        func demanding(_ timestamp: FieldName) -> SignedHeaders {
            SignedHeaders(
                list: list,
                separator: separator,
                line: line,
                join: join,
                isNamed: isNamed,
                timestamp: timestamp
            )
        }

        enum LinePart: Sendable {
            case literal([UInt8])
            case name
            case value
        }
    }

    /// Compiled `TokenRules`; a class, so that a request's look at them copies none.
    final class CompiledToken: Sendable {
        typealias Binding = (claim: [UInt8], name: String, parts: [ContentPart], isOptional: Bool, onlyWithBody: Bool)

        let source: ValueSource
        let prefix: [UInt8]
        let algorithms: [(name: [UInt8], algorithm: TokenAlgorithm)]
        let bindings: [Binding]
        /// Claims with a fixed value.
        let claims: [(claim: [UInt8], name: String, value: [UInt8])]
        let leeway: Int64
        let issuedAtMaxAge: Int64?

        init(_ rules: SignatureScheme.TokenRules, source: ValueSource, bindings: [Binding]) {
            self.source = source
            self.bindings = bindings
            prefix = Array((rules.prefix ?? "").utf8)
            algorithms = rules.algorithms.compactMap { name in
                TokenAlgorithm(name: name).map { (Array(name.utf8), $0) }
            }
            claims = rules.claims.sorted { $0.key < $1.key }
                .map { (Array($0.key.utf8), $0.key, Array($0.value.utf8)) }
            leeway = rules.leeway
            issuedAtMaxAge = rules.issuedAtMaxAge
        }
    }

    /// Judges `scheme`; throws every mistake at once, each with its field.
    package convenience init(_ scheme: SignatureScheme) throws(SignatureSchemeMistakes) {
        var compiler = SchemeCompiler(scheme)
        let result = compiler.compile()
        guard compiler.mistakes.isEmpty, let result else { throw SignatureSchemeMistakes(compiler.mistakes) }
        self.init(result.draft, warnings: result.warnings)
    }

    init(_ draft: SchemeCompiler.Draft, warnings: [SignatureSchemeMistake]) {
        scheme = draft.scheme
        algorithm = draft.algorithm
        covers = draft.covers
        self.warnings = warnings
        signedEventIDPointers = draft.signedEventIDPointers
        readsBody = draft.readsBody
        places = draft.places
        grammar = draft.grammar
        encoding = draft.encoding
        parts = draft.parts
        program = ContentProgram(draft.parts)
        each = draft.each
        requirements = draft.requirements
        timestamp = draft.timestamp
        signedEventIDSources = draft.signedEventIDSources
        keyName = draft.keyName
        urlBases = draft.urlBases
        signedHeaders = draft.signedHeaders
        token = draft.token
        streamedBodyIndex = draft.streamedBodyIndex
        contentIsBody = draft.contentIsBody
        switch draft.algorithm {
        case .token: candidateForm = .raw
        case .basic: candidateForm = .credentials
        default: candidateForm = .encoded(draft.encoding)
        }
        if case .signature = draft.algorithm {
            maximumCandidates = SignatureVerifier.maximumPublicKeyCandidates
        } else {
            maximumCandidates = SignatureVerifier.maximumCandidates
        }
        placesAreInBody = draft.places.contains(where: \.isInBody)
        isKnownFromHead =
            draft.parts.allSatisfy { part in
                (part.isPlainBody || part.isKnownFromHead) && part.condition?.isInBody != true
            } && !(placesAreInBody && draft.usesSignatureFields)
        ownHeaders = draft.ownHeaders
        bodyMayNotBeginWithDigit = draft.parts.contains(where: \.precedesBody)
    }
}
