import AuditLog
import GatewayCrypto
import HTTPCodec
import NIOCore
import WebhookVerification

/// Writes what a handler receives: our own head, the signed bytes unchanged.
///
/// Source: `docs/architecture.md`, what the handler receives; R-FWD-02 to R-FWD-08. Fields of the client come by
/// allow-list; what the gateway adds is written last and never taken from the client.
enum UpstreamRequestWriter {
    /// Bodies up to this size are copied behind the head: one write is cheaper than two.
    private static let joinedMax = 16_384

    static func make(
        _ delivery: VerifiedDelivery<ReceivedBody>,
        request: RequestHead,
        requestID: UUIDv7,
        client: IPAddress?,
        info: ConnectionInfo,
        keyID: KeyID?,
        replayKey: ReplayKey?,
        endpoint: UpstreamEndpoint,
        rules: ForwardingRules,
        source: String,
        sourceLine: [UInt8],
        query: ContentRules.Query,
        attestation: HMACContext?,
        seconds: Int64
    ) -> UpstreamRequest {
        let body = delivery.body.buffer
        let isJoined = body.readableBytes <= joinedMax
        var buffer = ByteBufferAllocator().buffer(capacity: 1024 + (isJoined ? body.readableBytes : 0))
        request.withBytes(of: request.methodSpan) { _ = buffer.writeBytes($0) }
        buffer.writeBytes(endpoint.targetText)
        if query == .forward, let query = request.query, !query.isEmpty {
            buffer.writeStaticString("?")
            request.withBytes(of: query) { _ = buffer.writeBytes($0) }
        }
        buffer.writeBytes(endpoint.fixedFields)
        HeadWriter.writeContentLength(body.readableBytes, into: &buffer)
        copyFields(request, rules, into: &buffer)
        AnswerWriter.writeRequestID(requestID, into: &buffer)
        writeForwarded(request, client, info, into: &buffer)
        buffer.writeBytes(sourceLine)
        var scratch: [UInt8] = []
        if let replayKey {
            replayKey.appendText(to: &scratch)
            buffer.writeStaticString("Idempotency-Key: ")
            buffer.writeBytes(scratch)
            buffer.writeStaticString("\r\n")
        }
        if let keyID {
            buffer.writeStaticString("Postern-Key-Id: ")
            buffer.writeString(keyID.text)
            buffer.writeStaticString("\r\n")
        }
        buffer.writeStaticString("Postern-Attempt: ")
        HeadWriter.writeInteger(delivery.attempt, into: &buffer)
        buffer.writeStaticString("\r\n")
        if delivery.isUncertain { buffer.writeStaticString("Postern-Uncertain: 1\r\n") }
        if let attestation { write(attestation, source, requestID, delivery, seconds, into: &buffer) }
        HeadWriter.writeEnd(into: &buffer)
        guard isJoined else { return .parts(buffer, body) }
        buffer.writeImmutableBuffer(body)
        return .joined(buffer)
    }

    private static func copyFields(_ request: RequestHead, _ rules: ForwardingRules, into buffer: inout ByteBuffer) {
        let bytes = request.bytes.readableBytesUInt8Span
        for field in request.fields where field.isASCII {
            guard rules.copies(bytes.extracting(field.name.range)) else { continue }
            try? HeadWriter.writeField(field, of: request, into: &buffer)
        }
    }

    private static func writeForwarded(
        _ request: RequestHead,
        _ client: IPAddress?,
        _ info: ConnectionInfo,
        into buffer: inout ByteBuffer
    ) {
        if let client {
            var text: [UInt8] = []
            client.append(to: &text)
            buffer.writeStaticString("X-Forwarded-For: ")
            buffer.writeBytes(text)
            buffer.writeStaticString("\r\n")
        }
        switch info.transport {
        case .clear: buffer.writeStaticString("X-Forwarded-Proto: http\r\n")
        case .tls: buffer.writeStaticString("X-Forwarded-Proto: https\r\n")
        }
        if let authority = request.authority, !authority.isEmpty {
            request.withBytes(of: authority) { try? HeadWriter.writeField("X-Forwarded-Host", $0, into: &buffer) }
        }
    }

    /// `Postern-Verified: t=UNIX,rid=UUID,v1=HEX`, HMAC-SHA256 over `t.rid.source.sha256hex(body)`.
    private static func write(
        _ mac: HMACContext,
        _ source: String,
        _ requestID: UUIDv7,
        _ delivery: VerifiedDelivery<ReceivedBody>,
        _ seconds: Int64,
        into buffer: inout ByteBuffer
    ) {
        let time = Array(String(seconds).utf8)
        var id: [UInt8] = []
        requestID.append(to: &id)
        var message = time
        message.append(UInt8(ascii: "."))
        message.append(contentsOf: id)
        message.append(UInt8(ascii: "."))
        message.append(contentsOf: source.utf8)
        message.append(UInt8(ascii: "."))
        SHA256.hash(delivery.body.buffer.readableBytesUInt8Span).appendHex(to: &message)
        var output = [UInt8](repeating: 0, count: 32)
        mac.reset()
        mac.update(message.span)
        var span = output.mutableSpan
        guard mac.finish(into: &span) == 32 else { return }
        var hex: [UInt8] = []
        Hex.append(output.span, to: &hex)
        buffer.writeStaticString("Postern-Verified: t=")
        buffer.writeBytes(time)
        buffer.writeStaticString(",rid=")
        buffer.writeBytes(id)
        buffer.writeStaticString(",v1=")
        buffer.writeBytes(hex)
        buffer.writeStaticString("\r\n")
    }
}
