import AuditLog
import GatewayConfig
import GatewayStorage
import Logging
import NIOCore
import NIOPosix
import Synchronization
import WebhookVerification

/// Keeps the files of fetched key sets up to date and has the gateway read them anew.
///
/// Off the wire path: a repeated task looks at the clock, requests run on an event loop of their own beside deliveries, and
/// files on a thread pool. A file that cannot be brought up to date stays as it is. Safe to use from any thread.
final class KeySetFetcher: Sendable {
    /// After a failure, and after a key that the set does not have, at least so long passes; nanoseconds.
    static let pause: Int64 = 300_000_000_000
    private static let second: Int64 = 1_000_000_000

    private struct State {
        /// Paths that are being fetched.
        var running: Set<String> = []
        /// When a path may be asked for again: the negative cache.
        var notBefore: [String: Int64] = [:]
        /// Paths that a delivery named an unknown key of.
        var wanted: Set<String> = []
    }

    private let state = Mutex(State())

    /// A delivery of a source named a key that no set has: its sets are asked for again, unless they were just now.
    func want(_ source: String, _ configuration: GatewayConfiguration) {
        let paths = configuration.keySets.filter { $0.source == source }.map(\.path)
        if paths.isEmpty { return }
        state.withLock { $0.wanted.formUnion(paths) }
    }

    /// Starts what is due; called every few seconds.
    func tick(_ gateway: Gateway) {
        let now = GatewayClock.monotonic()
        for fetch in gateway.configuration.keySets where start(fetch, now) {
            KeySetRequest.send(fetch, on: gateway.group).whenComplete { result in
                NIOThreadPool.singleton.submit { _ in self.finish(fetch, result, gateway) }
            }
        }
    }

    private func start(_ fetch: KeySetFetch, _ now: Int64) -> Bool {
        let age = KeySetFile.age(fetch.path)
        return state.withLock { state in
            let isDue = state.wanted.contains(fetch.path) || age.map { $0 * 1000 >= fetch.every } ?? true
            guard isDue, !state.running.contains(fetch.path), now >= state.notBefore[fetch.path] ?? 0 else {
                return false
            }
            state.running.insert(fetch.path)
            state.wanted.remove(fetch.path)
            state.notBefore[fetch.path] = now + KeySetFetcher.pause
            return true
        }
    }

    private func finish(_ fetch: KeySetFetch, _ result: Result<[UInt8], any Error>, _ gateway: Gateway) {
        defer { _ = state.withLock { $0.running.remove(fetch.path) } }
        let logger = gateway.options.logger
        let names: Logger.Metadata = ["source": "\(fetch.source)", "key": "\(fetch.keyID)", "url": "\(fetch.url)"]
        do {
            let bytes = try result.get()
            let members = try JSONWebKeySet.read(bytes)
            if bytes == KeySetFile.read(fetch.path) { return KeySetFile.touch(fetch.path) }
            guard KeySetFile.replace(fetch.path, with: bytes) else {
                throw KeySetRequest.Fault(description: "the file '\(fetch.path)' cannot be written")
            }
            logger.notice("key set fetched", metadata: names)
            gateway.record(
                .keyImport,
                [
                    "actor": .object(KeyringAct.gateway),
                    "detail": .string("\(members.count) keys from \(fetch.url)"), "source": .string(fetch.source),
                ]
            )
            _ = gateway.reloadFromFile()
        } catch {
            logger.warning(
                "key set not fetched, the old one stays",
                metadata: names.merging(["reason": "\(error)"]) { $1 }
            )
        }
    }
}
