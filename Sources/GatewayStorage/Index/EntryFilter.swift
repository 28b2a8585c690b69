package import AuditLog
package import StrictJSON
package import WebhookVerification

/// Which entries a search is about; what is not said does not matter.
///
/// A pattern is a whole word or the beginning of one with `*` behind: `signature.mismatch`, `signature.*`.
package struct EntryFilter: Sendable, Equatable {
    /// The earliest time, microseconds since 1970.
    package var from: Int64?
    /// The latest time, microseconds since 1970.
    package var to: Int64?
    /// Patterns of `kind`.
    package var kinds: [String] = []
    /// `allow`, `deny` or `duplicate`.
    package var decisions: [String] = []
    /// Patterns of `source`.
    package var sources: [String] = []
    /// Patterns of `reason`.
    package var reasons: [String] = []
    /// Ids of keys.
    package var keys: [String] = []
    /// Where the client is.
    package var network: IPNetwork?
    /// The id of the event.
    package var eventID: String?
    /// The type of the event.
    package var eventType: String?
    /// The status that was sent.
    package var status: Int?
    /// The request's id.
    package var requestID: String?
    /// The replay key.
    package var replayKey: String?
    /// Only what was decided while something was degraded.
    package var isDegradedOnly = false
    /// What JSON Pointers have to name; `nil` for anything.
    package var values: [Value] = []

    /// What one JSON Pointer has to name.
    package struct Value: Sendable, Equatable {
        /// The place in the entry, or in its `fields`.
        package let pointer: JSONPointer
        /// The text, number or literal there; `nil` for any.
        package let text: String?

        /// Asks for `pointer=text`, or only for a `pointer` that names something; `nil` where it is no JSON Pointer.
        package init?(_ condition: String) {
            let parts = condition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let pointer = JSONPointer(String(parts[0])), !pointer.tokens.isEmpty else { return nil }
            self.pointer = pointer
            text = parts.count > 1 ? String(parts[1]) : nil
        }
    }

    /// A filter that takes everything.
    package init() {}

    /// Whether only values in entries are asked for, of which no index knows anything.
    var isOfValuesOnly: Bool {
        guard !values.isEmpty else { return false }
        var other = self
        other.values = []
        return other == EntryFilter()
    }

    /// Whether an entry is one of those.
    package func matches(_ entry: EntryView) -> Bool {
        guard isInTime(entry), words(entry) else { return false }
        if let status, entry.integer("status") != status { return false }
        if let requestID, entry.requestID != requestID { return false }
        if let replayKey, entry.text("rk") != replayKey { return false }
        if let eventID, entry.text("event", "id") != eventID { return false }
        if let eventType, entry.text("event", "type") != eventType { return false }
        if isDegradedOnly, !entry.isDegraded { return false }
        if let network, !EntryFilter.isIn(network, entry.text("client", "ip")) { return false }
        return values.allSatisfy { value in
            guard let found = entry.value(at: value.pointer) else { return false }
            return value.text == nil || value.text == found
        }
    }

    private func isInTime(_ entry: EntryView) -> Bool {
        guard from != nil || to != nil else { return true }
        let time = entry.microseconds
        return time >= from ?? .min && time <= to ?? .max
    }

    private func words(_ entry: EntryView) -> Bool {
        EntryFilter.matches(kinds, entry.kind)
            && EntryFilter.matches(decisions, entry.text("decision"))
            && EntryFilter.matches(sources, entry.text("source"))
            && EntryFilter.matches(reasons, entry.text("reason"))
            && EntryFilter.matches(keys, entry.text("sig", "key") ?? entry.text("key", "id"))
    }

    /// Whether one of `patterns` is the word; no patterns take every word.
    package static func matches(_ patterns: [String], _ word: String?) -> Bool {
        guard !patterns.isEmpty else { return true }
        guard let word else { return false }
        return patterns.contains { pattern in
            pattern.hasSuffix("*") ? word.hasPrefix(pattern.dropLast()) : word == pattern
        }
    }

    private static func isIn(_ network: IPNetwork, _ text: String?) -> Bool {
        guard let text, let address = IPAddress(Array(text.utf8).span), address.family == network.address.family else {
            return false
        }
        return address.value >= network.address.value && address.value <= network.lastValue
    }
}

/// For people and for the log.
extension EntryFilter: CustomStringConvertible {
    /// The conditions as one line, in the words of the command line.
    package var description: String {
        var parts: [String] = []
        if let from { parts.append("since=\(EntryTime.text(from))") }
        if let to { parts.append("until=\(EntryTime.text(to))") }
        for (name, list) in [
            ("kind", kinds), ("decision", decisions), ("source", sources), ("reason", reasons), ("key", keys),
        ] where !list.isEmpty { parts.append("\(name)=\(list.joined(separator: ","))") }
        if let network { parts.append("ip=\(network.text)") }
        if let eventID { parts.append("event-id=\(eventID)") }
        if let eventType { parts.append("event-type=\(eventType)") }
        if let status { parts.append("status=\(status)") }
        if let requestID { parts.append("rid=\(requestID)") }
        if let replayKey { parts.append("rk=\(replayKey)") }
        if isDegradedOnly { parts.append("degraded") }
        for value in values { parts.append(value.pointer.description + (value.text.map { "=\($0)" } ?? "")) }
        return parts.joined(separator: " ")
    }
}
