import GatewayServer

/// The senders of the demo: one source of the configuration each.
enum DemoSender: String, CaseIterable {
    /// 01.software.
    case cms
    /// GitHub.
    case github
    /// A sender of Standard Webhooks.
    case crm
    /// A sender that signs as Stripe does.
    case billing

    /// Where it delivers to.
    var path: String { "/hooks/\(rawValue)" }

    /// Where the application takes its deliveries.
    var handlerPath: String { self == .cms ? ExampleApplication.softwarePath : "/webhooks/\(rawValue)" }

    /// What the application does with its events; 01.software's go by collection instead.
    var route: ExampleApplication.Route? {
        switch self {
        case .cms: nil
        case .github:
            ExampleApplication.Route(path: handlerPath, sink: .build, subject: .field("x-github-delivery"))
        case .crm: ExampleApplication.Route(path: handlerPath, sink: .contact, subject: .field("webhook-id"))
        case .billing: ExampleApplication.Route(path: handlerPath, sink: .booking, subject: .member("/id"))
        }
    }
}
