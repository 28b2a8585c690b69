/// The keys of `signature`: a named scheme and its secret, or every field of the model.
enum SignatureSettings {
    static let schemeHint = "the name of a scheme, body-hmac, declared or none"
    static let keyHint = "a reference: keyring:NAME, file:PATH, env:NAME or credential:NAME"
    static let algorithmHint = "an algorithm such as hmac-sha256"
    static let encodingHint = "hex, base64, base64url or base64-any"
    static let grammarHint = "whole, pairs, list, positional or b64json"
    static let sourceHint = "a source such as header:x-signature, query:name, json:/pointer or sig:field"
    private static let text = Setting.Shape.text(hint: "text")
    private static let textOrList = Setting.Shape.either([text, .list(text)], hint: "text or a list of texts")

    static let signature = Section(
        "sources.*.signature",
        [
            Setting(
                "scheme",
                .text(hint: schemeHint),
                "A scheme of the catalogue, `body-hmac` (an HMAC over the raw body), `declared` (everything below), or `none`. Without it: the preset's."
            ),
            Setting(
                "reason",
                .text(hint: SourceSettings.reasonHint),
                "Why nothing is signed; required with `scheme: none`, and in every audit entry."
            ),
            Setting(
                "secret",
                .text(hint: keyHint),
                "The key: `keyring:NAME` (all keys of that entry of the keyring), `file:PATH` (mode 0600), `env:NAME` or `credential:NAME`. Without it, and with a keyring: `keyring:` and the source's name. For public keys also a JSON Web Key Set, whose keys are told apart by `kid`."
            ),
            Setting("keys", .list(.section(keys)), "Several keys, instead of `secret`."),
            Setting("alg", .text(hint: algorithmHint), "The algorithm, for example `hmac-sha256`."),
            Setting(
                "header",
                .text(hint: "the name of a header field"),
                "The header field of the signature; short for `from: header:NAME`."
            ),
            Setting(
                "from",
                .either(
                    [.text(hint: sourceHint), .list(.text(hint: sourceHint))],
                    hint: "a source or a list of sources"
                ),
                "Where the signature stands."
            ),
            Setting(
                "grammar",
                .text(hint: grammarHint),
                "How signatures are written: `whole`, `pairs`, `list`, `positional` or `b64json`."
            ),
            Setting("prefix", textOrList, "What stands in front of the signature, for `whole`."),
            Setting("item_separator", text, "What separates items."),
            Setting("key_value_separator", text, "What separates name and value in `pairs`."),
            Setting("field", text, "The name of the pairs that are signatures, or the pointer of `b64json`."),
            Setting("positions", .list(text), "Names of the items in front of the signatures, for `positional`."),
            Setting(
                "encoding",
                .text(hint: encodingHint),
                "`hex`, `base64`, `base64url` or `base64-any`; `sha256=hex` is `hex` behind the prefix `sha256=`."
            ),
            Setting(
                "content",
                .either([text, .list(.section(segment))], hint: "a template or a list of segments"),
                "What is signed, for example `{header:x-timestamp}.{body}`."
            ),
            Setting(
                "each",
                .text(hint: SourceSettings.pointerHint),
                "A list in the body of which every element is signed by itself; pointers lead into its element 0."
            ),
            Setting("timestamp", .section(timestamp), "Where the signed time stands."),
            Setting("key", .section(keyForm), "How the secret's text becomes key bytes."),
            Setting("require", .list(.section(requirement)), "Pairs of templates that must be equal."),
            Setting(
                "event_id",
                .list(.text(hint: sourceHint)),
                "Where the event's id stands, the first that is there."
            ),
            Setting("url", .section(url), "The public URL, for schemes that sign it."),
            Setting("signed_headers", .section(signedHeaders), "The header that lists the signed header fields."),
            Setting("jwt", .section(jwt), "The rules of a JSON Web Token."),
            Setting("message_signature", .section(messageSignature), "The rules of RFC 9421 signatures."),
            Setting(
                "settings",
                .map(text, keys: Setting.Keys("names")),
                "Values for `config:` sources, for example a webhook id."
            ),
        ]
    )

    static let keys = Section(
        "sources.*.signature.keys[]",
        [
            Setting(
                "id",
                .text(hint: "a name of letters, digits, '.', '_' and '-', at most 64"),
                required: .yes,
                "Name of the key in audit entries and metrics."
            ),
            Setting("secret", .text(hint: ForwardSettings.secretHint), required: .yes, "The key."),
            Setting(
                "state",
                .choice(["live", "retiring", "retired", "revoked"]),
                standard: "live",
                "What the key is good for: `live` and `retiring` are accepted, `retired` and `revoked` are refused with their own reason codes."
            ),
            Setting("sender_id", text, "The name that the sender gives the key, for schemes that name it."),
            Setting(
                "fetch",
                .section(fetch),
                "Keeps the key set in `secret: file:PATH` up to date. Without it nothing is ever fetched."
            ),
        ]
    )

    static let fetch = Section(
        "sources.*.signature.keys[].fetch",
        [
            Setting(
                "url",
                .text(hint: "an https URL"),
                required: .yes,
                "Where the sender publishes its JSON Web Key Set. Redirects are not followed."
            ),
            Setting("every", .duration(60_000...604_800_000), standard: "1h", "How old the file may grow."),
            Setting(
                "ca",
                .text(hint: SettingCatalog.pathHint),
                "File with the authorities to trust instead of the system's, in PEM."
            ),
        ]
    )

    static let segment = Section(
        "sources.*.signature.content[]",
        [
            Setting("text", text, required: .yes, "The template."),
            Setting("if", .text(hint: sourceHint), "The source that must be there for the segment to count."),
        ]
    )

    static let timestamp = Section(
        "sources.*.signature.timestamp",
        [
            Setting(
                "from",
                .text(hint: sourceHint),
                required: .yes,
                "The source; it has to be part of what is signed."
            ),
            Setting("unit", text, standard: "s", "`s`, `ms`, `rfc3339`, `rfc3339-utc` or `auto`."),
            Setting("optional", .boolean, standard: "false", "Whether a delivery without it passes."),
        ]
    )

    static let keyForm = Section(
        "sources.*.signature.key",
        [
            Setting(
                "encoding",
                text,
                standard: "utf8",
                "`utf8`, `base64`, `base64url`, `hex`; for public keys `pem`, `spki-base64`, `raw-hex`, `raw-base64`."
            ),
            Setting("strip", textOrList, "Beginnings that are cut off, the first that fits."),
            Setting("strip_word", text, "Cuts off this beginning and the word after it."),
            Setting("suffix", text, "Text added to the end of the key."),
            Setting("digest", text, "`sha1`: the key is the digest of the text."),
            Setting("normalize", text, "`nfkd`: Unicode's form NFKD."),
            Setting("id_from", .text(hint: sourceHint), "The source that names which key signed."),
            Setting(
                "certificate_names",
                .list(text),
                "Names of which one has to be the subject's of a certificate that stands in the place of a key. Such a certificate, with those behind it in its file, has to lead to a trust anchor, and is accepted while all of them are valid."
            ),
            Setting(
                "trust",
                .text(hint: "the path of a PEM file"),
                "The trust anchors for `certificate_names`. Without it: those of the system, `/etc/ssl/certs/ca-certificates.crt`."
            ),
        ]
    )

    static let requirement = Section(
        "sources.*.signature.require[]",
        [
            Setting("left", text, required: .yes, "A template."),
            Setting("right", text, required: .yes, "A template that must give the same bytes."),
        ]
    )

    static let url = Section(
        "sources.*.signature.url",
        [
            Setting("base", .text(hint: "a URL"), required: .yes, "The public URL; never taken from a request."),
            Setting(
                "variants",
                .choice(["exact", "port", "decoded"]),
                "`port` also tries the default port added or removed, `decoded` the escapes of reserved characters decoded. Without it: what the scheme says, else `exact`."
            ),
        ]
    )

    static let signedHeaders = Section(
        "sources.*.signature.signed_headers",
        [
            Setting("list", .text(hint: sourceHint), required: .yes, "The source of the list."),
            Setting("separator", text, standard: "\",\"", "What separates the names."),
            Setting("line", text, standard: "\"{name}:{value}\"", "How a field is written."),
            Setting("join", text, standard: "\";\"", "What stands between two fields."),
        ]
    )

    static let jwt = Section(
        "sources.*.signature.jwt",
        [
            Setting("from", .text(hint: sourceHint), required: .yes, "The source of the token."),
            Setting("prefix", text, "What stands in front of it, for example `Bearer `."),
            Setting("algorithms", .list(text), required: .yes, "The accepted algorithms."),
            Setting("leeway", .duration(0...900_000), standard: "0s", "By how much clocks may differ."),
            Setting("issued_at_max_age", .duration(1_000...86_400_000), "How long after `iat` a token is accepted."),
            Setting("claims", .map(text, keys: Setting.Keys("names of claims")), "Claims with a fixed value."),
            Setting(
                "bind",
                .list(.section(bind)),
                "Claims that must equal a template; this ties the token to the body."
            ),
        ]
    )

    static let bind = Section(
        "sources.*.signature.jwt.bind[]",
        [
            Setting("claim", text, required: .yes, "The claim."),
            Setting("equals", text, required: .yes, "The template, for example `{body|sha256|hex}`."),
            Setting("optional", .boolean, standard: "false", "Whether a token without the claim passes."),
            Setting("only_with_body", .boolean, standard: "false", "Whether it counts only for requests with a body."),
        ]
    )

    static let messageSignature = Section(
        "sources.*.signature.message_signature",
        [
            Setting(
                "algorithm",
                text,
                standard: "ed25519",
                "`hmac-sha256`, `ed25519`, `ecdsa-p256-sha256`, `rsa-pss-sha512` or `rsa-v1_5-sha256`."
            ),
            Setting(
                "components",
                .list(text),
                required: .yes,
                "Components that must be covered, for example `'\"content-digest\"'`."
            ),
            Setting("label", text, "The label; without it the only signature that fits."),
            Setting("tag", text, "The tag that a signature must carry."),
            Setting(
                "max_age",
                .duration(1_000...900_000),
                standard: "300s",
                "How long after `created` it is accepted."
            ),
            Setting("requires_expires", .boolean, standard: "false", "Whether `expires` must be there."),
            Setting("requires_nonce", .boolean, standard: "false", "Whether `nonce` must be there."),
        ]
    )
}
