internal import WebhookVerification

/// `preset@DAY` in an allow-list: the networks that the sender of a scheme published on that day.
///
/// The day has to be written, and to be the one of the program's list: a list that changed with an update is refused
/// until somebody has compared it, instead of letting others in unnoticed.
struct PublishedRanges {
    private static let word = "preset"

    /// The scheme whose sender is meant; `nil` for a source without one.
    let scheme: String?
    let log: MistakeLog

    /// Whether a text stands for published networks, rightly or not.
    static func isMeant(_ text: String) -> Bool { text == word || text.hasPrefix(word + "@") }

    /// The texts with `preset@DAY` replaced by its networks, each at the place where that stood.
    func expand(_ items: [(text: String, position: TextPosition)]) -> [(text: String, position: TextPosition)] {
        items.flatMap { item in
            guard PublishedRanges.isMeant(item.text) else { return [item] }
            return networks(item.text, at: item.position).map { (text: $0.text, position: item.position) }
        }
    }

    private func networks(_ text: String, at position: TextPosition) -> [IPNetwork] {
        guard let scheme, let entry = SignatureCatalogue.entry(named: scheme) else {
            log.mistake("'\(text)' needs the scheme of a known sender", at: position)
            return []
        }
        guard let addresses = entry.addresses else {
            log.mistake("no addresses are known that \(entry.provider) publishes; list the networks", at: position)
            return []
        }
        guard let date = addresses.date else {
            log.mistake("the addresses of \(entry.provider) change; list those of \(addresses.url)", at: position)
            return []
        }
        guard text == "\(PublishedRanges.word)@\(date)" else {
            log.mistake(
                "the list of \(entry.provider) is that of \(date): compare it with \(addresses.url) and write preset@\(date)",
                at: position
            )
            return []
        }
        return addresses.networks
    }
}
