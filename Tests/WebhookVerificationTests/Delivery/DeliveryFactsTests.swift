import Testing
import WebhookVerification

@Suite("Delivery facts")
struct DeliveryFactsTests {
    private func members(_ facts: DeliveryFacts) -> [String: String] {
        let pairs = Mirror(reflecting: facts).children.map { ($0.label ?? "", String(describing: $0.value)) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test("reset makes every member what it is for a new delivery")
    func reset() {
        var facts = DeliveryFacts()
        facts.source = 1
        facts.client = IPAddress(v4: 1)
        facts.trace[.route] = .passed
        facts.timestamp = Timestamp(microseconds: 1)
        facts.eventType = [1]
        facts.eventID = [2]
        facts.fields = [(0, [3])]
        facts.hasUnsafeIntegers = true
        facts.schema.refusals = 1
        facts.shadowed = [Denial(.replayExact)]
        let fresh = members(DeliveryFacts())
        let filled = members(facts)
        // Only a verifier makes a match, so that this test has none.
        for (name, value) in fresh where name != "signature" {
            #expect(filled[name] != value, "\(name) is not covered by this test")
        }
        facts.reset()
        #expect(members(facts) == fresh)
    }

    @Test("reset keeps the memory of short texts, and gives that of long ones back")
    func memory() {
        var facts = DeliveryFacts()
        facts.eventType = Array(repeating: 1, count: 40)
        facts.eventID = Array(repeating: 1, count: 100_000)
        facts.reset()
        #expect(facts.eventType.capacity >= 40)
        #expect(facts.eventID.capacity == 0)
    }
}
