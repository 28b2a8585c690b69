import GatewayServer

/// Something that happened at a sender, with the body that tells of it; made up for the demo.
struct DemoEvent {
    let sender: DemoSender
    /// The sender's id of the event.
    let id: String
    let body: String
    /// Header fields besides those of the signature.
    var fields: [(name: String, value: String)] = []
    /// What the application does when it hears of the event; `nil` where it does not know such events.
    let effect: EffectLedger.Effect?
}
