import StrictJSON

/// A place in a request from which a value is taken.
enum ValueSource: Sendable, Equatable {
    case header(FieldName)
    /// `header:x-name-{1..N}`: fields whose names end in a number without leading zeroes.
    case numberedHeader(prefix: FieldName, limit: Int)
    case query([UInt8])
    case form([UInt8])
    /// A JSON Pointer into the body (RFC 6901).
    case json(JSONPointer)
    /// A field of the signature header.
    case signatureField([UInt8])
    /// A configured value.
    case config(String)
    /// A claim of the JSON Web Token.
    case claim(String)

    /// Reads `kind:name`; the text of the mistake where it is none.
    static func parse(_ text: String) -> Result<ValueSource, SourceMistake> {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return .failure(SourceMistake("'\(text)' has no kind; write for example header:x-signature"))
        }
        let name = text[text.index(after: colon)...]
        if name.isEmpty { return .failure(SourceMistake("'\(text)' names nothing")) }
        switch text[..<colon] {
        case "header": return header(name)
        case "query": return .success(.query(Array(name.utf8)))
        case "form": return .success(.form(Array(name.utf8)))
        case "sig": return .success(.signatureField(Array(name.utf8)))
        case "config": return .success(.config(String(name)))
        case "jwt": return .success(.claim(String(name)))
        case "json":
            guard name.utf8.first == UInt8(ascii: "/"), let pointer = JSONPointer(String(name)) else {
                return .failure(SourceMistake("'\(text)' needs a JSON Pointer that starts with /"))
            }
            return .success(.json(pointer))
        default:
            return .failure(
                SourceMistake("'\(text)' is of no known kind (header, query, form, json, sig, config, jwt)")
            )
        }
    }

    private static func header(_ name: Substring) -> Result<ValueSource, SourceMistake> {
        if name.hasSuffix("}"), let brace = name.lastIndex(of: "{") {
            let range = name[name.index(after: brace)...].dropLast()
            guard range.hasPrefix("1.."), let limit = Int(range.dropFirst(3)), (1...1000).contains(limit),
                let prefix = FieldName(name[..<brace])
            else { return .failure(SourceMistake("'header:\(name)' needs a range like {1..100}")) }
            return .success(.numberedHeader(prefix: prefix, limit: limit))
        }
        guard let field = FieldName(name) else {
            return .failure(SourceMistake("'\(name)' is not a header field name"))
        }
        return .success(.header(field))
    }
}

/// What is wrong with the text of a source.
struct SourceMistake: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
