import GatewayCrypto

/// What became known of a delivery while it was judged: the matter of its audit entry, admitted or not.
package struct DeliveryFacts: Sendable {
    /// Index of the source; `nil` before the route was found.
    package var source: Int?
    /// The decided client address; `nil` before it was found and on unix sockets.
    package var client: IPAddress?
    /// What each check said.
    package var trace = CheckTrace()
    /// The signature that held.
    package var signature: SignatureMatch?
    /// The timestamp that was judged.
    package var timestamp: Timestamp?
    /// The event's name, made by the source's template.
    package var eventType: [UInt8] = []
    /// The sender's id of the event, cut at 512 bytes when it is recorded.
    package var eventID: [UInt8] = []
    /// Recorded members of the payload: index into the source's audit fields, and the value.
    package var fields: [(index: Int, value: [UInt8])] = []
    /// Whether the payload holds an integer beyond ±(2^53−1), which not every handler reads exactly.
    package var hasUnsafeIntegers = false
    /// How the payload did under its schemas.
    package var schema = SchemaMeasure()
    /// What checks in shadow would have answered.
    package var shadowed: [Denial] = []

    package init() {}

    /// What a text may have taken and still be kept: an idle connection does not hold on to a large one.
    private static let keptCapacity = 1024

    private static func empty(_ text: inout [UInt8]) {
        if text.capacity > keptCapacity { text = [] } else { text.removeAll(keepingCapacity: true) }
    }

    /// Forgets everything but keeps the memory of short texts, for the next delivery.
    package mutating func reset() {
        source = nil
        client = nil
        trace = CheckTrace()
        signature = nil
        timestamp = nil
        DeliveryFacts.empty(&eventType)
        DeliveryFacts.empty(&eventID)
        fields = []
        hasUnsafeIntegers = false
        schema = SchemaMeasure()
        shadowed = []
    }
}
