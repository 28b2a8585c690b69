import NIOCore
import WebhookVerification

/// Who waits for a store's answer, on its own event loop.
protocol ReplayReceiver: AnyObject {
    /// The answer to a claim that could not be given at once.
    func replayAnswered(_ claim: ReplayClaim)

    /// The copy that was in flight has ended: a new claim may tell how.
    func twinEnded()
}

/// Where claims live.
///
/// In memory for one process; engines for several replicas answer later, through the receiver.
///
/// Source: `docs/architecture.md`, replay state machine.
protocol ReplayStore: AnyObject, Sendable {
    /// Claims; `nil` where the answer comes through the receiver. Times are monotonic nanoseconds.
    func claim(
        _ request: ReplayRequest,
        owner: ReplayOwner,
        lease: Int64,
        now: Int64,
        receiver: any ReplayReceiver
    ) -> ReplayClaim?

    /// Asks to be told when the copy in flight ends; `false` where too many wait already or it has ended.
    func wait(for key: ReplayKey, receiver: any ReplayReceiver, on loop: any EventLoop) -> Bool

    /// The upstream acknowledged.
    func finish(_ key: ReplayKey, owner: ReplayOwner, status: Int, now: Int64)

    /// The attempt ended without acknowledgement.
    func release(_ key: ReplayKey, owner: ReplayOwner, outcome: ReplayRelease, now: Int64)

    /// How many keys are held.
    var entryCount: Int { get }
}
