import HTTPCodec
import NIOCore
import WebhookVerification

/// How the body of a request is read, or read and dropped, within its limits and the memory for bodies.
extension ConnectionHandler {
    var bodySkipMax: Int { 1 << 20 }

    func takeBudget(_ count: Int) -> Bool {
        guard budget.take(count) else { return false }
        budgeted = count
        return true
    }

    func giveBudgetBack() {
        if budgeted > 0 { budget.giveBack(budgeted) }
        budgeted = 0
    }

    func sendContinue() {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: 32)
        buffer.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    func readBody() -> Bool {
        if chunks != nil { return readChunks() }
        let available = pending.readableBytes
        if body.readableBytes == 0, available >= remaining {
            // The usual case: the body is a slice of what was received with the head.
            body = pending.readSlice(length: remaining) ?? ByteBuffer()
            if !isWhole { delivery.feed(body) }
        } else {
            guard available > 0 else { return false }
            if body.readableBytes == 0 { body.reserveCapacity(min(remaining, bodyMax)) }
            guard let part = pending.readSlice(length: min(remaining, available)) else { return false }
            delivery.feed(part)
            body.writeImmutableBuffer(part)
            remaining -= part.readableBytes
            if remaining > 0 { return false }
        }
        return bodyComplete()
    }

    private func readChunks() -> Bool {
        let before = body.readableBytes
        guard let outcome = chunks?.decode(&pending, into: &body) else { return false }
        if body.readableBytes > before,
            let part = body.getSlice(at: body.readerIndex + before, length: body.readableBytes - before)
        {
            delivery.feed(part)
        }
        switch outcome {
        case .needMoreBytes: return false
        case .refused(let refusal):
            refuse(refusal)
            return false
        case .complete: return bodyComplete()
        }
    }

    private func bodyComplete() -> Bool {
        let complete = body
        body = ByteBuffer()
        giveBudgetBack()
        chunks = nil
        phase = .answering
        // The exchange has deadlines of its own: address, audit, upstream.
        loop.wheel.set(self, at: DeadlineWheel.never - DeadlineWheel.tickLength * 2)
        delivery.complete(complete)
        return phase != .answering && phase != .flushing
    }

    func skipBody() -> Bool {
        if chunks != nil {
            var dropped = ByteBuffer()
            guard let outcome = chunks?.decode(&pending, into: &dropped) else { return false }
            switch outcome {
            case .needMoreBytes: return false
            case .refused:
                close()
                return false
            case .complete: break
            }
        } else {
            let count = min(remaining, pending.readableBytes)
            pending.moveReaderIndex(forwardBy: count)
            remaining -= count
            if remaining > 0 { return false }
        }
        nextRequest()
        return true
    }
}
