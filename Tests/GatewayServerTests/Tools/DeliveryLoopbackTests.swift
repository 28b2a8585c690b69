import Foundation
import GatewayConfig
import GatewayServer
import Logging
import Testing
import WebhookVerification

/// The tools against a gateway in this process, over a socket with TLS.
@Suite("DeliveryClient")
struct DeliveryLoopbackTests {
    /// A gateway with one source in a directory of its own.
    private final class Stage {
        let directory: String
        let handler: HandlerServer
        let gateway: Gateway
        let port: Int
        let application: ExampleApplication

        init() throws {
            let directory = NSTemporaryDirectory() + UUID().uuidString
            self.directory = directory
            try DevelopmentFiles.makeDirectory(directory)
            try DevelopmentFiles.writeSecret(to: directory + "/key")
            let now = GatewayClock.now().seconds
            try DevelopmentFiles.writeCertificate(directory + "/c.pem", key: directory + "/c.key", now: now)
            try DevelopmentFiles.writeCertificate(directory + "/other.pem", key: directory + "/other.key", now: now)
            let secret = Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/key")))
            let application = ExampleApplication(softwareSecret: secret, routes: [])
            self.application = application
            handler = try HandlerServer { application.answer($0) }
            let text = """
                version: 1
                listen:
                  - address: 127.0.0.1:0
                    tls: {certificate: c.pem, key: c.key}
                sources:
                  cms:
                    preset: 01software
                    path: /hooks/cms
                    allow: {ips: [127.0.0.1]}
                    signature: {secret: "file:key"}
                    forward: {to: http://127.0.0.1:\(handler.port)/api/webhook}
                audit: {dir: audit, origin: test.example/audit}
                """
            let result = ConfigurationLoader.load(
                bytes: Array(text.utf8),
                file: directory + "/postern.yaml",
                environment: [:],
                mode: .development
            )
            let configuration = try #require(result.configuration, "\(result.mistakes)")
            let options = Gateway.Options(
                loops: 1,
                version: "test",
                logger: Logger(label: "test") { JSONLogHandler(label: $0, level: .critical) },
                load: { .failure(GatewayStartFault(.configuration, "")) }
            )
            gateway = try Gateway.start(configuration, options: options)
            port = try #require(gateway.addresses.first?.split(separator: ":").last.flatMap { Int($0) })
        }

        deinit {
            gateway.stop(reason: "test ended")
            handler.close()
            try? FileManager.default.removeItem(atPath: directory)
        }
    }

    private static let order = Array(#"{"collection":"orders","operation":"create","data":{"id":"o1"}}"#.utf8)

    private func request(_ stage: Stage, key: DeliverySigner.Choice) throws -> [UInt8] {
        var request = ComposedRequest(
            target: "/hooks/cms",
            fields: [("Content-Type", Array("application/json".utf8))],
            body: Self.order
        )
        let source = try #require(stage.gateway.configuration.sources.first)
        let signer = try #require(DeliverySigner(source))
        try signer.sign(&request, at: GatewayClock.now(), eventID: "e", key: key)
        return DeliveryFraming.contentLength.bytes(of: request, authority: "localhost:\(stage.port)")
    }

    @Test("a signed delivery goes through TLS with the development certificate, the signed bytes reach the handler")
    func delivery() throws {
        let stage = try Stage()
        let client = try DeliveryClient(port: stage.port, certificate: stage.directory + "/c.pem")
        defer { client.close() }
        let answer = try client.send(try request(stage, key: .configured))
        #expect(answer.status == 200)
        #expect(answer.body == Array(#"{"success":true,"message":"Webhook processed successfully"}"#.utf8))
        let id = try #require(answer.requestID)
        #expect(stage.application.arrivals[id]?.body == Self.order)
    }

    @Test("an unknown key is refused, and the audit trail says why under the answer's request id")
    func unknownKey() throws {
        let stage = try Stage()
        let client = try DeliveryClient(port: stage.port, certificate: stage.directory + "/c.pem")
        defer { client.close() }
        let answer = try client.send(try request(stage, key: .unknown))
        #expect(answer.status == 401)
        #expect(stage.application.arrivals.isEmpty)
        // Stopping writes everything out.
        stage.gateway.stop(reason: "test")
        let entries = try AuditTrail(directory: stage.directory + "/audit", node: "node-1").entries
        #expect(entries.map(\.requestID) == [try #require(answer.requestID)])
        #expect(entries.map(\.reason) == ["signature.mismatch"])
        #expect(entries.map(\.status) == [401])
        #expect(entries.map(\.isFinal) == [true])
    }

    @Test("the log of a gateway that has stopped is signed to its end, and a changed byte shows")
    func proof() throws {
        let stage = try Stage()
        let client = try DeliveryClient(port: stage.port, certificate: stage.directory + "/c.pem")
        defer { client.close() }
        _ = try client.send(try request(stage, key: .unknown))
        stage.gateway.stop(reason: "test")
        let audit = stage.directory + "/audit"
        let proof = try AuditProof(directory: audit, node: "node-1", origin: "test.example/audit")
        // system.start, config.load, request.deny, system.stop
        #expect(proof.size == 4)
        #expect(proof.signedSize == 4)
        let segment = URL(fileURLWithPath: audit + "/node-1/segments/0000000000000000.jsonl")
        let text = try String(contentsOf: segment, encoding: .utf8)
        let changed = text.replacingOccurrences(of: "signature.mismatch", with: "signature.mismatcH")
        try #require(changed != text)
        try Data(changed.utf8).write(to: segment)
        #expect(throws: DeliveryFault.self) {
            try AuditProof(directory: audit, node: "node-1", origin: "test.example/audit")
        }
    }

    @Test("a gateway with another certificate than the trusted one gets nothing")
    func otherCertificate() throws {
        let stage = try Stage()
        let client = try DeliveryClient(port: stage.port, certificate: stage.directory + "/other.pem")
        defer { client.close() }
        let bytes = try request(stage, key: .configured)
        #expect(throws: DeliveryFault.self) { try client.send(bytes) }
        #expect(stage.application.arrivals.isEmpty)
    }

    @Test("the local address can be chosen, and the gateway sees it")
    func localAddress() throws {
        let stage = try Stage()
        let client = try DeliveryClient(port: stage.port, certificate: stage.directory + "/c.pem")
        defer { client.close() }
        let answer = try client.send(try request(stage, key: .configured), from: "127.0.0.9")
        #expect(answer.status == 403)
        #expect(answer.endsConnection)
    }

    @Test("keys and private keys can be read by their owner only, a key that is there stays")
    func fileModes() throws {
        let directory = NSTemporaryDirectory() + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try DevelopmentFiles.makeDirectory(directory)
        try DevelopmentFiles.writeSecret(to: directory + "/key", prefix: "whsec_")
        try DevelopmentFiles.writeCertificate(directory + "/c.pem", key: directory + "/c.key", now: 1_767_225_600)
        func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return try #require(attributes[.posixPermissions] as? Int)
        }
        #expect(try mode(directory) == 0o700)
        #expect(try mode(directory + "/key") == 0o600)
        #expect(try mode(directory + "/c.key") == 0o600)
        #expect(try mode(directory + "/c.pem") == 0o644)
        let key = try Data(contentsOf: URL(fileURLWithPath: directory + "/key"))
        #expect(key.count == 6 + 64)
        try DevelopmentFiles.writeSecret(to: directory + "/key", prefix: "whsec_")
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory + "/key")) == key)
    }
}
