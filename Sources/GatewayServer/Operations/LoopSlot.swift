import NIOCore

/// An event loop with the context it owns: the way onto the loop for other threads.
struct LoopSlot: Sendable {
    let eventLoop: any EventLoop
    private let bound: NIOLoopBound<LoopContext>

    /// Made on the event loop.
    init(_ context: LoopContext, eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        bound = NIOLoopBound(context, eventLoop: eventLoop)
    }

    /// The context; only on its event loop.
    var value: LoopContext { bound.value }
}
