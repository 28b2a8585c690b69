import GatewayCrypto

/// Key sets as senders publish them, in the place of a single key.
extension KeyMaterialReader {
    /// A key and the name that its sender gives it; `nil` where the text names none.
    package struct NamedKey: Sendable {
        /// The `kid` of a set's member.
        package let name: String?
        /// The key.
        package let result: Result
    }

    /// Whether a key set may stand in the place of a key.
    package var takesSets: Bool { isPublic || takesEither }

    /// The keys of a text: one, or the members of a JSON Web Key Set that fit the scheme (RFC 7517).
    ///
    /// A set is taken only where the scheme's keys are public ones. Throws a mistake of field `key`.
    package func readKeys(
        _ text: Span<UInt8>,
        strength: Strength = .enforced
    ) throws(SignatureSchemeMistake) -> [NamedKey] {
        guard takesSets, KeyMaterialReader.startsLikeSet(text) else {
            return [NamedKey(name: nil, result: try read(text, strength: strength))]
        }
        var members: [NamedKey] = []
        for member in try JSONWebKeySet.read([UInt8](copying: text)) {
            if let needed = signatureAlgorithm, !member.key.type.fits(needed) { continue }
            members.append(NamedKey(name: member.name, result: Result(material: .publicKey(member.key), warnings: [])))
        }
        guard !members.isEmpty else {
            throw SignatureSchemeMistake("key", "the set has no key that makes signatures of this scheme")
        }
        return members
    }

    private static func startsLikeSet(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[index]) { index += 1 }
        return index < text.count && text[index] == UInt8(ascii: "{")
    }
}
