import GatewayTestSupport
import Testing

/// Something wrong with a delivery, in the order in which the gateway has to find it.
private enum Violation: Int, CaseIterable {
    case addressNowhere, route, addressElsewhere, method, mediaType, coding, sizeAnnounced, signatureMissing
    case signatureMalformed, timestampMissing, timestampMalformed, sizeRead, mismatch, stale, future, malformed
    case duplicateMember, schema, event, replay

    /// The part of a delivery that it changes: two of one part cannot be combined.
    var part: String {
        switch self {
        case .addressNowhere, .addressElsewhere: "peer"
        case .route: "target"
        case .method: "method"
        case .mediaType: "media type"
        case .coding: "coding"
        case .sizeAnnounced, .sizeRead: "size"
        case .signatureMissing, .signatureMalformed, .mismatch: "signature"
        case .timestampMissing, .timestampMalformed, .stale, .future: "timestamp"
        case .malformed, .duplicateMember: "syntax"
        case .schema: "schema"
        case .event: "event"
        case .replay: "id"
        }
    }

    /// The row of the answers table.
    var answer: (status: Int, reason: String) {
        switch self {
        case .addressNowhere, .addressElsewhere: (403, "address.denied")
        case .route: (404, "route.unknown")
        case .method: (405, "content.method")
        case .mediaType: (415, "content.media_type")
        case .coding: (415, "content.coding")
        case .sizeAnnounced, .sizeRead: (413, "size.too_large")
        case .signatureMissing: (401, "signature.missing")
        case .signatureMalformed: (401, "signature.malformed")
        case .timestampMissing: (401, "timestamp.missing")
        case .timestampMalformed: (401, "timestamp.malformed")
        case .mismatch: (401, "signature.mismatch")
        case .stale: (401, "timestamp.stale")
        case .future: (401, "timestamp.future")
        case .malformed: (400, "payload.malformed")
        case .duplicateMember: (400, "payload.duplicate_member")
        case .schema: (422, "payload.schema")
        case .event: (422, "payload.event_not_allowed")
        case .replay: (409, "replay.id_conflict")
        }
    }
}

@Suite("Order of the checks")
struct CheckOrderTests {
    private static let delivered = "msg_delivered"

    /// A delivery with everything in `violations` wrong, and the address it comes from.
    private func make(_ violations: Set<Violation>, number: Int) -> (delivery: TestDelivery, source: String) {
        let type = violations.contains(.event) ? "other.thing" : "order.created"
        let value = violations.contains(.schema) ? "\"text\"" : "\(number)"
        var body = #"{"type":"\#(type)","data":{"n":\#(value)}"#
        if violations.contains(.duplicateMember) { body += #","type":"\#(type)""# }
        body += violations.contains(.malformed) ? "" : "}"
        let isLarge = violations.contains(.sizeAnnounced) || violations.contains(.sizeRead)
        if isLarge { body += String(repeating: " ", count: 5_000) }

        let id = violations.contains(.replay) ? CheckOrderTests.delivered : "msg_\(number)"
        let offset = violations.contains(.stale) ? -1_000 : violations.contains(.future) ? 1_000 : 0
        let sender =
            violations.contains(.mismatch) ? TestSender(secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") : .standard
        var delivery = sender.standard(body, id: id, offset: offset)
        if violations.contains(.route) { delivery.target = "/nowhere" }
        if violations.contains(.method) { delivery.method = "PATCH" }
        if violations.contains(.mediaType) { delivery["Content-Type"] = "text/plain" }
        if violations.contains(.coding) { delivery["Content-Encoding"] = "gzip" }
        if violations.contains(.signatureMissing) { delivery["Webhook-Signature"] = nil }
        if violations.contains(.signatureMalformed) { delivery["Webhook-Signature"] = "v1,%%%" }
        if violations.contains(.timestampMissing) { delivery["Webhook-Timestamp"] = nil }
        if violations.contains(.timestampMalformed) { delivery["Webhook-Timestamp"] = "yesterday" }
        if violations.contains(.sizeRead) { delivery.framing = .chunked(1_000) }
        let source =
            violations.contains(.addressNowhere) ? 3 : violations.contains(.addressElsewhere) ? 2 : 1
        // A network each: denials of one network are summed up when there are many.
        return (delivery, "127.\(source).\(number % 250).1")
    }

    private static var setup: Setup {
        let standard = """
            preset: standard, path: /hooks/standard, allow: {ips: [127.1.0.0/16]}, limits: {body: 4KiB}, \
            signature: {secret: "file:standard.key"}, schema: \(SchemaEngine.isBuilt ? "event.json" : "none"), \
            event: {allow: ["order.*"]}, forward: {to: UPSTREAM/standard}
            """
        return Setup(sources: [("standard", standard), ("cms", Setup.cms(allow: "ips: [127.2.0.0/16]"))])
    }

    private static let schema =
        #"{"type":"object","properties":{"data":{"type":"object","properties":{"n":{"type":"number"}}}}}"#

    private func withGateway(_ test: (Fixture) throws -> Void) throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try CheckOrderTests.setup.write(to: directory, upstream: upstream.port)
        try directory.write("event.json", CheckOrderTests.schema)
        let gateway = try GatewayProcess(in: directory)
        let fixture = Fixture(gateway: gateway, upstream: upstream, directory: directory)
        let first = make([], number: 0)
        var delivered = first.delivery
        delivered = TestSender.standard.standard(#"{"type":"order.created"}"#, id: CheckOrderTests.delivered)
        try fixture.send(delivered, from: first.source, expecting: 200)
        try test(fixture)
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    private var violations: [Violation] { Violation.allCases.filter { $0 != .schema || SchemaEngine.isBuilt } }

    @Test("of any two violations the earlier check answers, and nothing is forwarded")
    func pairs() throws {
        try withGateway { fixture in
            var number = 1
            for first in violations {
                for second in violations where second.rawValue >= first.rawValue {
                    guard first == second || first.part != second.part else { continue }
                    let (delivery, source) = make([first, second], number: number)
                    number += 1
                    let client = try fixture.gateway.connect(from: source)
                    client.send(delivery.bytes)
                    let response = try client.readResponse()
                    let label: Comment = "\(first) and \(second)"
                    #expect(response.status == first.answer.status, label)
                    #expect(response.complaints == [], label)
                    let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
                    #expect(entry?.reason == first.answer.reason, label)
                }
            }
            #expect(number > 130)
            #expect(fixture.upstream.requests.count == 1)
        }
    }

    @Test("the audit entry lists the checks up to the one that refused, in order")
    func trace() throws {
        let expected: [(Violation, String)] = [
            (.route, "route-"),
            (.addressElsewhere, "route+,address-"),
            (.mediaType, "route+,address+,content-"),
            (.mismatch, "route+,address+,content+,signature-"),
            (.stale, "route+,address+,content+,signature+,timestamp-"),
            (.malformed, "route+,address+,content+,signature+,timestamp+,payload-"),
            (.replay, "route+,address+,content+,signature+,timestamp+,payload+,replay-"),
        ]
        try withGateway { fixture in
            for (index, row) in expected.enumerated() {
                let (delivery, source) = make([row.0], number: 1_000 + index)
                let response = try fixture.send(delivery, from: source)
                let entry = fixture.gateway.entries(of: response.requestID, until: "request.deny").first
                #expect(entry?.checks == row.1, "\(row.0)")
            }
        }
    }
}
