extension ComposedRequest {
    /// What the parts come to in this request; a denial says which cannot be had.
    func content(
        _ parts: [ContentPart],
        _ scheme: CompiledSignatureScheme
    ) -> Result<[UInt8], Denial> {
        var reader = RequestReader()
        let (bytes, head) = makeHead()
        var value: [UInt8] = []
        for part in parts {
            if let denial = reader.append(part, head, bytes.span, body.span, scheme, urlVariant: 0, to: &value) {
                return .failure(denial)
            }
        }
        return .success(value)
    }
}
