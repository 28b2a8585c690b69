extension SignatureMatch {
    /// The ids of the further keys that fitted, in the order of `keys`, which are those the verifier was made with.
    package func otherKeyNames(_ keys: [SigningKey]) -> [String] {
        keys.enumerated().filter { $0.offset < 64 && otherKeys & (1 << UInt64($0.offset)) != 0 }.map {
            $0.element.id.text
        }
    }
}
