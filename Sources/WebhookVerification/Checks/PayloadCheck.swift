import JSONSchema
import StrictJSON

/// A delivery whose payload is what its source may send, and the upstream it goes to.
///
/// Only `PayloadCheck` can make one.
package struct ValidDelivery {
    let body: any DeliveryBody
    /// Index of the source in the route table.
    package let source: Int
    /// Index of the upstream in the configuration's table.
    package let upstream: Int
    /// What the replay store is asked; `nil` for a source without replay protection.
    package let replay: ReplayRequest?

    fileprivate init(body: any DeliveryBody, source: Int, upstream: Int, replay: ReplayRequest?) {
        self.body = body
        self.source = source
        self.upstream = upstream
        self.replay = replay
    }
}

/// Check 6: is the payload one strict JSON text, of the source's schema, an allowed event, with an upstream.
///
/// Source: `docs/architecture.md`, order of the checks; R-JSN-02 to R-JSN-19.
struct PayloadCheck {
    /// The reused tape of the payload's JSON; valid for the bytes it was parsed from.
    let document: JSONDocument
    /// The reused memory of the schema engine.
    let scratch: SchemaScratch

    /// Parses the body; a source that takes opaque bodies passes without.
    func parse(_ bytes: Span<UInt8>, rules: PayloadRules) -> Denial? {
        guard case .json(let policy) = rules.form else { return nil }
        guard let fault = document.parse(bytes, policy: policy) else { return nil }
        let reason: DenialReason =
            switch fault.kind.faultClass {
            case .malformed: .payloadMalformed
            case .duplicateMember: .payloadDuplicateMember
            case .tooDeep: .payloadTooDeep
            case .limits: .payloadLimits
            }
        return Denial(reason, fault.description)
    }

    /// Holds the parsed payload against a schema.
    func evaluate(_ schema: CompiledSchema, bytes: Span<UInt8>) -> Denial? {
        switch schema.validate(document, bytes, scratch) {
        case .valid: return nil
        case .budgetExhausted: return Denial(.payloadSchema, "the work budget of the schema is used up")
        case .invalid:
            guard let first = schema.violations(document, bytes, scratch).first else {
                return Denial(.payloadSchema, "the payload does not satisfy the schema")
            }
            return Denial(.payloadSchema, Denial.cut("\(first.instanceLocation): \(first.expected)"))
        }
    }

    /// Chooses the upstream: the first rule whose conditions all hold, else what `otherwise` says.
    func route(_ rules: ForwardRules, bytes: Span<UInt8>, isParsed: Bool) -> Result<ForwardChoice, Denial> {
        if isParsed {
            for rule in rules.rules where rule.conditions.allSatisfy({ holds($0, bytes) }) {
                return .success(ForwardChoice(upstream: rule.upstream, schema: rule.schema))
            }
        }
        switch rules.otherwise {
        case .upstream(let index): return .success(ForwardChoice(upstream: index, schema: nil))
        case .deny: return .failure(Denial(.payloadEventNotAllowed, "no forward rule matches the payload"))
        }
    }

    private func holds(_ condition: ForwardRules.Condition, _ bytes: Span<UInt8>) -> Bool {
        guard let node = document.find(condition.pointer, in: bytes) else { return false }
        for value in condition.values where document.scalar(node, equals: value.span, in: bytes) { return true }
        return false
    }

    /// Makes the event's name and id out of head and payload.
    func describe(
        _ rules: PayloadRules,
        head: borrowing DeliveryHead,
        headBytes: Span<UInt8>,
        bytes: Span<UInt8>,
        into facts: inout DeliveryFacts
    ) {
        if let template = rules.eventType {
            var literals = 0
            var places = 0
            for part in template.parts {
                switch part {
                case .literal(let literal):
                    facts.eventType.append(contentsOf: literal)
                    literals += literal.count
                case .body(let pointer):
                    places += 1
                    if let node = document.find(pointer, in: bytes) {
                        document.appendScalar(node, in: bytes, to: &facts.eventType)
                    }
                case .header(let name):
                    places += 1
                    if case .one(let range) = head.lookup(name, in: headBytes) {
                        for index in range.bounds { facts.eventType.append(headBytes[index]) }
                    }
                }
            }
            // What only joins the parts is not a name.
            if places > 0, facts.eventType.count == literals { facts.eventType.removeAll(keepingCapacity: true) }
        }
        if let pointer = rules.eventID, let node = document.find(pointer, in: bytes) {
            document.appendScalar(node, in: bytes, to: &facts.eventID)
        }
        facts.hasUnsafeIntegers = document.hasUnsafeIntegers
    }

    /// The last step: everything held, so the delivery is valid.
    func pass(
        _ delivery: AuthenticDelivery,
        upstream: Int,
        replay: ReplayRequest?
    ) -> ValidDelivery {
        ValidDelivery(body: delivery.body, source: delivery.source, upstream: upstream, replay: replay)
    }
}

/// Where a payload goes, with the schema that only such payloads have to meet.
struct ForwardChoice {
    let upstream: Int
    let schema: CompiledSchema?
}
