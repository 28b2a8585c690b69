import Foundation

/// A handler's stand-in: takes requests on a real socket, judges them strictly, keeps them, and answers by script.
///
/// Every connection has a thread of its own; connections end when the upstream goes away.
package final class RecordingUpstream: Sendable {
    /// What becomes of a request.
    package indirect enum Reply: Sendable {
        /// A well-formed answer; `fields` are whole lines without CR LF.
        case answer(status: Int, fields: [String] = ["Content-Type: application/json"], body: String)
        /// These bytes, then the next request or the end of the connection.
        case raw([UInt8], closes: Bool)
        /// The end of the connection, without an answer.
        case close
        /// A reset, without an answer.
        case reset
        /// Nothing, until the gateway gives up.
        case silence
        /// Another reply once the gate is open.
        case wait(Gate, then: Reply)
        /// The bytes one by one, `milliseconds` apart.
        case drip([UInt8], milliseconds: Int)

        /// The answer of a handler that is content.
        package static let ok = Reply.answer(
            status: 200,
            body: #"{"success":true,"message":"Webhook processed successfully"}"#
        )
    }

    private struct State {
        var requests: [RecordedRequest] = []
        var connections: [TestSocket] = []
        var accepted = 0
        var isStopped = false
        var script: @Sendable (RecordedRequest) -> Reply
    }

    private let listener: TestSocket
    private let state: Guarded<State>

    /// The port it listens on.
    package let port: Int

    /// Starts listening; `script` is asked for every request that came whole.
    package convenience init(_ script: @escaping @Sendable (RecordedRequest) -> Reply = { _ in .ok }) throws {
        try self.init(on: TestSocket.bound(), script)
    }

    /// The same on a socket that is bound already and refused connections until now.
    package init(
        on listener: TestSocket,
        _ script: @escaping @Sendable (RecordedRequest) -> Reply = { _ in .ok }
    ) throws {
        try listener.startListening()
        self.listener = listener
        port = listener.port
        state = Guarded(State(script: script))
        let state = self.state
        Thread { RecordingUpstream.accept(listener, state) }.start()
    }

    deinit { stop() }

    /// Ends every connection and takes no new ones.
    package func stop() {
        state.withLock { state in
            state.isStopped = true
            for connection in state.connections { connection.shutDown() }
            state.connections = []
        }
        listener.shutDown()
    }

    /// What the next requests get.
    package func script(_ script: @escaping @Sendable (RecordedRequest) -> Reply) {
        state.withLock { $0.script = script }
    }

    /// The requests so far, in order of arrival.
    package var requests: [RecordedRequest] { state.withLock { $0.requests } }

    /// How many connections were made.
    package var connectionCount: Int { state.withLock { $0.accepted } }

    /// Everything a strict reader objects to in any of the requests.
    package var complaints: [String] { requests.flatMap(\.complaints) }

    /// The requests, once there are so many; what there is when the time is over.
    package func requests(atLeast count: Int, seconds: Double = 20) -> [RecordedRequest] {
        _ = Deadline.holds(seconds: seconds) { requests.count >= count }
        return requests
    }

    // MARK: the server

    private static func accept(_ listener: TestSocket, _ state: Guarded<State>) {
        while !state.withLock({ $0.isStopped }) {
            guard let socket = listener.accept(within: Deadline(seconds: 0.5)) else { continue }
            let number = state.withLock { state -> Int in
                state.connections.append(socket)
                state.accepted += 1
                return state.accepted - 1
            }
            Thread { serve(socket, number, state) }.start()
        }
    }

    private static func serve(_ socket: TestSocket, _ number: Int, _ state: Guarded<State>) {
        var pending: [UInt8] = []
        while let request = readRequest(socket, number, &pending) {
            let script = state.withLock { state in
                state.requests.append(request)
                return state.script
            }
            let reply = script(request)
            if case .reset = reply {
                // The close that follows, with the last reference, is the reset.
                socket.resetOnClose()
                state.withLock { $0.connections.removeAll { $0 === socket } }
                return
            }
            guard perform(reply, socket) else { break }
        }
        state.withLock { $0.connections.removeAll { $0 === socket } }
        socket.shutDown()
    }

    /// `false` when the connection ends.
    private static func perform(_ reply: Reply, _ socket: TestSocket) -> Bool {
        switch reply {
        case .answer(let status, let fields, let body):
            let lines = ["HTTP/1.1 \(status) Status"] + fields + ["Content-Length: \(body.utf8.count)", "", ""]
            return socket.write(Array(lines.joined(separator: "\r\n").utf8) + Array(body.utf8))
        case .raw(let bytes, let closes): return socket.write(bytes) && !closes
        case .close, .reset: return false
        case .silence:
            while case .bytes = socket.read(within: Deadline(seconds: 60)) {}
            return false
        case .wait(let gate, let next): return gate.wait() && perform(next, socket)
        case .drip(let bytes, let milliseconds):
            for byte in bytes {
                guard socket.write([byte]) else { return false }
                usleep(UInt32(milliseconds) * 1000)
            }
            return true
        }
    }

    private static func readRequest(_ socket: TestSocket, _ number: Int, _ pending: inout [UInt8]) -> RecordedRequest? {
        while true {
            if let end = TestFields.endOfHead(pending) {
                let request = RecordedRequest(head: pending[..<end], connection: number)
                let length = Int(request.fields["content-length"] ?? "") ?? 0
                while pending.count < end + length {
                    guard case .bytes(let bytes) = socket.read(within: Deadline(seconds: 60)) else {
                        return request.with(body: Array(pending[end...]), complaint: "the body is not complete")
                    }
                    pending += bytes
                }
                let body = Array(pending[end..<end + length])
                pending.removeFirst(end + length)
                return request.with(body: body, complaint: pending.isEmpty ? nil : "bytes after the request")
            }
            guard case .bytes(let bytes) = socket.read(within: Deadline(seconds: 60)) else { return nil }
            pending += bytes
        }
    }
}
