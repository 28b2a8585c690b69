/// Reads the text of a template: literals, `{parts}`, `{{` and `}}` for braces.
enum ContentTemplate {
    /// The parts of one text; the text of the mistake where it is not a template.
    ///
    /// `settings` fills `config:` sources in at once: they are the operator's, not the request's.
    static func parse(_ text: String, settings: [String: String]) -> Result<[ContentPart], SourceMistake> {
        var parts: [ContentPart] = []
        var literal: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let isDoubled = index + 1 < bytes.count && bytes[index + 1] == byte
            if byte == UInt8(ascii: "{"), !isDoubled {
                guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else {
                    return .failure(SourceMistake("a { without a }; write {{ for a brace"))
                }
                if !literal.isEmpty { parts.append(ContentPart(.literal(literal))) }
                literal = []
                switch part(String(decoding: bytes[(index + 1)..<end], as: UTF8.self), settings) {
                case .success(let part): parts.append(part)
                case .failure(let mistake): return .failure(mistake)
                }
                index = end + 1
                continue
            }
            if byte == UInt8(ascii: "}"), !isDoubled {
                return .failure(SourceMistake("a } without a {; write }} for a brace"))
            }
            literal.append(byte)
            index += (byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")) ? 2 : 1
        }
        if !literal.isEmpty { parts.append(ContentPart(.literal(literal))) }
        return .success(parts)
    }

    /// What a template may say between braces, for messages.
    static let help = """
        {body} {method} {url} {url_form} {path} {path_query} {path_query_escaped} {form_sorted} {signed_headers} {key} {header:x} {query:x} {form:x} \
        {json:/x} {sig:x} {config:x}, with ? for optional and the filters |sha256 |sha1 |hex |base64 |base64url |lower \
        |crc32 |json |jcs
        """

    private static func part(_ text: String, _ settings: [String: String]) -> Result<ContentPart, SourceMistake> {
        var words = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        var name = words.removeFirst()
        let isOptional = name.utf8.last == UInt8(ascii: "?")
        if isOptional { name.removeLast() }
        let origin: ContentPart.Origin
        switch self.origin(name, settings) {
        case .success(let found): origin = found
        case .failure(let mistake): return .failure(mistake)
        }
        var part = ContentPart(origin)
        part.isOptional = isOptional
        for word in words {
            guard let filter = ContentPart.Filter(rawValue: word) else {
                return .failure(SourceMistake("'|\(word)' is not a filter; there are \(help)"))
            }
            if filter == .jcs, origin != .body || !part.filters.isEmpty {
                return .failure(SourceMistake("'|jcs' stands first behind {body}"))
            }
            part.filters.append(filter)
        }
        return .success(part)
    }

    private static func origin(
        _ name: String,
        _ settings: [String: String]
    ) -> Result<ContentPart.Origin, SourceMistake> {
        switch name {
        case "body": return .success(.body)
        case "method": return .success(.method)
        case "url": return .success(.url)
        case "url_form": return .success(.urlWithForm)
        case "path": return .success(.path)
        case "path_query": return .success(.pathAndQuery)
        case "path_query_escaped": return .success(.encodedPathAndQuery)
        case "form_sorted": return .success(.sortedForm)
        case "signed_headers": return .success(.signedHeaders)
        case "key": return .success(.key)
        default: break
        }
        guard name.utf8.contains(UInt8(ascii: ":")) else {
            return .failure(SourceMistake("'{\(name)}' is not a part; there are \(help)"))
        }
        return ValueSource.parse(name).flatMap { source in
            switch source {
            case .config(let key):
                guard let value = settings[key] else {
                    return .failure(SourceMistake("'config:\(key)' needs a value under settings"))
                }
                return .success(.literal(Array(value.utf8)))
            case .claim, .numberedHeader:
                return .failure(SourceMistake("'{\(name)}' cannot be part of a template"))
            case .header, .query, .form, .json, .signatureField:
                return .success(.value(source))
            }
        }
    }
}
