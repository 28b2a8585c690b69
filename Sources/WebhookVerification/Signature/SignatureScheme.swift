/// How a sender signs its deliveries, as data: what the catalogue holds and a configuration declares.
///
/// Nothing here is code, and nothing is a regular expression. Texts are judged by `CompiledSignatureScheme`, which
/// names the field of every mistake. Sources are written `header:x-name`, `header:x-name-{1..9}`, `query:name`,
/// `form:name`, `json:/pointer`, `sig:field` (a field of the signature header), `config:name` (a configured value) and
/// `jwt:claim`. Source of the model: `docs/signature-schemes.md`.
package struct SignatureScheme: Sendable, Hashable {
    /// The scheme's name, for example `stripe`.
    package var name: String
    /// The algorithm, for example `hmac-sha256`; `SchemeAlgorithm` lists the names.
    package var algorithm: String
    /// How secret text becomes key bytes.
    package var key = KeyForm()
    /// Where signatures stand and how they are written.
    package var signature = SignaturePlace()
    /// What is signed, segment by segment.
    package var content: [ContentSegment] = []
    /// Where the signed timestamp stands, `nil` where the scheme has none.
    package var timestamp: TimestampPlace?
    /// The pointer to an array of which every element is signed; the other pointers lead into its element 0.
    package var each: String?
    /// Pairs of templates that must be equal byte for byte, for example a hash in the query and the body's hash.
    package var require: [Requirement] = []
    /// Where the event's id stands, the first that is there.
    package var eventID: [String] = []
    /// The public URL, for schemes that sign it; never taken from a request.
    package var publicURL: String?
    /// Whether the URL is tried as configured only, or also in a second spelling.
    package var urlVariants = URLVariants.exact
    /// The header fields that a header of the request lists, for `{signed_headers}`.
    package var signedHeaders: SignedHeaderList?
    /// The rules of a JSON Web Token, for algorithm `jwt`.
    package var jwt: TokenRules?
    /// The rules of RFC 9421 signatures, for algorithm `http-message-signatures`.
    package var messageSignature: MessageSignatureRules?
    /// Values for `config:` sources, for example a sender's webhook id.
    package var settings: [String: String] = [:]

    /// A scheme with everything but its name and algorithm left at its default.
    package init(name: String, algorithm: String) {
        self.name = name
        self.algorithm = algorithm
    }

    /// How secret text becomes key bytes.
    package struct KeyForm: Sendable, Hashable {
        /// `utf8`, `base64`, `base64url`, `hex`, and for public keys `pem`, `spki-base64`, `raw-hex`, `raw-base64`.
        package var encoding = "utf8"
        /// Beginnings that are cut off the text, the first that fits.
        package var strip: [String] = []
        /// Cuts off a beginning like `signkey-prod-`: this word and one word of letters, digits and underscores.
        package var stripWord: String?
        /// Text added to the end of the key.
        package var suffix: String?
        /// `sha1`: the key is the raw digest of the text.
        package var digest: String?
        /// `nfkd`: the text is brought to Unicode's form NFKD; only texts of ASCII are accepted then.
        package var normalize: String?
        /// The source that names which key signed; a name that no key has is a refusal.
        package var idFrom: String?
        /// For certificates in the place of a key: the names of which one has to be the subject's; empty for any.
        package var certificateNames: [String] = []
        /// The path of the trust anchors that such a certificate has to lead to; `nil` for those of the system.
        package var trust: String?

        /// Text as it is, no prefix, no suffix.
        package init() {}
    }

    /// Where signatures stand and how they are written.
    package struct SignaturePlace: Sendable, Hashable {
        /// The sources, at least one of which must be there.
        package var from: [String] = []
        /// `whole`, `pairs`, `list`, `positional` or `b64json`.
        package var grammar = "whole"
        /// For `whole`: what stands in front of the signature, the first that fits; an empty text fits always.
        package var prefixes: [String] = []
        /// What separates items of `pairs`, `list` and `positional`; one character.
        package var itemSeparator = ","
        /// What separates name and value in `pairs`; one character.
        package var keyValueSeparator = "="
        /// The name of the pairs that are signatures, or the pointer into the JSON of `b64json`.
        package var field = ""
        /// For `positional`: the names of the items in front of the signatures.
        package var positions: [String] = ["ts"]
        /// `hex`, `base64` or `base64url`; `base64-any` accepts either alphabet.
        package var encoding = "hex"

        /// One whole value in hexadecimal.
        package init() {}
    }

    /// A piece of the signed content, left out where its condition is absent.
    package struct ContentSegment: Sendable, Hashable {
        /// The source that must be there for the segment to count; `nil` for always.
        package var condition: String?
        /// Literal text and `{parts}`.
        package var text: String

        /// A piece of text, with a condition where it has one.
        package init(_ text: String, if condition: String? = nil) {
            self.text = text
            self.condition = condition
        }
    }

    /// Where the signed timestamp stands.
    package struct TimestampPlace: Sendable, Hashable {
        /// The source; it must be part of what is signed.
        package var from: String
        /// `s`, `ms`, `rfc3339`, `rfc3339-utc` (an offset may be missing and then is zero) or `auto` (s or ms).
        package var unit = "s"
        /// The window that fits the sender, in seconds into the past; `nil` where no window makes sense.
        package var tolerance: Int64? = 300
        /// The window into the future, in seconds; `nil` where the sender's libraries use `tolerance` for both.
        package var future: Int64?
        /// Whether a delivery without it passes.
        package var isOptional = false

        /// A timestamp in seconds at a source.
        package init(from: String) { self.from = from }
    }

    /// Two templates that must give the same bytes.
    package struct Requirement: Sendable, Hashable {
        /// The template on the left, for example a header.
        package var left: String
        /// The template on the right, for example a fixed text.
        package var right: String

        /// Makes a requirement out of two templates.
        package init(_ left: String, equals right: String) {
            self.left = left
            self.right = right
        }
    }

    /// Which spellings of the public URL are tried.
    package enum URLVariants: String, Sendable, Hashable {
        case exact
        case port
        /// As configured, and with the escapes of reserved characters decoded, as HubSpot does before it signs.
        case decoded
    }

    /// A header that lists which header fields are signed.
    package struct SignedHeaderList: Sendable, Hashable {
        /// The source of the list.
        package var list: String
        /// What separates the names.
        package var separator = ","
        /// How a field is written: a text with `{name}` and `{value}`.
        package var line = "{name}:{value}"
        /// What stands between two fields.
        package var join = ";"

        /// Lines `name:value` joined by `;`, named by a source.
        package init(list: String) { self.list = list }
    }

    /// What a JSON Web Token has to be (RFC 7519).
    package struct TokenRules: Sendable, Hashable {
        /// The source of the token.
        package var from: String
        /// What stands in front of it, for example `Bearer `.
        package var prefix: String?
        /// The accepted algorithms, a fixed list: HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512, EdDSA.
        package var algorithms: [String] = []
        /// Seconds by which clocks may differ.
        package var leeway: Int64 = 0
        /// How many seconds after `iat` a token is accepted.
        package var issuedAtMaxAge: Int64?
        /// Claims with a fixed value.
        package var claims: [String: String] = [:]
        /// Claims that must equal a template, which is what ties the token to the body.
        package var bind: [Binding] = []

        /// A claim that must equal a template.
        package struct Binding: Sendable, Hashable {
            /// The claim's name.
            package var claim: String
            /// The template that the claim has to equal.
            package var equals: String
            /// Whether a token without the claim passes.
            package var isOptional = false
            /// Whether the claim counts only for requests with a body.
            package var onlyWithBody = false

            /// A claim that has to be there and to equal a template.
            package init(_ claim: String, equals: String) {
                self.claim = claim
                self.equals = equals
            }
        }

        /// A token at a source; the algorithms have to be listed.
        package init(from: String) { self.from = from }
    }

    /// What an RFC 9421 signature has to cover and to say.
    package struct MessageSignatureRules: Sendable, Hashable {
        /// `hmac-sha256`, `ed25519`, `ecdsa-p256-sha256`, `rsa-pss-sha512` or `rsa-v1_5-sha256`.
        package var algorithm = "ed25519"
        /// Components that must be covered, as they are written in Signature-Input, for example `"content-digest"`.
        package var requiredComponents: [String] = []
        /// The label to use; `nil` for the only signature that fits.
        package var label: String?
        /// The `tag` a signature must carry.
        package var tag: String?
        /// Seconds after `created`; `nil` where `created` is not demanded.
        package var maxAge: Int64? = 300
        /// Whether `expires` must be there.
        package var requiresExpires = false
        /// Whether `nonce` must be there.
        package var requiresNonce = false

        /// Ed25519, nothing required.
        package init() {}
    }
}
