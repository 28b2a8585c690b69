/// Makes RFC 9421 signatures, for tools and tests.
struct MessageSignatureSigner {
    let scheme: CompiledSignatureScheme
    let key: SignatureSigner.Key

    func sign(_ request: inout ComposedRequest, now: Timestamp, nonce: String) throws(SignatureSchemeMistake) {
        throw SignatureSchemeMistake("algorithm", "not built")
    }
}
