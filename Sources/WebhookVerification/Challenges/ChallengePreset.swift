/// The handshake of a known sender, as data: what a challenge looks like, who may be answered, and with what.
///
/// Source: `docs/challenges.md`, the handshakes.
package struct ChallengePreset: Sendable {
    /// What has to be proven before the answer is given.
    package enum Proof: String, Sendable, Hashable, CaseIterable {
        /// The request is signed like a delivery.
        case signature
        /// The request repeats a secret that both sides were given.
        case verifyToken = "verify-token"
        /// An operator has opened the window for it.
        case arming
        /// Nothing: the answer repeats what was sent and says nothing that the asker does not know.
        case nothing
    }

    /// How a value is compared.
    enum Match: Sendable {
        case present
        case text([String])
        case emptyArray
    }

    /// Which characters a token may consist of.
    enum TokenForm: Sendable {
        /// Letters, digits and `-._~+/=`.
        case plain
        /// Letters, digits and `-_+/=`, and never a text that could be a signed delivery.
        case oracle
        /// As `plain`, with spaces and colons: one sender writes a sentence.
        case sentence
        /// Digits.
        case digits
        /// Every printable character of ASCII, for a body that is repeated as text.
        case printable
    }

    /// What is answered.
    enum Reply: Sendable {
        /// The token as plain text.
        case text
        /// The token as a JSON text of its own, a number.
        case number
        /// The token as the only member of a JSON object.
        case member(String)
        /// The token and its HMAC-SHA256 in hexadecimal, as members of a JSON object.
        case tokenAndMAC(token: String, mac: String)
        /// `sha256=` and the HMAC-SHA256 of the token in base64, as the member of a JSON object.
        case macMember(String)
        /// SHA-256 in hexadecimal of token, verify token and endpoint, as the member of a JSON object.
        case digestMember(String)
        /// The configured public key, a bar, and the HMAC-SHA1 of the token in hexadecimal, as plain text.
        case keyedLine
        /// The token in a header field, and as a member of a JSON object where one is named.
        case field(String, member: String?)
        /// A fixed answer; `json` is empty for no body.
        case fixed(status: Int, json: String)
    }

    /// The name in configurations.
    package let name: String
    let methods: [String]
    let conditions: [(source: ValueSource, match: Match)]
    let token: ValueSource?
    let form: TokenForm
    /// What has to be proven where the configuration says nothing else.
    package let proof: Proof
    /// Where the verify token stands, for `verifyToken`.
    let verifyPlace: ValueSource?
    let reply: Reply
    /// The status where the verify token is another.
    let refusal: Int
    /// Whether the token is a secret that has to be kept: the answer is given only once it is stored.
    package let deliversSecret: Bool
    /// Bytes that every body of this challenge holds, to tell deliveries apart without parsing.
    let needle: [UInt8]
    /// Whether the challenge is known from the head alone.
    package let isInHead: Bool
    /// Whether the whole body is the token.
    let bodyIsToken: Bool
    /// How the body may be wrapped; `nil` for not at all.
    let envelope: ChallengeEnvelope?
    /// Other requests that belong to the same handshake.
    let others: [ChallengePreset]

    /// Whether the answer is made with the key that deliveries are signed with.
    package var isOracle: Bool {
        switch reply {
        case .tokenAndMAC, .macMember, .keyedLine: true
        case .text, .number, .member, .digestMember, .field, .fixed: false
        }
    }

    /// Whether the answer repeats what the asker chose.
    var isEcho: Bool {
        switch reply {
        case .text, .number, .member, .field: true
        case .tokenAndMAC, .macMember, .keyedLine, .digestMember, .fixed: false
        }
    }

    /// This request and the others of the handshake.
    var all: [ChallengePreset] { [self] + others }

    /// Methods of requests that have to be signed, which a source has to let in like those of deliveries.
    package var signedMethods: [String] { all.filter { $0.proof == .signature }.flatMap(\.methods) }

    /// Whether a request of the handshake is known from its head alone.
    package var hasHead: Bool { all.contains(where: \.isInHead) }

    /// Whether a request of the handshake that nobody signs is known from its body.
    package var hasUnsignedBody: Bool { all.contains { !$0.isInHead && $0.proof != .signature } }

    /// Whether `save` has to be configured: nobody learns the secret otherwise.
    package var needsSave: Bool { deliversSecret && proof == .arming }

    /// Whether `verify_token` has to be configured.
    package var needsVerifyToken: Bool {
        if case .digestMember = reply { return true }
        return verifyPlace != nil
    }

    /// Whether `endpoint` has to be configured.
    package var needsEndpoint: Bool {
        if case .digestMember = reply { return true }
        return false
    }

    /// The preset of a name; `nil` for a name that none has.
    package static func named(_ name: String) -> ChallengePreset? { byName[name] }

    /// Every name, sorted.
    package static let allNames: [String] = byName.keys.sorted()

    private static let byName: [String: ChallengePreset] = {
        var result: [String: ChallengePreset] = [:]
        for preset in ChallengeTable.presets { result[preset.name] = preset }
        return result
    }()
}
