import GatewayConfig
import GatewayServer
import WebhookVerification

/// Composes, signs, alters and sends the demo's deliveries, one after the other.
struct DemoSending {
    /// A delivery and its answer.
    struct Sent {
        let kind: DemoCase
        let body: [UInt8]
        let answer: Result<DeliveryAnswer, DeliveryFault>
    }

    private let stage: DemoStage
    private let now: Timestamp
    private let signers: [DemoSender: DeliverySigner]
    /// The bytes of the first delivery of each event, for replays.
    private var first: [String: [UInt8]] = [:]

    init(_ stage: DemoStage, now: Timestamp) {
        self.stage = stage
        self.now = now
        var signers: [DemoSender: DeliverySigner] = [:]
        for source in stage.gateway.configuration.sources {
            if let sender = DemoSender(rawValue: source.name) { signers[sender] = DeliverySigner(source) }
        }
        self.signers = signers
    }

    /// Sends one delivery.
    mutating func send(_ kind: DemoCase) -> Sent {
        do throws(DeliveryFault) {
            let (bytes, body) = try bytes(kind)
            let answer = try stage.client.send(bytes, from: kind.local)
            return Sent(kind: kind, body: body, answer: .success(answer))
        } catch {
            return Sent(kind: kind, body: [], answer: .failure(error))
        }
    }

    private mutating func bytes(_ kind: DemoCase) throws(DeliveryFault) -> ([UInt8], [UInt8]) {
        let event = kind.event
        let key = "\(event.sender.rawValue) \(event.id)"
        let body = Array(event.body.utf8)
        if kind.isReplay, let bytes = first[key] { return (bytes, body) }
        var request = ComposedRequest(
            target: event.sender.path,
            fields: [("Content-Type", Array("application/json".utf8)), ("User-Agent", Array("postern-demo".utf8))],
            body: body
        )
        for field in event.fields { request.fields.append((field.name, Array(field.value.utf8))) }
        guard let time = Timestamp(seconds: now.seconds - kind.age) else { return ([], []) }
        try signers[event.sender]?.sign(&request, at: time, eventID: event.id, key: kind.key)
        for change in kind.changes { DemoSending.apply(change, to: &request) }
        let bytes = kind.framing.bytes(of: request, authority: "localhost:\(stage.port)")
        if first[key] == nil { first[key] = bytes }
        return (bytes, body)
    }

    private static func apply(_ change: DemoCase.Change, to request: inout ComposedRequest) {
        switch change {
        case .method(let method): request.method = method
        case .target(let target): request.target = target
        case .remove(let name): request.fields.removeAll { isSame($0.name, name) }
        case .double(let name): request.fields += request.fields.filter { isSame($0.name, name) }
        case .set(let name, let value):
            request.fields.removeAll { isSame($0.name, name) }
            request.fields.append((name, Array(value.utf8)))
        case .prefix(let name, let old, let new):
            for index in request.fields.indices where isSame(request.fields[index].name, name) {
                let value = request.fields[index].value
                guard value.starts(with: old.utf8) else { continue }
                request.fields[index].value = Array(new.utf8) + value.dropFirst(old.utf8.count)
            }
        case .body(let old, let new):
            let text = String(decoding: request.body, as: UTF8.self)
            guard let range = text.firstRange(of: old) else { return }
            request.body = Array((text[..<range.lowerBound] + new + text[range.upperBound...]).utf8)
        }
    }

    private static func isSame(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }
}
