/// One signature of RFC 9421: what it covers, what it says, and the bytes that were signed.
package struct SignatureBase {
    /// The covered components as they are written, for example `"@query-param";name="Pet"`.
    package let components: [String]
    /// The bytes that are signed (RFC 9421 section 2.5).
    package let bytes: [UInt8]
    let parameters: StructuredParameters

    /// Builds the base for one member of Signature-Input.
    package static func make(
        input: [UInt8],
        label: String,
        message: SignedMessage,
        related: (() -> SignedMessage)? = nil
    ) -> Result<SignatureBase, SignedMessage.Fault> {
        guard let members = StructuredFieldParser.dictionary(input),
            let member = members.first(where: { $0.name.elementsEqual(label.utf8) })?.member
        else {
            return .failure(
                SignedMessage.Fault(fault: .malformedSignature, sentence: "Signature-Input lacks the label")
            )
        }
        return make(member, message, related)
    }

    static func make(
        _ member: StructuredMember,
        _ message: SignedMessage,
        _ related: (() -> SignedMessage)?
    ) -> Result<SignatureBase, SignedMessage.Fault> {
        guard case .innerList(let items, let parameters) = member, items.count <= 64 else {
            return .failure(
                SignedMessage.Fault(fault: .malformedSignature, sentence: "a list of components is expected")
            )
        }
        var bytes: [UInt8] = []
        var components: [String] = []
        for item in items {
            var identifier: [UInt8] = []
            item.append(to: &identifier)
            let text = String(decoding: identifier, as: UTF8.self)
            guard !components.contains(text) else {
                return .failure(
                    SignedMessage.Fault(fault: .malformedSignature, sentence: "a component is covered twice")
                )
            }
            components.append(text)
            switch message.value(of: item, related: related) {
            case .failure(let fault): return .failure(fault)
            case .success(let value):
                // RFC 9421 section 2.5: a value with a line break would be read as two lines.
                guard !value.contains(0x0A) else {
                    return .failure(
                        SignedMessage.Fault(fault: .ambiguousComponent, sentence: "a value holds a line break")
                    )
                }
                bytes += identifier + Array(": ".utf8) + value + [0x0A]
            }
        }
        bytes += Array("\"@signature-params\": ".utf8)
        member.append(to: &bytes)
        return .success(SignatureBase(components: components, bytes: bytes, parameters: parameters))
    }
}
