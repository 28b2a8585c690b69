/// What a signature is computed over, for an operator who compares it with what the sender signed: length and both ends.
package struct SignedContentView: Sendable, Equatable {
    /// Bytes that are signed; a key that is among them is left out.
    package let count: Int
    /// At most 32 bytes from the beginning.
    package let first: [UInt8]
    /// At most 32 bytes from the end; empty where `first` says everything.
    package let last: [UInt8]

    private static let shown = 32

    /// What `scheme` signs of `request`; `nil` where that cannot be put together, or is not one text.
    package init?(_ request: ComposedRequest, _ scheme: CompiledSignatureScheme) {
        switch scheme.algorithm {
        case .hmac, .digest, .signature: break
        case .token, .basic, .jwt, .httpMessageSignatures, .detachedJWS, .snsMessage: return nil
        }
        var reader = RequestReader()
        let (bytes, head) = request.makeHead()
        guard reader.readHead(head, bytes.span, scheme) == nil,
            reader.readBody(head, bytes.span, request.body.span, scheme) == nil
        else { return nil }
        var content: [UInt8] = []
        for piece in reader.pieces {
            switch piece.kind {
            case .text: content += reader.content[piece.range]
            case .body: content += request.body
            case .key: break
            }
        }
        count = content.count
        let isShort = content.count <= SignedContentView.shown * 2
        first = isShort ? content : Array(content.prefix(SignedContentView.shown))
        last = isShort ? [] : content.suffix(SignedContentView.shown)
    }
}
