import StrictJSON

/// Reads schemes from the project's own data format: a JSON object per scheme, member names as in the configuration.
///
/// Unknown members are mistakes: a misspelt rule must not be a rule left out.
struct SchemeDocument {
    private let bytes: [UInt8]
    private let document = JSONDocument()

    /// Parses a text that is one object or an array of objects.
    init(_ bytes: [UInt8]) throws(SignatureSchemeMistake) {
        self.bytes = bytes
        if let fault = document.parse(bytes.span) { throw SignatureSchemeMistake("", fault.description) }
    }

    /// Every scheme of the text, in its order.
    func entries() throws(SignatureSchemeMistake) -> [SignatureCatalogue.Entry] {
        var entries: [SignatureCatalogue.Entry] = []
        for result in results() { entries.append(try result.get()) }
        return entries
    }

    /// Every scheme of the text, or the first mistake in it, in its order.
    func results() -> [Result<SignatureCatalogue.Entry, SignatureSchemeMistake>] {
        guard let root = document.root else { return [] }
        let nodes = document.kind(of: root) == .object ? [root] : Array(document.elements(of: root))
        return nodes.map { node in
            Result { () throws(SignatureSchemeMistake) in try entry(node) }
        }
    }

    private func entry(_ node: JSONNode) throws(SignatureSchemeMistake) -> SignatureCatalogue.Entry {
        let object = try object(
            node,
            "",
            [
                "name", "aliases", "provider", "algorithm", "key", "signature", "content", "each", "timestamp",
                "require",
                "event_id", "event_type", "url", "url_variants", "signed_headers", "jwt", "message_signature",
                "settings", "challenge", "addresses", "confidence", "source",
            ]
        )
        var scheme = SignatureScheme(
            name: try object.text("name") ?? "",
            algorithm: try object.text("algorithm") ?? ""
        )
        if let key = try object.child("key") { scheme.key = try self.key(key) }
        if let place = try object.child("signature") { scheme.signature = try self.place(place) }
        scheme.content = try content(object)
        scheme.each = try object.text("each")
        if let timestamp = try object.child("timestamp") { scheme.timestamp = try self.timestamp(timestamp) }
        scheme.require = try requirements(object)
        scheme.eventID = try object.texts("event_id") ?? []
        scheme.publicURL = try object.text("url")
        if let variants = try object.text("url_variants") {
            guard let rule = SignatureScheme.URLVariants(rawValue: variants) else {
                throw SignatureSchemeMistake("url_variants", "'\(variants)' is none of exact, port, decoded")
            }
            scheme.urlVariants = rule
        }
        if let list = try object.child("signed_headers") { scheme.signedHeaders = try signedHeaders(list) }
        if let jwt = try object.child("jwt") { scheme.jwt = try token(jwt) }
        if let rules = try object.child("message_signature") { scheme.messageSignature = try messageSignature(rules) }
        if let settings = try object.child("settings") { scheme.settings = try settings.allTexts() }
        return SignatureCatalogue.Entry(
            scheme: scheme,
            aliases: try object.texts("aliases") ?? [],
            provider: try object.text("provider") ?? scheme.name,
            eventType: try object.text("event_type"),
            challenge: try object.text("challenge"),
            addresses: try object.child("addresses").map { (node) throws(SignatureSchemeMistake) in try addresses(node)
            },
            confidence: try confidence(object),
            source: try object.text("source") ?? ""
        )
    }

    private func addresses(_ object: Object) throws(SignatureSchemeMistake) -> PublishedAddresses {
        try object.allow(["url", "date", "networks"])
        let (url, date) = (try object.text("url") ?? "", try object.text("date"))
        let networks = try object.texts("networks") ?? []
        do throws(SignatureSchemeMistake) {
            return try PublishedAddresses(url: url, date: date, networks: networks)
        } catch {
            throw SignatureSchemeMistake(object.path(error.field), error.text)
        }
    }

    private func confidence(_ object: Object) throws(SignatureSchemeMistake) -> SignatureCatalogue.Confidence {
        guard let text = try object.text("confidence") else { return .assumed }
        guard let confidence = SignatureCatalogue.Confidence(rawValue: text) else {
            let names = SignatureCatalogue.Confidence.allCases.map(\.rawValue).joined(separator: ", ")
            throw SignatureSchemeMistake("confidence", "'\(text)' is none of \(names)")
        }
        return confidence
    }

    private func key(_ object: Object) throws(SignatureSchemeMistake) -> SignatureScheme.KeyForm {
        try object.allow([
            "encoding", "strip", "strip_word", "suffix", "digest", "normalize", "id_from", "certificate_names",
        ])
        var key = SignatureScheme.KeyForm()
        key.encoding = try object.text("encoding") ?? key.encoding
        key.strip = try object.texts("strip") ?? []
        key.stripWord = try object.text("strip_word")
        key.suffix = try object.text("suffix")
        key.digest = try object.text("digest")
        key.normalize = try object.text("normalize")
        key.idFrom = try object.text("id_from")
        key.certificateNames = try object.texts("certificate_names") ?? []
        return key
    }

    private func place(_ object: Object) throws(SignatureSchemeMistake) -> SignatureScheme.SignaturePlace {
        try object.allow([
            "from", "grammar", "prefixes", "item_separator", "key_value_separator", "field", "positions", "encoding",
        ])
        var place = SignatureScheme.SignaturePlace()
        place.from = try object.texts("from") ?? []
        place.grammar = try object.text("grammar") ?? place.grammar
        place.prefixes = try object.texts("prefixes") ?? []
        place.itemSeparator = try object.text("item_separator") ?? place.itemSeparator
        place.keyValueSeparator = try object.text("key_value_separator") ?? place.keyValueSeparator
        place.field = try object.text("field") ?? ""
        place.positions = try object.texts("positions") ?? place.positions
        place.encoding = try object.text("encoding") ?? place.encoding
        return place
    }

    private func content(_ object: Object) throws(SignatureSchemeMistake) -> [SignatureScheme.ContentSegment] {
        guard let node = object.node("content") else { return [] }
        if let text = text(node) { return [SignatureScheme.ContentSegment(text)] }
        var segments: [SignatureScheme.ContentSegment] = []
        for (index, element) in document.elements(of: node).enumerated() {
            if let text = text(element) {
                segments.append(SignatureScheme.ContentSegment(text))
                continue
            }
            let segment = try self.object(element, "content[\(index)]", ["if", "text"])
            segments.append(SignatureScheme.ContentSegment(try segment.text("text") ?? "", if: try segment.text("if")))
        }
        return segments
    }

    private func timestamp(_ object: Object) throws(SignatureSchemeMistake) -> SignatureScheme.TimestampPlace {
        try object.allow(["from", "unit", "tolerance", "future", "optional"])
        var place = SignatureScheme.TimestampPlace(from: try object.text("from") ?? "")
        place.unit = try object.text("unit") ?? place.unit
        if object.node("tolerance") != nil { place.tolerance = try object.integerOrNull("tolerance") }
        place.future = try object.integer("future")
        place.isOptional = try object.flag("optional") ?? false
        return place
    }

    private func requirements(_ object: Object) throws(SignatureSchemeMistake) -> [SignatureScheme.Requirement] {
        guard let node = object.node("require") else { return [] }
        var requirements: [SignatureScheme.Requirement] = []
        for (index, element) in document.elements(of: node).enumerated() {
            let sides = document.elements(of: element).compactMap(text)
            guard sides.count == 2 else {
                throw SignatureSchemeMistake("require[\(index)]", "two templates are expected")
            }
            requirements.append(SignatureScheme.Requirement(sides[0], equals: sides[1]))
        }
        return requirements
    }

    private func signedHeaders(_ object: Object) throws(SignatureSchemeMistake) -> SignatureScheme.SignedHeaderList {
        try object.allow(["list", "separator", "line", "join"])
        var list = SignatureScheme.SignedHeaderList(list: try object.text("list") ?? "")
        list.separator = try object.text("separator") ?? list.separator
        list.line = try object.text("line") ?? list.line
        list.join = try object.text("join") ?? list.join
        return list
    }

    private func token(_ object: Object) throws(SignatureSchemeMistake) -> SignatureScheme.TokenRules {
        try object.allow(["from", "prefix", "algorithms", "leeway", "iat_max_age", "claims", "bind"])
        var rules = SignatureScheme.TokenRules(from: try object.text("from") ?? "")
        rules.prefix = try object.text("prefix")
        rules.algorithms = try object.texts("algorithms") ?? []
        rules.leeway = try object.integer("leeway") ?? 0
        rules.issuedAtMaxAge = try object.integer("iat_max_age")
        if let claims = try object.child("claims") { rules.claims = try claims.allTexts() }
        guard let node = object.node("bind") else { return rules }
        for (index, element) in document.elements(of: node).enumerated() {
            let bind = try self.object(
                element,
                "jwt.bind[\(index)]",
                ["claim", "equals", "optional", "only_with_body"]
            )
            var binding = SignatureScheme.TokenRules.Binding(
                try bind.text("claim") ?? "",
                equals: try bind.text("equals") ?? ""
            )
            binding.isOptional = try bind.flag("optional") ?? false
            binding.onlyWithBody = try bind.flag("only_with_body") ?? false
            rules.bind.append(binding)
        }
        return rules
    }

    private func messageSignature(
        _ object: Object
    ) throws(SignatureSchemeMistake) -> SignatureScheme.MessageSignatureRules {
        try object.allow(["algorithm", "components", "label", "tag", "max_age", "requires_expires", "requires_nonce"])
        var rules = SignatureScheme.MessageSignatureRules()
        rules.algorithm = try object.text("algorithm") ?? rules.algorithm
        rules.requiredComponents = try object.texts("components") ?? []
        rules.label = try object.text("label")
        rules.tag = try object.text("tag")
        if object.node("max_age") != nil { rules.maxAge = try object.integerOrNull("max_age") }
        rules.requiresExpires = try object.flag("requires_expires") ?? false
        rules.requiresNonce = try object.flag("requires_nonce") ?? false
        return rules
    }

    // MARK: - Members

    private func text(_ node: JSONNode) -> String? {
        document.kind(of: node) == .string ? document.string(node, in: bytes.span) : nil
    }

    private func object(
        _ node: JSONNode,
        _ field: String,
        _ allowed: [String]
    ) throws(SignatureSchemeMistake) -> Object {
        guard document.kind(of: node) == .object else { throw SignatureSchemeMistake(field, "an object is expected") }
        let object = Object(document: document, bytes: bytes, root: node, field: field)
        try object.allow(allowed)
        return object
    }

    /// One object of the text and the path to it.
    private struct Object {
        let document: JSONDocument
        let bytes: [UInt8]
        let root: JSONNode
        let field: String

        func path(_ name: String) -> String { field.isEmpty ? name : field + "." + name }

        func node(_ name: String) -> JSONNode? {
            document.member(Array(name.utf8).span, of: root, in: bytes.span)
        }

        func allow(_ names: [String]) throws(SignatureSchemeMistake) {
            for member in document.members(of: root) {
                let name = document.string(member.name, in: bytes.span) ?? ""
                if !names.contains(name) {
                    throw SignatureSchemeMistake(
                        path(name),
                        "there is no such member; there are \(names.joined(separator: ", "))"
                    )
                }
            }
        }

        func text(_ name: String) throws(SignatureSchemeMistake) -> String? {
            guard let node = node(name) else { return nil }
            guard document.kind(of: node) == .string, let text = document.string(node, in: bytes.span) else {
                throw SignatureSchemeMistake(path(name), "a string is expected")
            }
            return text
        }

        func texts(_ name: String) throws(SignatureSchemeMistake) -> [String]? {
            guard let node = node(name) else { return nil }
            guard document.kind(of: node) == .array else {
                throw SignatureSchemeMistake(path(name), "an array of strings is expected")
            }
            var texts: [String] = []
            for element in document.elements(of: node) {
                guard document.kind(of: element) == .string, let text = document.string(element, in: bytes.span) else {
                    throw SignatureSchemeMistake(path(name), "an array of strings is expected")
                }
                texts.append(text)
            }
            return texts
        }

        func allTexts() throws(SignatureSchemeMistake) -> [String: String] {
            var texts: [String: String] = [:]
            for member in document.members(of: root) {
                guard let name = document.string(member.name, in: bytes.span),
                    let value = document.string(member.value, in: bytes.span)
                else { throw SignatureSchemeMistake(field, "an object of strings is expected") }
                texts[name] = value
            }
            return texts
        }

        func integer(_ name: String) throws(SignatureSchemeMistake) -> Int64? {
            guard let node = node(name) else { return nil }
            guard let number = document.integer(node, in: bytes.span) else {
                throw SignatureSchemeMistake(path(name), "a whole number is expected")
            }
            return number
        }

        func integerOrNull(_ name: String) throws(SignatureSchemeMistake) -> Int64? {
            if let node = node(name), document.kind(of: node) == .null { return nil }
            return try integer(name)
        }

        func flag(_ name: String) throws(SignatureSchemeMistake) -> Bool? {
            guard let node = node(name) else { return nil }
            switch document.kind(of: node) {
            case .true: return true
            case .false: return false
            case .null, .number, .string, .array, .object:
                throw SignatureSchemeMistake(path(name), "true or false is expected")
            }
        }

        func child(_ name: String) throws(SignatureSchemeMistake) -> Object? {
            guard let node = node(name) else { return nil }
            guard document.kind(of: node) == .object else {
                throw SignatureSchemeMistake(path(name), "an object is expected")
            }
            return Object(document: document, bytes: bytes, root: node, field: path(name))
        }
    }
}
