/// The parts of the signed content as the wire path runs them: what is usual is told apart once, at compile time.
///
/// Numbers over one run of bytes, so that a request's loop over the parts counts no references.
struct ContentProgram: Sendable {
    /// How a part is made.
    enum Kind: Sendable {
        case literal
        case body
        case key
        /// A header field as it came.
        case header
        /// A field of the signature's value as it came.
        case signatureField
        /// The fields that the request lists.
        case signedHeaders
        /// Everything else: filters, conditions, forms, JSON; the part of the same index says what.
        case general
    }

    /// One part.
    struct Step: Sendable {
        let kind: Kind
        /// In `text`: the literal, or the name of the header field or of the signature's field.
        let name: Range<Int>
        /// In `text`: the bytes that must not occur in the value.
        let delimiter: Range<Int>
    }

    let steps: ContiguousArray<Step>
    let text: [UInt8]

    init(_ parts: [ContentPart]) {
        var text: [UInt8] = []
        func place(_ bytes: [UInt8]) -> Range<Int> {
            text += bytes
            return (text.count - bytes.count)..<text.count
        }
        var steps: ContiguousArray<Step> = []
        for part in parts {
            let (kind, name) = ContentProgram.kind(of: part)
            steps.append(Step(kind: kind, name: place(name), delimiter: place(part.delimiter)))
        }
        self.steps = steps
        self.text = text
    }

    private static func kind(of part: ContentPart) -> (Kind, [UInt8]) {
        let isPlain = part.filters.isEmpty && part.condition == nil
        switch part.origin {
        case .key: return (.key, [])
        case .body where isPlain: return (.body, [])
        case .literal(let literal) where isPlain: return (.literal, literal)
        case .value(.header(let name)) where isPlain && !part.isOptional: return (.header, name.bytes)
        case .value(.signatureField(let name)) where isPlain && !part.isOptional: return (.signatureField, name)
        case .signedHeaders where isPlain: return (.signedHeaders, [])
        case .literal, .body, .method, .url, .urlWithForm, .path, .pathAndQuery, .encodedPathAndQuery, .value,
            .sortedForm, .signedHeaders:
            return (.general, [])
        }
    }
}
