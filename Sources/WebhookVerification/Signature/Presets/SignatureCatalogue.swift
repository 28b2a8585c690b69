/// The schemes of known senders, by name.
///
/// The text is read once, when the first name is asked for.
package enum SignatureCatalogue {
    /// One known sender.
    package struct Entry: Sendable {
        /// The scheme; its URL and settings are for the operator to fill in.
        package let scheme: SignatureScheme
        /// Other names of the same scheme.
        package let aliases: [String]
        /// The sender's name for people.
        package let provider: String
        /// Where the event's type stands, as a source; `nil` where it is not known.
        package let eventType: String?
        /// The preset of the sender's handshake; `nil` where there is none.
        package let challenge: String?
        /// The addresses that the sender publishes; `nil` where it publishes none, or it is not known where.
        package let addresses: PublishedAddresses?
        /// How sure the facts are.
        package let confidence: Confidence
        /// Where they were read.
        package let source: String

        /// Whether the sender signs each attempt anew, which makes exact repeats replays.
        ///
        /// A timestamp of the attempt tells: without one, a second attempt has the same bytes as the first.
        package var resignsRetries: Bool { scheme.timestamp != nil || scheme.jwt != nil }

        /// The header fields that a handler needs for a check of its own, in lower case.
        package var forwardHeaders: [String] {
            var texts =
                scheme.signature.from
                + [scheme.timestamp?.from, scheme.key.idFrom, scheme.jwt?.from].compactMap(\.self)
            texts += scheme.eventID + [eventType].compactMap(\.self)
            texts += [scheme.signedHeaders?.list].compactMap(\.self)
            texts += scheme.content.flatMap { SignatureCatalogue.headers(in: $0.text) }
            texts += scheme.require.flatMap { SignatureCatalogue.headers(in: $0.left) }
            var names: [String] = []
            for text in texts where text.hasPrefix("header:") {
                let name = String(text.dropFirst("header:".count))
                if !names.contains(name) { names.append(name) }
            }
            return names
        }
    }

    /// Where the facts of a scheme come from.
    package enum Confidence: String, Sendable, Hashable, CaseIterable {
        /// The sender's own code or tests.
        case repository
        /// The sender's own pages.
        case documentation
        /// A third party's catalogue or verifier.
        case catalogue
        /// Knowledge that was not read again.
        case unconfirmed
        /// An assumption.
        case assumed
    }

    /// Every scheme, in the order of the catalogue.
    package static var entries: [Entry] { loaded.entries }

    /// The entry of a name or alias; `nil` for a name that is not known.
    package static func entry(named name: String) -> Entry? {
        loaded.indexByName[name].map { loaded.entries[$0] }
    }

    /// The scheme of a name or alias; `nil` for a name that is not known.
    package static func scheme(named name: String) -> SignatureScheme? { entry(named: name)?.scheme }

    /// Every name and alias, sorted.
    package static var names: [String] { loaded.indexByName.keys.sorted() }

    /// Reads schemes that somebody wrote down in the catalogue's format.
    package static func read(_ text: [UInt8]) throws(SignatureSchemeMistake) -> [Entry] {
        try SchemeDocument(text).entries()
    }

    /// Reads schemes that somebody wrote down, each by itself; none where the text is not JSON.
    package static func readEach(_ text: [UInt8]) -> [Result<Entry, SignatureSchemeMistake>] {
        (try? SchemeDocument(text))?.results() ?? []
    }

    private static let loaded: (entries: [Entry], indexByName: [String: Int]) = {
        let json = SignatureCatalogueText.json
        let bytes = unsafe Array(UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
        // The text is part of the program and a test reads it: a mistake in it cannot reach a user.
        let entries = (try? read(bytes)) ?? []
        var indexByName: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            for name in [entry.scheme.name] + entry.aliases { indexByName[name] = index }
        }
        return (entries, indexByName)
    }()

    private static func headers(in template: String) -> [String] {
        template.split(separator: "{").compactMap { piece in
            guard piece.hasPrefix("header:") else { return nil }
            return String(piece.prefix { $0 != "}" && $0 != "|" && $0 != "?" })
        }
    }
}
