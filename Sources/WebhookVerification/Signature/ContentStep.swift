/// One part of the signed content as the wire path runs it: what is usual told apart once, when the scheme is compiled.
///
/// A class, so that a request's loop over the parts passes one reference on instead of copying templates.
final class ContentStep: Sendable {
    /// How the part is made.
    enum Kind: Sendable {
        case literal
        case body
        case key
        /// A header field as it came.
        case header
        /// A field of the signature's value as it came.
        case signatureField
        /// Everything else: filters, conditions, forms, JSON.
        case general
    }

    let kind: Kind
    let part: ContentPart
    /// The literal, or the name of the signature's field.
    let text: [UInt8]
    /// The header field; for other kinds one that no request has.
    let header: FieldName
    /// The bytes that must not occur in the value.
    let delimiter: [UInt8]

    init(_ part: ContentPart) {
        self.part = part
        delimiter = part.delimiter
        let isPlain = part.filters.isEmpty && part.condition == nil
        switch part.origin {
        case .key: (kind, text, header) = (.key, [], ContentStep.none)
        case .body where isPlain: (kind, text, header) = (.body, [], ContentStep.none)
        case .literal(let literal) where isPlain: (kind, text, header) = (.literal, literal, ContentStep.none)
        case .value(.header(let name)) where isPlain && !part.isOptional: (kind, text, header) = (.header, [], name)
        case .value(.signatureField(let name)) where isPlain && !part.isOptional:
            (kind, text, header) = (.signatureField, name, ContentStep.none)
        case .literal, .body, .method, .url, .urlWithForm, .path, .pathAndQuery, .encodedPathAndQuery, .value,
            .sortedForm, .signedHeaders:
            (kind, text, header) = (.general, [], ContentStep.none)
        }
    }

    private static let none = FieldName(literal: "")
}
