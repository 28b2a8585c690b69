import GatewayTestSupport
import Testing

/// A gateway in front of a recording upstream.
struct Fixture {
    let gateway: GatewayProcess
    let upstream: RecordingUpstream
    let directory: TestDirectory

    /// Runs a test, and holds every run to what always has to be true: the upstream received nothing a strict reader
    /// objects to, and the gateway ends with exit 0 when it is asked to.
    static func run(
        _ setup: Setup = Setup(),
        script: @escaping @Sendable (RecordedRequest) -> RecordingUpstream.Reply = { _ in .ok },
        _ test: (Fixture) throws -> Void
    ) throws {
        let upstream = try RecordingUpstream(script)
        let directory = try TestDirectory()
        try setup.write(to: directory, upstream: upstream.port)
        let arguments = ["--loops", String(setup.loops)] + setup.arguments
        let gateway = try GatewayProcess(in: directory, arguments: arguments)
        try test(Fixture(gateway: gateway, upstream: upstream, directory: directory))
        #expect(upstream.complaints == [])
        upstream.stop()
        let ending = gateway.stop()
        #expect(ending == .exited(0), "\(gateway.log)")
    }

    /// Sends on a connection of its own and holds the answer to R-H1-44.
    func send(_ delivery: TestDelivery, from source: String? = nil) throws -> TestResponse {
        let response = try gateway.answer(to: delivery, from: source)
        #expect(response.complaints == [])
        return response
    }

    /// The same, and holds the answer to a status.
    @discardableResult
    func send(
        _ delivery: TestDelivery,
        from source: String? = nil,
        expecting status: Int,
        at location: SourceLocation = #_sourceLocation
    ) throws -> TestResponse {
        let response = try send(delivery, from: source)
        #expect(response.status == status, "\(response.text)", sourceLocation: location)
        return response
    }

    /// A good delivery on a connection of its own is served, forwarded once and unchanged: "alive" of the threat model.
    func expectAlive(_ label: String) throws {
        let body = Fixture.body("alive \(label) \(upstream.requests.count)")
        let before = upstream.requests.count
        let response = try send(TestSender.cms.cms(body))
        #expect(response.status == 200, "after \(label)")
        let requests = upstream.requests(atLeast: before + 1)
        #expect(requests.count == before + 1, "after \(label)")
        #expect(requests.last?.body == Array(body.utf8), "after \(label)")
    }

    /// A payload that no other call with another id gives.
    static func body(_ id: String, collection: String = "orders", operation: String = "create") -> String {
        #"{"collection":"\#(collection)","operation":"\#(operation)","data":{"id":"\#(id)"}}"#
    }
}
