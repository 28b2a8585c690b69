/// The addresses that a sender says its deliveries come from.
///
/// A list that changes is only named by its URL. Networks are those of one day: nothing is fetched, and a newer list in a
/// newer program is not used before the operator has written its day. Source of each: the URL.
package struct PublishedAddresses: Sendable, Hashable {
    /// Where the sender publishes them; `https`, or the name that its addresses are looked up under.
    package let url: String
    /// The day of the list, `YYYY-MM-DD`; `nil` where only the place is known.
    package let date: String?
    /// The networks of that day, which do not overlap; none where only the place is known.
    package let networks: [IPNetwork]

    /// Judges the parts; throws a mistake whose field is `url`, `date` or `networks[N]`.
    package init(url: String, date: String?, networks texts: [String]) throws(SignatureSchemeMistake) {
        guard url.hasPrefix("https://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SignatureSchemeMistake("url", "an https URL is expected")
        }
        if let date, !PublishedAddresses.isDay(date) {
            throw SignatureSchemeMistake("date", "a day such as 2026-05-15 is expected")
        }
        guard (date == nil) == texts.isEmpty else {
            throw SignatureSchemeMistake("date", "networks need the day of the list, and a day needs networks")
        }
        var networks: [IPNetwork] = []
        for (index, text) in texts.enumerated() {
            networks.append(try PublishedAddresses.network(text, "networks[\(index)]"))
        }
        if let overlap = IPNetworkSet.overlap(in: networks) {
            throw SignatureSchemeMistake("networks[\(overlap.later)]", "overlaps networks[\(overlap.earlier)]")
        }
        self.url = url
        self.date = date
        self.networks = networks
    }

    private static func network(_ text: String, _ field: String) throws(SignatureSchemeMistake) -> IPNetwork {
        let network: IPNetwork
        do throws(IPNetwork.Fault) {
            network = try IPNetwork(parsing: text)
        } catch {
            throw SignatureSchemeMistake(field, "'\(text)' \(error.sentence)")
        }
        guard network.prefixLength > 0 else { throw SignatureSchemeMistake(field, "'\(text)' is every address") }
        return network
    }

    /// Whether the text has the form of a day; months and days are not counted out.
    private static func isDay(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            index == 4 || index == 7 ? byte == UInt8(ascii: "-") : byte &- UInt8(ascii: "0") < 10
        }
    }
}
