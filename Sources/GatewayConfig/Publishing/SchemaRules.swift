internal import WebhookVerification

/// What the published schema says beyond the catalogue: forms of texts, and keys that depend on each other.
enum SchemaRules {
    /// The form of a text, by its hint; every form lets references through, which the loader replaces first.
    static func pattern(_ hint: String) -> String? { patterns[hint].map { "(\($0))|\\$\\{" } }

    private static let name = "[A-Za-z0-9!#$%&'*+.^_`|~-]+"
    private static let patterns: [String: String] = [
        SettingCatalog.addressHint: "^(\\[[0-9A-Fa-f:.]+\\]|[0-9]+(\\.[0-9]+){3}):[0-9]{1,5}$|^unix:/.",
        SettingCatalog.networkHint: "^[0-9A-Fa-f:.]+(/[1-9][0-9]{0,2})?$",
        SettingCatalog.masterHint: "^(exec: */|file:.|env:[A-Za-z_][A-Za-z0-9_]*$|credential:[A-Za-z0-9_-])",
        ForwardSettings.outboundHint:
            "^(keyring:sign:[a-z0-9._-]|file:.|env:[A-Za-z_][A-Za-z0-9_]*$|credential:[A-Za-z0-9_-])",
        SignatureSettings.keyHint:
            "^(keyring:[a-z0-9._-]|file:.|env:[A-Za-z_][A-Za-z0-9_]*$|credential:[A-Za-z0-9_-])",
        ForwardSettings.resignHint: "^keyring:sign:[a-z0-9._-]{1,64}$",
        ForwardSettings.secretHint: "^(file:.|env:[A-Za-z_][A-Za-z0-9_]*$|credential:[A-Za-z0-9_-])",
        SourceSettings.urlHint: "^(https?://[^@#]+|unix:/[^#]+)$",
        SourceSettings.pointerHint: "^(/([^~/]|~[01])*)+$",
        SourceSettings.idHint: "^(/([^~/]|~[01])*)+$|^header:\(name)$",
        SourceSettings.methodsHint: "^[A-Z-]{1,32}$",
        SignatureSettings.sourceHint: "^(header|query|form|json|sig|config|jwt):.",
        SourceSettings.schemaHint: "^([^b].*|b[^u].*|builtin:(\(BuiltinSchemas.allNames.joined(separator: "|"))))$",
        SignatureSettings.schemeHint: words(SchemeFrames.allNames.map { $0.replacing(".", with: "\\.") }),
        SignatureSettings.algorithmHint: words(SchemeAlgorithm.allNames),
        SignatureSettings.encodingHint: "^([^=]+=)?(hex|base64|base64url|base64-any)$",
        SignatureSettings.grammarHint: words(["whole", "pairs", "list", "positional", "b64json"]),
        "a name such as gw.example.com/audit": "^[!-*,-9;-~]{1,255}$",
        "a host name, or host:port": "^[A-Za-z0-9._:\\[\\]-]+$",
        "an absolute path": "^/.",
        "a loopback address and a port such as 127.0.0.1:9901": "^(127\\.[0-9.]+|\\[::1\\]):[0-9]{1,5}$",
        "a path that starts with /": "^/[^?#]*$",
        "a media type such as application/json": "^\(name)/\(name)$",
        "the name of a header field": "^\(name)$",
        "signature, or body:/pointer": "^(signature|body:/.*)$",
        "content, id, or body:/pointer": "^(content|id|body:/.*)$",
        "a status such as 200, or a class such as 2xx": "^[2-5]([0-9][0-9]|xx)$",
        "a name of a-z, 0-9, '.', '_' and '-', at most 64": "^[a-z0-9._-]{1,64}$",
        "a name of letters, digits, '.', '_' and '-', at most 64": "^[A-Za-z0-9._-]{1,64}$",
    ]

    private static func words(_ words: [String]) -> String { "^(\(words.joined(separator: "|")))$" }

    /// Keys that need or exclude each other in the section of this path.
    static func extra(_ path: String) -> [(String, JSONText)] {
        switch path {
        case "admin": return [("anyOf", .array([required("socket"), required("address")]))]
        case "listen[]":
            return [
                ("not", required("tls", "plaintext")),
                (
                    "dependentRequired",
                    .object([
                        ("proxy_protocol", .strings(["proxy_protocol_peers"])),
                        ("proxy_protocol_peers", .strings(["proxy_protocol"])),
                    ])
                ),
            ]
        case "sources.*":
            let withoutPreset = JSONText.object([("not", required("preset"))])
            return [
                ("if", withoutPreset), ("then", required("schema", "replay")),
                ("allOf", .array([required("signature"), uncodedOrOpaque])),
            ]
        case "sources.*.signature": return signature
        case "sources.*.replay":
            return [
                ("if", required("off")),
                ("then", .object([("maxProperties", .integer(1))])),
            ]
        case "sources.*.forward":
            return [
                ("oneOf", .array([required("to"), required("rules")])),
                ("dependentRequired", .object([("otherwise", .strings(["rules"]))])),
            ]
        default: return []
        }
    }

    /// `coding: forward` needs `payload: {form: opaque}` and `schema: none`.
    private static var uncodedOrOpaque: JSONText {
        func has(_ name: String, _ value: JSONText) -> JSONText {
            .object([("properties", .object([(name, value)])), ("required", .strings([name]))])
        }
        func word(_ word: String) -> JSONText { .object([("const", .string(word))]) }
        return .object([
            ("if", has("coding", word("forward"))),
            (
                "then",
                .object([("allOf", .array([has("payload", has("form", word("opaque"))), has("schema", word("none"))]))])
            ),
        ])
    }

    private static var signature: [(String, JSONText)] {
        let isNone = JSONText.object([
            ("properties", .object([("scheme", .object([("const", .string("none"))]))])),
            ("required", .strings(["scheme"])),
        ])
        let unsigned = JSONText.object([("required", .strings(["reason"])), ("maxProperties", .integer(2))])
        let signed = JSONText.object([
            ("oneOf", .array([required("secret"), required("keys")])),
            ("not", required("reason")),
            ("allOf", .array([.object([("not", required("header", "from"))])])),
        ])
        return [("if", isNone), ("then", unsigned), ("else", signed)]
    }

    private static func required(_ names: String...) -> JSONText { .object([("required", .strings(names))]) }
}
