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
        _ delivery: VerifiedDelivery,
        body: ByteBuffer,
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
        resigned: ResignedFields?,
        seconds: Int64
    ) -> UpstreamRequest {
        let isJoined = body.readableBytes <= joinedMax
        let headMax =
            1024 + endpoint.fixedFields.count + request.bytes.readableBytes + (resigned?.byteCount ?? 0)
        var buffer = ByteBufferAllocator().buffer(capacity: headMax + (isJoined ? body.readableBytes : 0))
        buffer.writeHead(capacity: headMax) { output in
            request.withBytes(of: request.methodSpan) { output.put($0) }
            output.put(endpoint.targetText)
            if query == .forward, let query = request.query, !query.isEmpty {
                output.put("?")
                request.withBytes(of: query) { output.put($0) }
            }
            output.put(endpoint.fixedFields)
            HeadWriter.writeContentLength(body.readableBytes, into: &output)
            copyFields(request, rules, resigned, into: &output)
            resigned?.write(into: &output)
            AnswerWriter.writeRequestID(requestID, into: &output)
            writeForwarded(request, client, info, into: &output)
            output.put(sourceLine)
            if let replayKey {
                let text = replayKey.text
                output.put("Idempotency-Key: ")
                output.put(text.span.bytes)
                output.put("\r\n")
            }
            if let keyID {
                output.put("Postern-Key-Id: ")
                output.put(keyID.text)
                output.put("\r\n")
            }
            output.put("Postern-Attempt: ")
            output.putInteger(delivery.attempt)
            output.put("\r\n")
            if delivery.isUncertain { output.put("Postern-Uncertain: 1\r\n") }
            if let attestation { write(attestation, source, requestID, body, seconds, into: &output) }
            HeadWriter.writeEnd(into: &output)
        }
        guard isJoined else { return .parts(buffer, body) }
        buffer.writeImmutableBuffer(body)
        return .joined(buffer)
    }

    private static func copyFields(
        _ request: RequestHead,
        _ rules: ForwardingRules,
        _ resigned: ResignedFields?,
        into output: inout HeadOutput
    ) {
        let bytes = request.bytes.readableBytesUInt8Span
        for field in request.fields where field.isASCII {
            guard rules.copies(bytes.extracting(field.name.range)) else { continue }
            if let resigned, resigned.drops(bytes.extracting(field.name.range)) { continue }
            try? HeadWriter.writeField(field, of: request, into: &output)
        }
    }

    private static func writeForwarded(
        _ request: RequestHead,
        _ client: IPAddress?,
        _ info: ConnectionInfo,
        into output: inout HeadOutput
    ) {
        if let client {
            output.put("X-Forwarded-For: ")
            if client == info.peer {
                output.put(info.peerText)
            } else {
                var text: [UInt8] = []
                client.append(to: &text)
                output.put(text)
            }
            output.put("\r\n")
        }
        switch info.transport {
        case .clear: output.put("X-Forwarded-Proto: http\r\n")
        case .tls: output.put("X-Forwarded-Proto: https\r\n")
        }
        if let authority = request.authority, !authority.isEmpty {
            request.withBytes(of: authority) { try? HeadWriter.writeField("X-Forwarded-Host", $0, into: &output) }
        }
    }

    /// `Postern-Verified: t=UNIX,rid=UUID,v1=HEX`, HMAC-SHA256 over `t.rid.source.sha256hex(body)`.
    private static func write(
        _ mac: HMACContext,
        _ source: String,
        _ requestID: UUIDv7,
        _ body: ByteBuffer,
        _ seconds: Int64,
        into output: inout HeadOutput
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
        SHA256.hash(body.readableBytesUInt8Span).appendHex(to: &message)
        var code = [UInt8](repeating: 0, count: 32)
        mac.reset()
        mac.update(message.span)
        var span = code.mutableSpan
        guard mac.finish(into: &span) == 32 else { return }
        var hex: [UInt8] = []
        Hex.append(code.span, to: &hex)
        output.put("Postern-Verified: t=")
        output.put(time)
        output.put(",rid=")
        output.put(id)
        output.put(",v1=")
        output.put(hex)
        output.put("\r\n")
    }
}
