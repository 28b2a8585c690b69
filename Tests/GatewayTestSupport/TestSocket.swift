import Foundation
import Glibc

/// A plain IPv4 TCP socket on the loopback, without anything a library would do for us.
///
/// Closed with its last reference. Every descriptor is close-on-exec, so that programs the tests start do not keep
/// connections of other tests open.
package final class TestSocket: Sendable {
    /// Why a socket cannot be used.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String

        init(_ operation: String, _ code: Int32 = errno) {
            description = "\(operation): \(String(cString: strerror(code)))"
        }
    }

    /// What a read gave.
    package enum Reading: Sendable, Equatable {
        case bytes([UInt8])
        /// The other side sends nothing more.
        case end
        /// The other side reset the connection.
        case reset
        /// Nothing came in time.
        case timeout
    }

    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    private static func make() throws -> TestSocket {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw Fault("socket") }
        return TestSocket(descriptor: descriptor)
    }

    private static func withAddress<Result>(
        _ address: String,
        _ port: Int,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var value = sockaddr_in()
        value.sin_family = sa_family_t(AF_INET)
        value.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        inet_pton(AF_INET, address, &value.sin_addr)
        return withUnsafePointer(to: &value) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Connects to a port of the loopback, from `source` where one is given: all of 127.0.0.0/8 is ours.
    package static func connect(port: Int, from source: String? = nil) throws -> TestSocket {
        let socket = try make()
        if let source {
            guard withAddress(source, 0, { Glibc.bind(socket.descriptor, $0, $1) }) == 0 else { throw Fault("bind") }
        }
        guard withAddress("127.0.0.1", port, { Glibc.connect(socket.descriptor, $0, $1) }) == 0 else {
            throw Fault("connect to port \(port)")
        }
        var one: Int32 = 1
        setsockopt(socket.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        return socket
    }

    /// A bound socket on a port that the system chose; it refuses connections until `startListening`.
    package static func bound() throws -> TestSocket {
        let socket = try make()
        guard withAddress("127.0.0.1", 0, { Glibc.bind(socket.descriptor, $0, $1) }) == 0 else { throw Fault("bind") }
        return socket
    }

    /// Makes a bound socket take connections.
    package func startListening() throws {
        guard listen(descriptor, 512) == 0 else { throw Fault("listen") }
    }

    /// The local port.
    package var port: Int {
        var value = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &value) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return Int(UInt16(bigEndian: value.sin_port))
    }

    /// Waits until something can be read; `false` once the time is over.
    package func isReadable(within deadline: Deadline) -> Bool {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let count = poll(&item, 1, deadline.milliseconds)
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }

    /// The next connection of a listening socket; `nil` once the time is over.
    package func accept(within deadline: Deadline) -> TestSocket? {
        guard isReadable(within: deadline) else { return nil }
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return TestSocket(descriptor: accepted)
    }

    /// What comes next.
    package func read(within deadline: Deadline) -> Reading {
        guard isReadable(within: deadline) else { return .timeout }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { return .bytes(Array(buffer[..<count])) }
        return count == 0 ? .end : .reset
    }

    /// Sends everything; `false` where the other side does not take it.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.send(descriptor, all.baseAddress.map { $0 + sent }, all.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Says that nothing more will be sent.
    package func finishWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends both directions at once, so that whoever reads from it wakes up.
    package func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Makes the close of this socket a reset.
    package func resetOnClose() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }
}
