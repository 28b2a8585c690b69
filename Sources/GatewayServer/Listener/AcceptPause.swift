import Glibc
import NIOCore

/// Pauses accepting for a moment where the system has no descriptor or memory for another connection (R-DOS-05, R-DOS-16).
///
/// The library leaves the socket registered after a failed accept, which the system reports again at once: its event loop
/// would do nothing else. Connections that wait meanwhile stay in the backlog.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let length = TimeAmount.milliseconds(200)
    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, AcceptPause.isShortage(error.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        guard !isPaused else { return }
        isPaused = true
        setReading(false, context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: AcceptPause.length) {
            bound.value.0.isPaused = false
            if bound.value.1.channel.isActive { bound.value.0.setReading(true, bound.value.1) }
        }
    }

    private func setReading(_ isReading: Bool, _ context: ChannelHandlerContext) {
        try? context.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }

    private static func isShortage(_ code: CInt) -> Bool {
        code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM
    }
}
