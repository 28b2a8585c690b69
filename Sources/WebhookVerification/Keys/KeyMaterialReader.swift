package import GatewayCrypto

/// Turns the text of a secret, as an operator stores it, into key bytes as the scheme demands.
///
/// No message shows the secret or a part of it. Secrets are used byte for byte; one line feed at the end of a file is
/// the caller's to strip and to report.
package struct KeyMaterialReader: Sendable {
    /// How weak a secret may be.
    package enum Strength: Sendable {
        /// At least 16 bytes, no placeholder: what a configuration has to satisfy.
        case enforced
        /// Anything: for tools that judge other people's secrets, and conformance suites.
        case any
    }

    /// A key and what should be said about it.
    package struct Result: Sendable {
        /// The key, ready for a verifier.
        package let material: SigningKey.Material
        /// Sentences for the operator, for example that the secret is shorter than 24 bytes.
        package let warnings: [String]
        /// When the certificate is valid that stands in the place of a key; `nil` for keys without one.
        package var validity: CertificateChain.Validity?

        /// The first moment at which the certificate is valid.
        package var notBefore: Timestamp? { validity.flatMap { Timestamp(seconds: $0.notBefore) } }
        /// The last moment at which the certificate is valid.
        package var notAfter: Timestamp? { validity.flatMap { Timestamp(seconds: $0.notAfter) } }
    }

    /// The trust anchors of the system, where no others are configured.
    package static let systemAnchors = "/etc/ssl/certs/ca-certificates.crt"

    private let form: SignatureScheme.KeyForm
    private let algorithm: SchemeAlgorithm
    private let jwtIsSymmetric: Bool
    private let hasPublicTokens: Bool
    private let anchors: [UInt8]

    /// Makes a reader for the scheme's key form; `anchors` are the trust anchors as PEM, for senders' certificates.
    package init(_ scheme: SignatureScheme, anchors: [UInt8] = []) {
        self.anchors = anchors
        form = scheme.key
        algorithm = SchemeAlgorithm(name: scheme.algorithm) ?? .hmac(.sha256)
        let publicOnly = (scheme.jwt?.algorithms ?? []).allSatisfy { !$0.hasPrefix("HS") }
        hasPublicTokens = (scheme.jwt?.algorithms ?? []).contains { !$0.hasPrefix("HS") }
        let messageIsPublic = (scheme.messageSignature?.algorithm ?? "") != "hmac-sha256"
        jwtIsSymmetric = algorithm == .jwt ? !publicOnly : algorithm == .httpMessageSignatures && !messageIsPublic
    }

    /// Reads `text`; throws a mistake with field `key` that says what form is expected.
    package func read(
        _ text: Span<UInt8>,
        strength: Strength = .enforced
    ) throws(SignatureSchemeMistake) -> Result {
        guard text.count <= 65_536 else { throw mistake("a secret of at most 64 KiB is expected") }
        if KeyMaterialReader.startsLikePEM(text), !form.certificateNames.isEmpty {
            return try certified(text, strength)
        }
        if KeyMaterialReader.startsLikePEM(text), !algorithm.isSymmetric || form.encoding == "pem" {
            return Result(
                material: .publicKey(try publicKey { () throws(CryptoFault) in try PublicKey(pem: text) }),
                warnings: []
            )
        }
        if KeyMaterialReader.startsLikePEM(text), strength == .enforced {
            throw mistake("a shared secret is expected, this is a key or certificate in PEM")
        }
        if isPublic { return Result(material: .publicKey(try bareKey(text)), warnings: []) }
        var bytes = try decoded(stripped(text))
        defer { SecretBytes.wipe(&bytes) }
        let warnings = strength == .enforced ? try judge(bytes, text) : []
        try finish(&bytes)
        return Result(material: .secret(SecretBytes(bytes.span)), warnings: warnings)
    }

    /// The key of a certificate that leads to a trust anchor and is the sender's.
    ///
    /// A public key alone is taken too: then the operator answers for whose it is.
    private func certified(_ text: Span<UInt8>, _ strength: Strength) throws(SignatureSchemeMistake) -> Result {
        let material = SigningKey.Material.publicKey(
            try publicKey { () throws(CryptoFault) in try PublicKey(pem: text) }
        )
        guard let chain = try? CertificateChain(pem: text) else {
            let warning = "a public key does not say whose it is: import the certificate, its chain behind it"
            return Result(material: material, warnings: strength == .enforced ? [warning] : [])
        }
        if strength == .any { return Result(material: material, warnings: [], validity: chain.validity) }
        let validity = try orMistake { () throws(CryptoFault) in
            try chain.judge(anchors: anchors.span, names: form.certificateNames)
        }
        return Result(material: material, warnings: [], validity: validity)
    }

    /// Whether the scheme's keys can be public ones only.
    var isPublic: Bool { !algorithm.isSymmetric && !jwtIsSymmetric }

    /// Whether the scheme accepts tokens of both kinds, so that its keys may be secrets or public ones.
    var takesEither: Bool { algorithm == .jwt && hasPublicTokens }

    /// The one kind of signature that keys have to make; `nil` where several are accepted.
    var signatureAlgorithm: SignatureAlgorithm? {
        if case .signature(let algorithm) = algorithm { return algorithm }
        return nil
    }

    private func mistake(_ text: String) -> SignatureSchemeMistake { SignatureSchemeMistake("key", text) }

    private static func startsLikePEM(_ text: Span<UInt8>) -> Bool {
        let start = Array("-----BEGIN ".utf8)
        guard text.count > start.count else { return false }
        for index in start.indices where text[index] != start[index] { return false }
        return true
    }

    private func stripped(_ text: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for index in 0..<text.count { bytes.append(text[index]) }
        for prefix in form.strip where bytes.starts(with: prefix.utf8) {
            bytes.removeFirst(prefix.utf8.count)
            break
        }
        if let word = form.stripWord, bytes.starts(with: word.utf8) {
            // `signkey-` and one word up to the next hyphen.
            let rest = bytes.dropFirst(word.utf8.count)
            if let hyphen = rest.firstIndex(of: UInt8(ascii: "-")), hyphen > rest.startIndex,
                rest[..<hyphen].allSatisfy(KeyMaterialReader.isWordByte)
            {
                bytes.removeFirst(hyphen + 1)
            }
        }
        return bytes
    }

    private func decoded(_ bytes: consuming [UInt8]) throws(SignatureSchemeMistake) -> [UInt8] {
        var text = bytes
        switch form.encoding {
        case "hex":
            defer { SecretBytes.wipe(&text) }
            guard let key = Hex.decode(text.span) else { throw mistake("a secret in hexadecimal is expected") }
            return key
        case "base64", "base64url":
            defer { SecretBytes.wipe(&text) }
            let alphabet: Base64.Alphabet = form.encoding == "base64" ? .standard : .url
            guard let key = Base64.decode(text.span, alphabet: alphabet) else {
                throw mistake("a secret in \(form.encoding) is expected")
            }
            return key
        default: return text
        }
    }

    private func judge(_ bytes: [UInt8], _ text: Span<UInt8>) throws(SignatureSchemeMistake) -> [String] {
        var lowered = bytes.map(FieldName.lowercased)
        defer { SecretBytes.wipe(&lowered) }
        for word in KeyMaterialReader.placeholders where lowered.elementsEqual(word.utf8) {
            throw mistake("this is a placeholder, not a secret")
        }
        if KeyMaterialReader.isRepetition(bytes) { throw mistake("a few characters repeated are not a secret") }
        if KeyMaterialReader.isMadeOfPlaceholders(lowered) { throw mistake("this is a placeholder, not a secret") }
        if KeyMaterialReader.looksLikeTemplate(bytes) { throw mistake("this is a placeholder, not a secret") }
        if algorithm == .basic {
            guard bytes.contains(UInt8(ascii: ":")) else { throw mistake("user:password is expected") }
        }
        // R-SIG-09, SP 800-131A: at least 112 bits, here 16 bytes; Standard Webhooks asks for 24 to 64.
        guard bytes.count >= 16 else { throw mistake("a secret of at least 16 bytes is expected") }
        var warnings: [String] = []
        if bytes.count < 24 { warnings.append("the secret is shorter than 24 bytes") }
        // R-SIG-10: used byte for byte, also where that is hardly meant.
        if let first = bytes.first, let last = bytes.last, form.encoding == "utf8",
            KeyMaterialReader.isSpace(first) || KeyMaterialReader.isSpace(last)
        {
            warnings.append("the secret begins or ends with white space, which is part of it")
        }
        return warnings
    }

    private func finish(_ bytes: inout [UInt8]) throws(SignatureSchemeMistake) {
        if form.normalize == "nfkd", bytes.contains(where: { $0 > 0x7F }) {
            guard var normalized = LatinDecomposition.normalized(bytes) else {
                throw mistake(
                    "a secret of Latin letters is expected; others cannot be brought to Unicode form NFKD here"
                )
            }
            swap(&bytes, &normalized)
            SecretBytes.wipe(&normalized)
        }
        if let suffix = form.suffix { bytes.append(contentsOf: suffix.utf8) }
        if form.digest == "sha1" {
            guard let digest = try? DigestContext.digest(.sha1, of: bytes.span) else {
                throw mistake("the crypto provider does not offer SHA-1")
            }
            SecretBytes.wipe(&bytes)
            bytes = digest
        }
    }

    private func bareKey(_ text: Span<UInt8>) throws(SignatureSchemeMistake) -> PublicKey {
        let bytes = stripped(text).filter { $0 != 0x0A && $0 != 0x0D }
        switch form.encoding {
        case "raw-hex":
            guard let raw = Hex.decode(bytes.span) else { throw mistake("32 bytes in hexadecimal are expected") }
            return try publicKey { () throws(CryptoFault) in try PublicKey(ed25519: raw.span) }
        case "raw-base64":
            guard let raw = Base64.decode(bytes.span) ?? Base64.decode(bytes.span, alphabet: .url) else {
                throw mistake("32 bytes in base64 are expected")
            }
            return try publicKey { () throws(CryptoFault) in try PublicKey(ed25519: raw.span) }
        case "spki-base64":
            guard let der = Base64.decode(bytes.span) else { throw mistake("a public key in base64 is expected") }
            return try publicKey { () throws(CryptoFault) in try PublicKey(spki: der.span) }
        default:
            throw mistake("a public key in PEM is expected")
        }
    }

    private func publicKey(
        _ make: () throws(CryptoFault) -> PublicKey
    ) throws(SignatureSchemeMistake) -> PublicKey { try orMistake(make) }

    private func orMistake<Value>(
        _ make: () throws(CryptoFault) -> Value
    ) throws(SignatureSchemeMistake) -> Value {
        do {
            return try make()
        } catch {
            switch error {
            case .invalidKey(let text), .operationFailed(let text), .algorithmUnavailable(let text): throw mistake(text)
            case .notAuthentic: throw mistake("a public key is expected")
            }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Whether the text still waits to be filled in: `<secret>`, `${SECRET}`, `{{secret}}`.
    private static func looksLikeTemplate(_ bytes: [UInt8]) -> Bool {
        let pairs = [("<", ">"), ("${", "}"), ("{{", "}}")]
        return pairs.contains { bytes.starts(with: $0.0.utf8) && bytes.reversed().starts(with: $0.1.utf8.reversed()) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") || byte &- UInt8(ascii: "0") < 10
            || byte == UInt8(ascii: "_")
    }

    /// Whether the text consists of words that examples are made of, one or several: `changeme-changeme`.
    ///
    /// Also run together and numbered: `changemechangeme`, `mysecretkey2024`.
    private static func isMadeOfPlaceholders(_ lowered: [UInt8]) -> Bool {
        let parts = lowered.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || isSpace($0) }
        guard let last = parts.last else { return false }
        let number = last.reversed().prefix { $0 &- UInt8(ascii: "0") < 10 }.count
        // A longer number may be what makes the secret one.
        let body = number <= 4 ? last.dropLast(number) : last
        return parts.dropLast().allSatisfy(isRunOfPlaceholders) && isRunOfPlaceholders(body)
    }

    private static func isRunOfPlaceholders(_ part: ArraySlice<UInt8>) -> Bool {
        // Whether words can end at a place, by the places before it.
        var ends = [true] + [Bool](repeating: false, count: part.count)
        for start in 0..<part.count where ends[start] {
            let rest = part.dropFirst(start)
            for word in placeholderWords where rest.starts(with: word.utf8) {
                // One letter is a word only where it stands alone.
                if word.utf8.count > 1 || part.count == 1 { ends[start + word.utf8.count] = true }
            }
        }
        return ends[part.count]
    }

    /// Whether a few bytes come again and again to the end: `1234567812345678`.
    private static func isRepetition(_ bytes: [UInt8]) -> Bool {
        (1...8).contains { period in
            bytes.count >= 2 * period && (period..<bytes.count).allSatisfy { bytes[$0] == bytes[$0 - period] }
        }
    }

    private static let placeholderWords = [
        "a", "change", "changeme", "demo", "dummy", "example", "here", "insert", "is", "key", "me", "my", "mysecret",
        "password", "placeholder", "please", "replace", "sample", "secret", "signing", "super", "supersecret", "test",
        "the", "this", "todo", "token", "top", "topsecret", "webhook", "whsec", "xxx", "your",
    ]

    /// Texts that stand for a secret in examples.
    private static let placeholders: [String] = [
        "secret", "changeme", "change-me", "change_me", "password", "test", "example", "placeholder", "your-secret",
        "your_secret", "your-secret-here", "your_secret_here", "your-webhook-secret", "your_webhook_secret",
        "webhook-secret", "webhook_secret", "my-secret", "mysecret", "replace-me", "replace_me", "todo", "xxx",
        "0123456789abcdef", "0123456789abcdef0123456789abcdef", "whsec_xxx", "insert-secret-here",
    ]
}
