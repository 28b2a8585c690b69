import GatewayCrypto
import StrictJSON

/// Turns the texts of a scheme into what the verifier runs, and collects every mistake on the way.
struct SchemeCompiler {
    /// What has been compiled so far.
    struct Draft {
        let scheme: SignatureScheme
        var algorithm: SchemeAlgorithm = .hmac(.sha256)
        var places: [ValueSource] = []
        var grammar: SignatureGrammar = .whole(prefixes: [])
        var encoding: SignatureEncoding = .hex
        var parts: [ContentPart] = []
        var each: JSONPointer?
        var requirements: [(left: [ContentPart], right: [ContentPart])] = []
        var timestamp: (source: ValueSource, grammar: TimestampGrammar)?
        var signedEventIDSources: [ValueSource] = []
        var signedEventIDPointers: [JSONPointer] = []
        var keyName: ValueSource?
        var urlBases: [[UInt8]] = []
        var signedHeaders: CompiledSignatureScheme.SignedHeaders?
        var token: CompiledSignatureScheme.CompiledToken?
        var covers: Set<CompiledSignatureScheme.Coverage> = []
        var readsBody = false
        var streamedBodyIndex: Int?
        var contentIsBody = false

        /// The fields that hold the proof, for algorithms with a reader of their own.
        var ownHeaders: [FieldName]? {
            switch algorithm {
            case .hmac, .digest, .signature, .token, .basic: return nil
            case .jwt:
                if case .header(let name) = token?.source { return [name] }
                return []
            case .httpMessageSignatures: return ["signature-input", "signature"].compactMap { FieldName($0) }
            case .detachedJWS:
                return places.compactMap { place in
                    if case .header(let name) = place { return name }
                    return nil
                }
            case .snsMessage: return []
            }
        }

        /// Whether the content holds a field of the signature's own value.
        var usesSignatureFields: Bool {
            parts.contains { part in
                if case .value(.signatureField) = part.origin { return true }
                if case .signatureField = part.condition { return true }
                return false
            }
        }
    }

    let scheme: SignatureScheme
    var draft: Draft
    private(set) var mistakes: [SignatureSchemeMistake] = []
    private var warnings: [SignatureSchemeMistake] = []

    init(_ scheme: SignatureScheme) {
        self.scheme = scheme
        draft = Draft(scheme: scheme)
    }

    /// The compiled scheme; `nil` where there are mistakes.
    mutating func compile() -> (draft: Draft, warnings: [SignatureSchemeMistake])? {
        guard let algorithm = SchemeAlgorithm(name: scheme.algorithm) else {
            let names = SchemeAlgorithm.allNames.joined(separator: ", ")
            mistakes.append(SignatureSchemeMistake("algorithm", "'\(scheme.algorithm)' is none of \(names)"))
            return nil
        }
        draft.algorithm = algorithm
        if algorithm.isWeak {
            warn("algorithm", "\(scheme.algorithm) is weak: use it only where the sender offers no other")
        }
        compileKey()
        compileURL()
        compilePlaces()
        compileContent()
        compileEach()
        compileTimestamp()
        compileRequirements()
        compileToken()
        checkNeeds()
        guard mistakes.isEmpty else { return nil }
        markDelimiters()
        deriveCoverage()
        compileEventID()
        deriveWorkOrder()
        return mistakes.isEmpty ? (draft, warnings) : nil
    }

    mutating func fail(_ field: String, _ text: String) {
        mistakes.append(SignatureSchemeMistake(field, text))
    }

    mutating func warn(_ field: String, _ text: String) {
        warnings.append(SignatureSchemeMistake(field, text))
    }

    mutating func source(_ text: String, _ field: String) -> ValueSource? {
        switch ValueSource.parse(text) {
        case .success(let source): return source
        case .failure(let mistake):
            fail(field, mistake.text)
            return nil
        }
    }

    private mutating func template(_ text: String, _ field: String) -> [ContentPart] {
        switch ContentTemplate.parse(text, settings: scheme.settings) {
        case .success(let parts): return parts
        case .failure(let mistake):
            fail(field, mistake.text)
            return []
        }
    }

    private mutating func oneByte(_ text: String, _ field: String) -> UInt8 {
        let bytes = Array(text.utf8)
        guard bytes.count == 1, let byte = bytes.first, byte >= 0x20, byte < 0x7F else {
            fail(field, "'\(text)' has to be one character of ASCII")
            return 0
        }
        return byte
    }

    // MARK: - Fields

    private mutating func compileKey() {
        let key = scheme.key
        let encodings = ["utf8", "base64", "base64url", "hex", "pem", "spki-base64", "raw-hex", "raw-base64"]
        if !encodings.contains(key.encoding) {
            fail("key.encoding", "'\(key.encoding)' is none of \(encodings.joined(separator: ", "))")
        }
        if let digest = key.digest, digest != "sha1" { fail("key.digest", "'\(digest)' is not sha1") }
        if let form = key.normalize, form != "nfkd" { fail("key.normalize", "'\(form)' is not nfkd") }
        if let from = key.idFrom { draft.keyName = source(from, "key.id_from") }
    }

    private mutating func compileURL() {
        guard let text = scheme.publicURL else { return }
        guard let bases = PublicURL.variants(text, scheme.urlVariants) else {
            fail("url.base", "'\(text)' is not http:// or https:// with a host and, at most, a path")
            return
        }
        draft.urlBases = bases
    }

    private mutating func compilePlaces() {
        var place = scheme.signature
        if draft.algorithm == .basic {
            if place.from.isEmpty { place.from = ["header:authorization"] }
            if place.prefixes.isEmpty { place.prefixes = ["Basic "] }
        }
        for (index, text) in place.from.enumerated() {
            let field = place.from.count == 1 ? "signature.from" : "signature.from[\(index)]"
            guard let source = source(text, field) else { continue }
            switch source {
            case .signatureField, .config, .claim: fail(field, "'\(text)' cannot hold a signature")
            case .header, .numberedHeader, .query, .form, .json: draft.places.append(source)
            }
        }
        guard let encoding = SignatureEncoding(rawValue: place.encoding) else {
            let names = SignatureEncoding.allCases.map(\.rawValue).joined(separator: ", ")
            fail("signature.encoding", "'\(place.encoding)' is none of \(names)")
            return
        }
        draft.encoding = encoding
        compileGrammar(place)
    }

    private mutating func compileGrammar(_ place: SignatureScheme.SignaturePlace) {
        switch place.grammar {
        case "whole": draft.grammar = .whole(prefixes: place.prefixes.map { Array($0.utf8) })
        case "list":
            draft.grammar = .list(itemSeparator: oneByte(place.itemSeparator, "signature.item_separator"))
        case "positional":
            draft.grammar = .positional(
                itemSeparator: oneByte(place.itemSeparator, "signature.item_separator"),
                fields: place.positions.map { Array($0.utf8) }
            )
        case "b64json":
            guard place.field.utf8.first == UInt8(ascii: "/"), let pointer = JSONPointer(place.field) else {
                fail("signature.field", "a JSON Pointer that starts with / is needed for b64json")
                return
            }
            draft.grammar = .base64JSON(pointer: pointer)
        case "pairs": compilePairs(place)
        default: fail("signature.grammar", "'\(place.grammar)' is none of whole, pairs, list, positional, b64json")
        }
    }

    private mutating func compilePairs(_ place: SignatureScheme.SignaturePlace) {
        let item = oneByte(place.itemSeparator, "signature.item_separator")
        let pair = oneByte(place.keyValueSeparator, "signature.key_value_separator")
        if item == pair { fail("signature.key_value_separator", "has to differ from the item separator") }
        var field = Array(place.field.utf8)
        if place.field.hasPrefix("config:") {
            let name = String(place.field.dropFirst("config:".count))
            if let value = scheme.settings[name] {
                field = Array(value.utf8)
            } else {
                fail("signature.field", "'config:\(name)' needs a value under settings")
            }
        }
        if field.isEmpty { fail("signature.field", "the name of the pairs that are signatures is needed") }
        draft.grammar = .pairs(itemSeparator: item, keyValueSeparator: pair, field: field)
    }

    private mutating func compileContent() {
        for (index, segment) in scheme.content.enumerated() {
            let field = scheme.content.count == 1 ? "content" : "content[\(index)]"
            let condition = segment.condition.flatMap { source($0, field + ".if") }
            draft.parts += template(segment.text, field).map { part in
                var part = part
                part.condition = condition
                return part
            }
        }
        if let list = scheme.signedHeaders { compileSignedHeaders(list) }
    }

    private mutating func compileSignedHeaders(_ list: SignatureScheme.SignedHeaderList) {
        guard let from = source(list.list, "signed_headers.list") else { return }
        let separator = oneByte(list.separator, "signed_headers.separator")
        var line: [CompiledSignatureScheme.SignedHeaders.LinePart] = []
        var rest = Array(list.line.utf8)[...]
        var literal: [UInt8] = []
        while let byte = rest.first {
            if rest.starts(with: "{name}".utf8) || rest.starts(with: "{value}".utf8) {
                if !literal.isEmpty { line.append(.literal(literal)) }
                literal = []
                let isName = rest.starts(with: "{name}".utf8)
                line.append(isName ? .name : .value)
                rest = rest.dropFirst(isName ? 6 : 7)
                continue
            }
            literal.append(byte)
            rest = rest.dropFirst()
        }
        if !literal.isEmpty { line.append(.literal(literal)) }
        if !list.line.contains("{value}") { fail("signed_headers.line", "the line has to hold {value}") }
        if list.join.isEmpty { fail("signed_headers.join", "something has to stand between two fields") }
        draft.signedHeaders = CompiledSignatureScheme.SignedHeaders(
            list: from,
            separator: separator,
            line: line,
            join: Array(list.join.utf8),
            isNamed: list.line.hasPrefix("{name}")
        )
    }

    private mutating func compileEach() {
        guard let text = scheme.each else { return }
        guard text.utf8.first == UInt8(ascii: "/"), let each = JSONPointer(text) else {
            return fail("each", "a JSON Pointer that starts with / is expected")
        }
        // An item without a signature of its own would be judged by that of the first.
        guard draft.places.allSatisfy({ $0.isInFirst(of: each) }) else {
            return fail("each", "the signature has to stand in element 0 of \(text), and with it in every other")
        }
        guard
            draft.parts.contains(where: { part in
                if case .value(let source) = part.origin { return source.isInFirst(of: each) }
                return false
            })
        else { return fail("each", "nothing of element 0 of \(text) is signed") }
        draft.each = each
    }

    private mutating func compileTimestamp() {
        guard let place = scheme.timestamp else { return }
        guard let from = source(place.from, "timestamp.from") else { return }
        guard let grammar = TimestampGrammar(rawValue: place.unit) else {
            let names = TimestampGrammar.allCases.map(\.rawValue).joined(separator: ", ")
            fail("timestamp.unit", "'\(place.unit)' is none of \(names)")
            return
        }
        if let tolerance = place.tolerance, tolerance <= 0 { fail("timestamp.tolerance", "has to be more than zero") }
        draft.timestamp = (from, grammar)
        for index in draft.parts.indices where draft.parts[index].origin == .value(from) {
            draft.parts[index].isTimestamp = true
        }
        if case .header(let field) = from, !draft.parts.contains(where: \.isTimestamp) {
            draft.signedHeaders = draft.signedHeaders?.demanding(field)
        }
        if !isCovered(from) {
            fail("timestamp.from", "'\(place.from)' is not part of the signed content, so that anyone could change it")
        }
    }

    private mutating func compileRequirements() {
        for (index, requirement) in scheme.require.enumerated() {
            let left = template(requirement.left, "require[\(index)].left")
            let right = template(requirement.right, "require[\(index)].right")
            draft.requirements.append((left, right))
        }
    }

    private mutating func compileToken() {
        guard let rules = scheme.jwt else { return }
        guard let from = source(rules.from, "jwt.from") else { return }
        let known = TokenAlgorithm.allNames
        if rules.algorithms.isEmpty { fail("jwt.algorithms", "the accepted algorithms have to be listed") }
        for name in rules.algorithms where !known.contains(name) {
            fail("jwt.algorithms", "'\(name)' is none of \(known.joined(separator: ", "))")
        }
        var bindings: [CompiledSignatureScheme.CompiledToken.Binding] = []
        for (index, bind) in rules.bind.enumerated() {
            let parts = template(bind.equals, "jwt.bind[\(index)].equals")
            bindings.append((Array(bind.claim.utf8), bind.claim, parts, bind.isOptional, bind.onlyWithBody))
        }
        draft.token = CompiledSignatureScheme.CompiledToken(rules, source: from, bindings: bindings)
    }

    // MARK: - Rule 7: what marks the end of a value

    private mutating func markDelimiters() {
        let bodyIndex =
            draft.parts.firstIndex { ($0.origin == .body || $0.origin == .urlWithForm) && $0.isFreeText }
            ?? draft.parts.count - 1
        for index in draft.parts.indices {
            let part = draft.parts[index]
            if part.isTimestamp, draft.timestamp?.grammar == .auto, index + 1 < draft.parts.count,
                draft.parts[index + 1].isPlainBody
            {
                draft.parts[index].precedesBody = true
                warn(
                    "timestamp.unit",
                    "auto without a mark between timestamp and body: bodies that begin with a digit are refused"
                )
            }
            guard part.isFreeText, index != bodyIndex else { continue }
            // Before the body a value ends at the literal behind it, after the body it begins at the one before it.
            let neighbour = index < bodyIndex ? index + 1 : index - 1
            guard draft.parts.indices.contains(neighbour) else { continue }
            if case .literal(let text) = draft.parts[neighbour].origin {
                draft.parts[index].delimiter = text
            } else {
                warn(
                    "content",
                    "nothing marks where \(SchemeCompiler.name(of: part)) ends: two requests can share one signature"
                )
            }
        }
    }

    static func name(of part: ContentPart) -> String {
        switch part.origin {
        case .literal: "the literal"
        case .body: "the body"
        case .method: "the method"
        case .url, .urlWithForm: "the URL"
        case .path, .pathAndQuery, .encodedPathAndQuery: "the path"
        case .sortedForm: "the form"
        case .signedHeaders: "the signed headers"
        case .key: "the key"
        case .value(let source):
            switch source {
            case .header(let name): "header:\(name.text)"
            case .numberedHeader(let name, _): "header:\(name.text)"
            case .query(let name): "query:\(String(decoding: name, as: UTF8.self))"
            case .form(let name): "form:\(String(decoding: name, as: UTF8.self))"
            case .signatureField(let name): "sig:\(String(decoding: name, as: UTF8.self))"
            case .json(let pointer): "json:\(pointer)"
            case .config(let name): "config:\(name)"
            case .claim(let name): "jwt:\(name)"
            }
        }
    }

}

extension ValueSource {
    /// Whether the value stands in the first element of a list in the body.
    fileprivate func isInFirst(of each: JSONPointer) -> Bool {
        guard case .json(let pointer) = self else { return false }
        return pointer.isInFirst(of: each)
    }

    /// Whether the value stands in the body.
    var isInBody: Bool {
        switch self {
        case .json, .form: true
        case .header, .numberedHeader, .query, .signatureField, .config, .claim: false
        }
    }
}
