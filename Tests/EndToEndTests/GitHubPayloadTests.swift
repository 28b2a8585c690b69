import Foundation
import GatewayTestSupport
import Testing

@Suite("Payloads of GitHub")
struct GitHubPayloadTests {
    private struct Payload {
        let event: String
        let name: String
        let body: [UInt8]
    }

    private static var payloads: [Payload] {
        get throws {
            let root = (SharedData.root ?? "") + "/payloads/github/examples"
            let names = try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasSuffix(".jsonl") }
                .sorted()
            return try names.flatMap { file -> [Payload] in
                let event = String(file.dropLast(6))
                let lines = try SharedData.read("payloads/github/examples/\(file)").split(separator: 0x0A)
                let titles = String(
                    decoding: try SharedData.read("payloads/github/examples/\(event).names"),
                    as: UTF8.self
                )
                .split(separator: "\n").map(String.init)
                return zip(lines, titles).map { Payload(event: event, name: $1, body: Array($0)) }
            }
        }
    }

    @Test(
        "all 142 examples, signed as GitHub signs, arrive byte for byte over one connection",
        .enabled(if: SharedData.isAvailable, "the shared test data is not there")
    )
    func byteForByte() throws {
        try Fixture.run(Setup(sources: [("github", Setup.github())])) { fixture in
            let payloads = try GitHubPayloadTests.payloads
            #expect(payloads.count == 142)
            let client = try fixture.gateway.connect()
            var sent: Set<[UInt8]> = []
            for (index, payload) in payloads.enumerated() {
                let delivery = TestSender.github.github(payload.body, event: payload.event, id: "d-\(index)")
                client.send(delivery.bytes)
                let response = try client.readResponse()
                #expect(response.status == 200, "\(payload.name): \(response.text)")
                #expect(response.complaints == [])
                // Some examples have the same bytes: only the first of them is forwarded.
                guard sent.insert(payload.body).inserted else {
                    #expect(response.fields["postern-duplicate"] == "1", "\(payload.name)")
                    continue
                }
                let request = try #require(fixture.upstream.requests.last)
                #expect(request.body == payload.body, "\(payload.name)")
                #expect(request.fields["x-github-event"] == payload.event)
                #expect(request.fields["x-github-delivery"] == "d-\(index)")
                #expect(request.fields["x-hub-signature-256"] == delivery["X-Hub-Signature-256"])
                #expect(request.fields["user-agent"] == "GitHub-Hookshot/0000000")
            }
            #expect(fixture.upstream.requests.count == sent.count)
        }
    }

    @Test(
        "the verdict over each example is the one that its schema gives",
        .enabled(if: SharedData.isAvailable, "the shared test data is not there"),
        .enabled(if: SchemaEngine.isBuilt, "this build does not judge schemas")
    )
    func schemas() throws {
        let payloads = try GitHubPayloadTests.payloads
        let events = Set(payloads.map(\.event)).sorted()
        let root = (SharedData.root ?? "") + "/payloads/github/schemas"
        let expected = try JSONDecoder().decode(
            [String: [String: Bool]].self,
            from: SharedData.read("payloads/github/expected.json")
        )
        for start in stride(from: 0, to: events.count, by: 10) {
            let group = Array(events[start..<min(start + 10, events.count)])
            let sources = group.map { event in
                let text = Setup.github(schema: "\(root)/\(event).schema.json", path: "/\(event)")
                return (
                    name: event,
                    text: text.replacing("github.key", with: "\(event).key").replacing("/github}", with: "/\(event)}")
                )
            }
            let upstream = try RecordingUpstream()
            let directory = try TestDirectory()
            try Setup(sources: sources).write(to: directory, upstream: upstream.port)
            for event in group { try directory.write("\(event).key", secret(event)) }
            let gateway = try GatewayProcess(in: directory)
            let client = try gateway.connect()
            for (index, payload) in payloads.enumerated() where group.contains(payload.event) {
                let sender = TestSender(secret: secret(payload.event))
                client.send(
                    sender.github(payload.body, event: payload.event, id: "d-\(index)", to: "/\(payload.event)").bytes
                )
                let response = try client.readResponse()
                let verdict = expected[payload.name] ?? expected["\(payload.event)/\(payload.name)"]
                #expect(verdict != nil, "\(payload.name)")
                let status = verdict?["format"] == true ? 200 : 422
                #expect(response.status == status, "\(payload.name)")
            }
            let ending = gateway.stop()
            #expect(ending == .exited(0))
        }
    }

    private func secret(_ event: String) -> String { "0123456789abcdef0123456789abcdef-" + event }
}
