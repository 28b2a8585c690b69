import StrictJSON
import Synchronization

/// The application behind the gateway in the demo: the 01.software route and one route for each other sender, and a
/// note of every request that came through.
package final class ExampleApplication: Sendable {
    /// One sender's path, and the effect of what it sends.
    package struct Route: Sendable {
        /// Where the event's id stands, which the effect is about.
        package enum Subject: Sendable {
            /// A header field, its name in lower case.
            case field(String)
            /// A member of the payload, by JSON Pointer.
            case member(String)
        }

        let path: String
        let sink: EffectLedger.Sink
        let subject: Subject

        /// Requests for `path` give an effect of `sink` on what `subject` names.
        package init(path: String, sink: EffectLedger.Sink, subject: Subject) {
            self.path = path
            self.sink = sink
            self.subject = subject
        }

        func subject(of request: HandlerRequest) -> String? {
            switch subject {
            case .field(let name): return request.field(name)
            case .member(let text):
                let document = JSONDocument()
                let bytes = request.body.span
                guard let pointer = JSONPointer(text), document.parse(bytes) == nil else { return nil }
                return document.find(pointer, in: bytes).flatMap { document.string($0, in: bytes) }
            }
        }
    }

    /// A request that came through the gateway.
    package struct Arrival: Sendable {
        /// The raw body.
        package let body: [UInt8]
        /// How often a request with this id came; anything but 1 is a fault.
        package var count: Int
    }

    private static let arrivalsMax = 10_000
    /// The path of the 01.software route.
    package static let softwarePath = "/api/webhook"
    /// What the routes did.
    package let ledger = EffectLedger()
    private let software: ExampleHandler
    private let routes: [Route]
    private let received = Mutex<[String: Arrival]>([:])

    /// An application with the secret of the 01.software webhook and routes for other senders.
    package init(softwareSecret: [UInt8], routes: [Route]) {
        software = ExampleHandler(secret: softwareSecret, ledger: ledger)
        self.routes = routes
    }

    /// Answers one request.
    package func answer(_ request: HandlerRequest) -> HandlerResponse {
        note(request)
        if request.target == ExampleApplication.softwarePath { return software.answer(request) }
        guard let route = routes.first(where: { $0.path == request.target }) else { return .notFound }
        guard let subject = route.subject(of: request) else { return .invalidEvent }
        ledger.record(EffectLedger.Effect(route.sink, subject))
        return .processed
    }

    /// Requests that came through, by the id that the gateway gave them.
    package var arrivals: [String: Arrival] { received.withLock { $0 } }

    private func note(_ request: HandlerRequest) {
        let id = request.field("x-request-id") ?? ""
        received.withLock { received in
            guard received[id] != nil || received.count < ExampleApplication.arrivalsMax else { return }
            received[id, default: Arrival(body: request.body, count: 0)].count += 1
        }
    }
}
