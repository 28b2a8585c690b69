import GatewayCrypto

/// The signed content, put together part by part.
extension RequestReader {
    /// Fills `content` and `pieces`; `body` may be empty where the scheme is known from the head.
    mutating func resolveContent(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme,
        urlVariant: Int
    ) -> Denial? {
        content.removeAll(keepingCapacity: true)
        pieces.removeAll(keepingCapacity: true)
        let program = scheme.program
        var index = 0
        while index < program.steps.count {
            let step = program.steps[index]
            let start = content.count
            switch step.kind {
            case .key: pieces.append(Piece(kind: .key, range: 0..<0))
            case .body: pieces.append(Piece(kind: .body, range: 0..<0))
            case .literal: content.appendBytes(program.text.span.extracting(step.name))
            case .header: if let denial = appendHeader(step, program, head, bytes) { return denial }
            case .signatureField: if let denial = appendField(step, program) { return denial }
            case .signedHeaders: if let denial = appendSignedHeaders(head, bytes, scheme) { return denial }
            case .general:
                if let denial = appendGeneral(scheme.parts[index], head, bytes, body, scheme, urlVariant) {
                    return denial
                }
            }
            if content.count > start { addText(start..<content.count) }
            index &+= 1
        }
        return nil
    }

    /// A header field as it came.
    private mutating func appendHeader(
        _ step: ContentProgram.Step,
        _ program: ContentProgram,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>
    ) -> Denial? {
        let name = program.text.span.extracting(step.name)
        switch head.lookup(lowercased: name, in: bytes) {
        case .absent:
            return SignatureFault.coveredHeaderMissing.denial("header \(name.text) is signed but not there")
        case .several:
            return SignatureFault.duplicateHeader.denial("header \(name.text) is there more than once")
        case .one(let range):
            let start = content.count
            content.appendBytes(bytes.extracting(range.bounds))
            return denialOfDelimiter(program.text.span.extracting(step.delimiter), from: start)
        }
    }

    /// The fields that the request lists, as the scheme writes them.
    private mutating func appendSignedHeaders(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        var text: [UInt8] = []
        swap(&text, &content)
        let denial = appendSignedHeaders(head, bytes, scheme, to: &text)
        swap(&text, &content)
        return denial
    }

    /// A field of the signature's value as it came.
    private mutating func appendField(_ step: ContentProgram.Step, _ program: ContentProgram) -> Denial? {
        let start = content.count
        switch appendSignatureField(program.text.span.extracting(step.name)) {
        case .absent: return SignatureFault.coveredValueMissing.denial("a signed value is not there")
        case .refused(let denial): return denial
        case .appended: return denialOfDelimiter(program.text.span.extracting(step.delimiter), from: start)
        }
    }

    private func denialOfDelimiter(_ delimiter: Span<UInt8>, from start: Int) -> Denial? {
        content.span.extracting(start..<content.count).holds(delimiter)
            ? SignatureFault.ambiguousComponent.denial("a value holds the text that marks its end") : nil
    }

    private mutating func appendGeneral(
        _ part: ContentPart,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme,
        _ urlVariant: Int
    ) -> Denial? {
        if let source = part.condition {
            switch isThere(source, head, bytes, body) {
            case .absent: return nil
            case .refused(let denial): return denial
            case .appended: break
            }
        }
        var text: [UInt8] = []
        swap(&text, &content)
        let denial = append(part, head, bytes, body, scheme, urlVariant: urlVariant, to: &text)
        swap(&text, &content)
        return denial
    }

    /// Compares the two sides of a requirement.
    mutating func check(
        _ requirement: (left: [ContentPart], right: [ContentPart]),
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        var left: [UInt8] = []
        var right: [UInt8] = []
        for part in requirement.left {
            if let denial = append(part, head, bytes, body, scheme, urlVariant: 0, to: &left) { return denial }
        }
        for part in requirement.right {
            if let denial = append(part, head, bytes, body, scheme, urlVariant: 0, to: &right) { return denial }
        }
        return constantTimeEquals(left.span, right.span)
            ? nil : SignatureFault.bindingMismatch.denial("a value that the scheme fixes is another")
    }

    /// Appends one part of a template with its filters.
    mutating func append(
        _ part: ContentPart,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme,
        urlVariant: Int,
        to output: inout [UInt8]
    ) -> Denial? {
        if part.filters.isEmpty {
            let start = output.count
            if let denial = appendPlain(part, head, bytes, body, scheme, urlVariant, to: &output) { return denial }
            if output.span.extracting(start..<output.count).holds(part.delimiter.span) {
                return SignatureFault.ambiguousComponent.denial("a value holds the text that marks its end")
            }
            return nil
        }
        var value: [UInt8] = []
        var filters = part.filters[...]
        if part.origin == .body, filters.first == .sha256 {
            // Hashed where it lies, without a copy of the body.
            value = SHA256.hash(body).bytes
            filters = filters.dropFirst()
        } else if filters.first == .jcs {
            if case .refused(let fault, let sentence) = document.appendCanonical(body, to: &value) {
                return fault.denial(sentence)
            }
            filters = filters.dropFirst()
        } else if let denial = appendPlain(part, head, bytes, body, scheme, urlVariant, to: &value) {
            return denial
        }
        for filter in filters {
            guard let filtered = filter.apply(to: value) else {
                return SignatureFault.unsupportedAlgorithm.denial(
                    "the crypto provider does not offer \(filter.rawValue)"
                )
            }
            value = filtered
        }
        if value.span.holds(part.delimiter.span) {
            return SignatureFault.ambiguousComponent.denial("a value holds the text that marks its end")
        }
        output.append(contentsOf: value)
        return nil
    }

    private mutating func appendPlain(
        _ part: ContentPart,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme,
        _ urlVariant: Int,
        to output: inout [UInt8]
    ) -> Denial? {
        switch part.origin {
        case .literal(let text): output.append(contentsOf: text)
        case .body: output.appendBytes(body)
        case .method: output.appendBytes(bytes.extracting(head.method.bounds))
        case .path: output.appendBytes(bytes.extracting(head.path.bounds))
        case .pathAndQuery: output.appendBytes(bytes.extracting(head.target.bounds))
        case .encodedPathAndQuery: URLQuirks.appendEscaped(bytes.extracting(head.target.bounds), to: &output)
        case .url, .urlWithForm:
            guard scheme.urlBases.indices.contains(urlVariant) else {
                return SignatureFault.coveredValueMissing.denial("no public URL is configured")
            }
            output.append(contentsOf: scheme.urlBases[urlVariant])
            if part.origin == .urlWithForm {
                output.appendBytes(bytes.extracting(head.path.bounds))
                let query = bytes.extracting(head.query?.bounds ?? 0..<0)
                guard URLQuirks.appendGlued(query: query, form: body, to: &output) else {
                    return SignatureFault.malformedParameters.denial("the parameters are not well formed")
                }
            } else if urlVariant == 1, scheme.scheme.urlVariants == .decoded {
                URLQuirks.appendDecoded(bytes.extracting(head.target.bounds), to: &output)
            } else {
                output.appendBytes(bytes.extracting(head.target.bounds))
            }
        case .sortedForm:
            guard FormReader.appendSorted(body, to: &output) else {
                return SignatureFault.malformedParameters.denial("the form is not well formed")
            }
        case .signedHeaders: return appendSignedHeaders(head, bytes, scheme, to: &output)
        case .key: break
        case .value(let source):
            switch append(source, head, bytes, body, to: &output) {
            case .appended: break
            case .refused(let denial): return denial
            case .absent:
                if part.isOptional { return nil }
                if case .header(let name) = source {
                    return SignatureFault.coveredHeaderMissing.denial("header \(name.text) is signed but not there")
                }
                return SignatureFault.coveredValueMissing.denial("a signed value is not there")
            }
        }
        return nil
    }

    /// The fields that the request lists, each line as the scheme writes it.
    private mutating func appendSignedHeaders(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ scheme: CompiledSignatureScheme,
        to output: inout [UInt8]
    ) -> Denial? {
        guard let rule = scheme.signedHeaders else { return nil }
        var list = takeWork()
        defer { work = list }
        switch append(rule.list, head, bytes, Span<UInt8>(), to: &list) {
        case .appended: break
        case .refused(let denial): return denial
        case .absent: return SignatureFault.coveredValueMissing.denial("the list of signed headers is not there")
        }
        var names = SignedNames(&list, separator: rule.separator)
        if let time = rule.timestamp, !names.contain(time, in: list.span) {
            return SignatureFault.coveredHeaderMissing.denial("the timestamp is not among the signed headers")
        }
        var end: [UInt8] = []
        var count = 0
        var name = names.next(in: list.span)
        while let current = name {
            count += 1
            guard count <= 64 else { return SignatureFault.malformedSignature.denial("more than 64 signed headers") }
            guard SignedNames.isName(list.span.extracting(current)) else {
                return SignatureFault.malformedSignature.denial("a signed header has no name")
            }
            name = names.next(in: list.span)
            if count > 1 { output.append(contentsOf: rule.join) }
            end.removeAll(keepingCapacity: true)
            end.append(contentsOf: rule.join)
            if rule.isNamed, let name { end.appendBytes(list.span.extracting(name)) }
            let line = list.span.extracting(current)
            if let denial = appendLine(rule, line, head, bytes, end: end, to: &output) { return denial }
        }
        return nil
    }

    private func appendLine(
        _ rule: CompiledSignatureScheme.SignedHeaders,
        _ name: Span<UInt8>,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        end: [UInt8],
        to output: inout [UInt8]
    ) -> Denial? {
        let range: ByteRange
        switch head.lookup(lowercased: name, in: bytes) {
        case .one(let found): range = found
        case .absent:
            return SignatureFault.coveredHeaderMissing.denial("header \(name.text) is signed but not there")
        case .several: return SignatureFault.duplicateHeader.denial("header \(name.text) is there more than once")
        }
        for part in rule.line {
            switch part {
            case .literal(let text): output.append(contentsOf: text)
            case .name: output.appendBytes(name)
            case .value:
                let start = output.count
                output.appendBytes(bytes.extracting(range.bounds))
                if output.span.extracting(start..<output.count).holds(end.span) {
                    return SignatureFault.ambiguousComponent.denial(
                        "header \(name.text) holds the text that marks its end"
                    )
                }
            }
        }
        return nil
    }

    private mutating func isThere(
        _ source: ValueSource,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>
    ) -> Found {
        var text = takeWork()
        defer { work = text }
        return append(source, head, bytes, body, to: &text)
    }

    /// Adds a run of `content`, joined to the one before where they touch.
    private mutating func addText(_ range: Range<Int>) {
        if range.isEmpty { return }
        if let last = pieces.last, last.kind == .text, last.range.upperBound == range.lowerBound {
            pieces[pieces.count - 1].range = last.range.lowerBound..<range.upperBound
        } else {
            pieces.append(Piece(kind: .text, range: range))
        }
    }
}

/// The names of a list of signed header fields, one after another.
private struct SignedNames {
    private let separator: UInt8
    private var position = 0

    /// Brings the list to lower case.
    init(_ list: inout [UInt8], separator: UInt8) {
        self.separator = separator
        for index in list.indices { list[index] = FieldName.lowercased(list[index]) }
    }

    /// Where the next name is; empty ones are passed over.
    mutating func next(in list: Span<UInt8>) -> Range<Int>? {
        while position < list.count, list[position] == separator { position &+= 1 }
        guard position < list.count else { return nil }
        let start = position
        while position < list.count, list[position] != separator { position &+= 1 }
        return start..<position
    }

    /// Whether `name` is one of the names.
    func contain(_ name: FieldName, in list: Span<UInt8>) -> Bool {
        var names = self
        while let range = names.next(in: list) {
            if name.matches(list.extracting(range)) { return true }
        }
        return false
    }

    /// Whether the bytes can be the name of a header field.
    static func isName(_ name: Span<UInt8>) -> Bool {
        guard name.count <= 256 else { return false }
        var index = 0
        while index < name.count {
            if !FieldName.isTokenByte(name[index]) { return false }
            index &+= 1
        }
        return true
    }
}

extension Span<UInt8> {
    /// Whether `needle` occurs, which is a few bytes long; an empty one does not.
    func holds(_ needle: Span<UInt8>) -> Bool {
        if needle.isEmpty { return false }
        var index = 0
        while index &+ needle.count <= count {
            var offset = 0
            while offset < needle.count, self[index &+ offset] == needle[offset] { offset &+= 1 }
            if offset == needle.count { return true }
            index &+= 1
        }
        return false
    }

    /// The bytes as text, for messages.
    fileprivate var text: String { String(decoding: [UInt8](copying: self), as: UTF8.self) }
}
