import GatewayServer

/// One row of the demo: what is sent, and what has to become of it.
struct DemoCase {
    /// The part of the table.
    enum Group: String, CaseIterable {
        case clean = "What honest senders send"
        case repeated = "Repeats and replays"
        case forged = "Forged, altered or broken signatures"
        case untimely = "Too old, too early"
        case address = "From the wrong place"
        case payload = "Well signed, bad payload"
        case http = "HTTP tricks: smuggling, sizes, types, paths"
    }

    /// What is done to a request after it was signed.
    enum Change {
        /// Replaces the first occurrence of a text in the body.
        case body(String, with: String)
        /// Removes a field.
        case remove(String)
        /// Sends a field twice.
        case double(String)
        /// Sets a field.
        case set(String, String)
        /// Replaces the start of a field's value.
        case prefix(String, from: String, to: String)
        case method(String)
        case target(String)
    }

    let group: Group
    let title: String
    let event: DemoEvent
    let expected: DemoOutcome
    /// How many seconds ago the sender signed.
    var age: Int64 = 0
    var key = DeliverySigner.Choice.configured
    var changes: [Change] = []
    var framing = DeliveryFraming.contentLength
    /// The address it comes from.
    var local = "127.0.0.1"
    /// Sends the bytes of the first row with the same event once more, instead of signing anew.
    var isReplay = false
}
