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
        for step in scheme.steps {
            let start = content.count
            switch step.kind {
            case .key: pieces.append(Piece(kind: .key, range: 0..<0))
            case .body: pieces.append(Piece(kind: .body, range: 0..<0))
            case .literal: content.append(contentsOf: step.text)
            case .header: if let denial = appendHeader(step, head, bytes) { return denial }
            case .signatureField: if let denial = appendField(step) { return denial }
            case .general:
                if let denial = appendGeneral(step.part, head, bytes, body, scheme, urlVariant) { return denial }
            }
            if content.count > start { addText(start..<content.count) }
        }
        return nil
    }

    /// A header field as it came.
    private mutating func appendHeader(_ step: ContentStep, _ head: DeliveryHead, _ bytes: Span<UInt8>) -> Denial? {
        switch head.lookup(step.header, in: bytes) {
        case .absent:
            return SignatureFault.coveredHeaderMissing.denial("header \(step.header.text) is signed but not there")
        case .several:
            return SignatureFault.duplicateHeader.denial("header \(step.header.text) is there more than once")
        case .one(let range):
            let start = content.count
            content.appendBytes(bytes.extracting(range.bounds))
            return denialOfDelimiter(step, from: start)
        }
    }

    /// A field of the signature's value as it came.
    private mutating func appendField(_ step: ContentStep) -> Denial? {
        let start = content.count
        switch appendSignatureField(step.text) {
        case .absent: return SignatureFault.coveredValueMissing.denial("a signed value is not there")
        case .refused(let denial): return denial
        case .appended: return denialOfDelimiter(step, from: start)
        }
    }

    private func denialOfDelimiter(_ step: ContentStep, from start: Int) -> Denial? {
        let delimiter = step.delimiter
        guard let first = delimiter.first, content.count - start >= delimiter.count else { return nil }
        var index = start
        let last = content.count - delimiter.count
        while index <= last {
            if content[index] == first, content[index...].starts(with: delimiter) {
                return SignatureFault.ambiguousComponent.denial("a value holds the text that marks its end")
            }
            index &+= 1
        }
        return nil
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
            if !part.delimiter.isEmpty, output[start...].holds(part.delimiter) {
                return SignatureFault.ambiguousComponent.denial("a value holds the text that marks its end")
            }
            return nil
        }
        var value: [UInt8] = []
        if let denial = appendPlain(part, head, bytes, body, scheme, urlVariant, to: &value) { return denial }
        for filter in part.filters {
            guard let filtered = filter.apply(to: value) else {
                return SignatureFault.unsupportedAlgorithm.denial(
                    "the crypto provider does not offer \(filter.rawValue)"
                )
            }
            value = filtered
        }
        if !part.delimiter.isEmpty, value[...].holds(part.delimiter) {
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
        var list: [UInt8] = []
        switch append(rule.list, head, bytes, Span<UInt8>(), to: &list) {
        case .appended: break
        case .refused(let denial): return denial
        case .absent: return SignatureFault.coveredValueMissing.denial("the list of signed headers is not there")
        }
        let names = list.split(separator: rule.separator).map { FieldName(String(decoding: $0, as: UTF8.self)) }
        guard names.count <= 64 else { return SignatureFault.malformedSignature.denial("more than 64 signed headers") }
        if case .header(let time) = scheme.timestamp?.source, !scheme.parts.contains(where: \.isTimestamp),
            !names.contains(time)
        {
            return SignatureFault.coveredHeaderMissing.denial("the timestamp is not among the signed headers")
        }
        for (index, name) in names.enumerated() {
            guard let name else { return SignatureFault.malformedSignature.denial("a signed header has no name") }
            if index > 0 { output.append(contentsOf: rule.join) }
            var end = rule.join
            if rule.isNamed, index + 1 < names.count, let next = names[index + 1] { end += next.bytes }
            if let denial = appendLine(rule, name, head, bytes, end: end, to: &output) { return denial }
        }
        return nil
    }

    private func appendLine(
        _ rule: CompiledSignatureScheme.SignedHeaders,
        _ name: FieldName,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        end: [UInt8],
        to output: inout [UInt8]
    ) -> Denial? {
        guard case .one(let range) = head.lookup(name, in: bytes) else {
            if head.lookup(name, in: bytes) == .absent {
                return SignatureFault.coveredHeaderMissing.denial("header \(name.text) is signed but not there")
            }
            return SignatureFault.duplicateHeader.denial("header \(name.text) is there more than once")
        }
        for part in rule.line {
            switch part {
            case .literal(let text): output.append(contentsOf: text)
            case .name: output.append(contentsOf: name.bytes)
            case .value:
                let start = output.count
                output.appendBytes(bytes.extracting(range.bounds))
                if output[start...].holds(end) {
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

extension ArraySlice<UInt8> {
    /// Whether `needle` occurs; needles are a few bytes long.
    func holds(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first, count >= needle.count else { return false }
        for index in startIndex...(endIndex - needle.count) where self[index] == first {
            if self[index..<(index + needle.count)].elementsEqual(needle) { return true }
        }
        return false
    }
}
