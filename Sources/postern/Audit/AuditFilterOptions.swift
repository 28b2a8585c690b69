import ArgumentParser
import AuditLog
import GatewayStorage
import WebhookVerification

/// The conditions of a search; all of them have to hold, and of those that may be repeated one.
struct AuditFilterOptions: ParsableArguments {
    @Option(help: "Not before this: 2026-08-21 or 2026-08-21T10:11:12Z.")
    var since: AuditMoment?

    @Option(help: "Not after this.")
    var until: AuditMoment?

    @Option(help: "Kind of entry, 'key.*' for all that begin so. Repeatable.")
    var kind: [String] = []

    @Option(help: "allow, deny or duplicate. Repeatable.")
    var decision: [String] = []

    @Option(help: "Source. Repeatable, 'name*'.")
    var source: [String] = []

    @Option(help: "Reason code, 'signature.*'. Repeatable.")
    var reason: [String] = []

    @Option(help: "Id of the key that signed, or that an entry is about. Repeatable.")
    var key: [String] = []

    @Option(help: "Address or network of the client: 203.0.113.7, 203.0.113.0/24.")
    var ip: String?

    @Option(help: "Id of the event.")
    var eventId: String?

    @Option(help: "Type of the event.")
    var eventType: String?

    @Option(help: "Status that was sent.")
    var status: Int?

    @Option(help: "Request id.")
    var rid: String?

    @Flag(help: "Only what was decided while something was degraded.")
    var degraded = false

    @Option(help: ArgumentHelp("What a JSON Pointer into the entry names. Repeatable.", valueName: "pointer[=value]"))
    var field: [String] = []

    func validate() throws { _ = try filter() }

    /// The conditions as a filter.
    func filter() throws -> EntryFilter {
        var filter = EntryFilter()
        filter.from = since?.microseconds
        filter.to = until?.microseconds
        filter.kinds = kind
        filter.decisions = decision
        for word in decision where !["allow", "deny", "duplicate"].contains(word) {
            throw ValidationError("--decision \(word): one of allow, deny, duplicate.")
        }
        filter.sources = source
        filter.reasons = reason
        filter.keys = key
        if let ip {
            do throws(IPNetwork.Fault) {
                filter.network = try IPNetwork(parsing: ip)
            } catch {
                throw ValidationError("--ip '\(ip)' \(error.sentence).")
            }
        }
        filter.eventID = eventId
        filter.eventType = eventType
        filter.status = status
        filter.requestID = rid
        filter.isDegradedOnly = degraded
        for condition in field {
            guard let value = EntryFilter.Value(condition) else {
                throw ValidationError("--field '\(condition)' is no JSON Pointer: /up/name=cms, /client/sni.")
            }
            filter.values.append(value)
        }
        return filter
    }
}
