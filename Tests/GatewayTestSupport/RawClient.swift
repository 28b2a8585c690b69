/// A sender that writes exactly the bytes it is told, in the pieces it is told, and reads answers strictly.
package final class RawClient {
    /// Why no answer could be read.
    package enum Fault: Error, Equatable {
        case closed(after: String)
        case reset(after: String)
        case timeout(after: String)
    }

    private let socket: TestSocket
    private var pending: [UInt8] = []

    /// Connects to a port of the loopback, from another of its addresses where one is given.
    package init(port: Int, from source: String? = nil) throws {
        socket = try TestSocket.connect(port: port, from: source)
    }

    /// Sends bytes; `false` where the gateway does not take them any more.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool { socket.write(bytes) }

    /// Sends text.
    @discardableResult
    package func send(_ text: String) -> Bool { socket.write(Array(text.utf8)) }

    /// Says that nothing more comes, and still reads.
    package func finishWriting() { socket.finishWriting() }

    /// Closes with a reset when this client goes away.
    package func resetOnClose() { socket.resetOnClose() }

    /// The next answer; interim ones are answers of their own.
    ///
    /// With `isHead` the request was HEAD: no body follows.
    package func readResponse(isHead: Bool = false, seconds: Double = 20) throws -> TestResponse {
        let deadline = Deadline(seconds: seconds)
        var end = TestFields.endOfHead(pending)
        while end == nil {
            try readMore(deadline)
            end = TestFields.endOfHead(pending)
        }
        let response = TestResponse(head: pending[..<(end ?? 0)], body: [])
        pending.removeFirst(end ?? 0)
        let hasBody = !isHead && response.status >= 200 && response.status != 204 && response.status != 304
        let length = hasBody ? Int(response.fields["content-length"] ?? "") ?? 0 : 0
        while pending.count < length { try readMore(deadline) }
        let body = Array(pending.prefix(length))
        pending.removeFirst(length)
        return response.with(body: body)
    }

    private func readMore(_ deadline: Deadline) throws {
        switch socket.read(within: deadline) {
        case .bytes(let bytes): pending += bytes
        case .end: throw Fault.closed(after: String(decoding: pending, as: UTF8.self))
        case .reset: throw Fault.reset(after: String(decoding: pending, as: UTF8.self))
        case .timeout: throw Fault.timeout(after: String(decoding: pending, as: UTF8.self))
        }
    }

    /// Everything until the gateway closes.
    package func readToEnd(seconds: Double = 20) throws -> [UInt8] {
        let deadline = Deadline(seconds: seconds)
        while true {
            do {
                try readMore(deadline)
            } catch Fault.closed {
                defer { pending = [] }
                return pending
            }
        }
    }

    /// Every answer until the gateway closes.
    package func readAllResponses(seconds: Double = 20) throws -> [TestResponse] {
        var responses: [TestResponse] = []
        while true {
            do {
                responses.append(try readResponse(seconds: seconds))
            } catch Fault.closed(after: "") {
                return responses
            }
        }
    }

    /// Whether the gateway closes without sending anything more.
    package func isClosed(within seconds: Double = 20) -> Bool {
        guard pending.isEmpty else { return false }
        switch socket.read(within: Deadline(seconds: seconds)) {
        case .end, .reset: return true
        case .timeout: return false
        case .bytes(let bytes):
            pending = bytes
            return false
        }
    }

    /// Whether nothing comes for a while: for rules of the form "not before".
    package func isSilent(for seconds: Double) -> Bool {
        guard pending.isEmpty else { return false }
        switch socket.read(within: Deadline(seconds: seconds)) {
        case .timeout: return true
        case .end, .reset: return false
        case .bytes(let bytes):
            pending = bytes
            return false
        }
    }
}
