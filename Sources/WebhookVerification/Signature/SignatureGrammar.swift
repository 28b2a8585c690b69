import GatewayCrypto
import StrictJSON

/// How signatures are written inside the value they stand in; the six forms senders use.
enum SignatureGrammar: Sendable, Equatable {
    /// The whole value behind one of the prefixes.
    case whole(prefixes: [[UInt8]])
    /// Items `name=value`; those named `field` are signatures, the others fields for templates.
    case pairs(itemSeparator: UInt8, keyValueSeparator: UInt8, field: [UInt8])
    /// Items that all are signatures.
    case list(itemSeparator: UInt8)
    /// Items of which the first ones are named fields and the rest signatures.
    case positional(itemSeparator: UInt8, fields: [[UInt8]])
    /// Base64 of a JSON object; the pointer leads to the signature, the others are fields.
    case base64JSON(pointer: JSONPointer)
}

/// How the bytes of a signature are written.
package enum SignatureEncoding: String, Sendable, Hashable, CaseIterable {
    case hex
    case base64
    case base64url
    /// Either alphabet, never mixed.
    case base64Any = "base64-any"
}

extension SignatureEncoding {
    /// Decodes strictly to the start of `output`; the number of bytes, `nil` where `text` is not of this form.
    func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Int? {
        switch self {
        case .hex: Hex.decode(text, into: &output)
        case .base64: Base64.decode(text, alphabet: .standard, into: &output)
        case .base64url: Base64.decode(text, alphabet: .url, into: &output)
        case .base64Any:
            Base64.decode(text, alphabet: .standard, into: &output)
                ?? Base64.decode(text, alphabet: .url, into: &output)
        }
    }

    /// Appends `bytes` in the usual spelling: lower-case hex, padded base64.
    func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        switch self {
        case .hex: Hex.append(bytes, to: &output)
        case .base64, .base64Any: Base64.append(bytes, to: &output)
        case .base64url: Base64.append(bytes, alphabet: .url, to: &output)
        }
    }
}
