import AuditLog
package import GatewayConfig
import GatewayStorage
import Logging
import NIOCore
import Synchronization
import WebhookVerification

/// New configurations and keyrings: built whole, then swapped in.
extension Gateway {
    /// Reads the configuration anew and takes it.
    package func reloadFromFile() -> Result<Void, GatewayStartFault> {
        switch options.load() {
        case .failure(let fault):
            rejectReload(fault.description)
            return .failure(fault)
        case .success(let configuration):
            do throws(GatewayStartFault) {
                try reload(configuration)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
    }

    /// Builds everything a new configuration needs, then swaps it in; on any fault the old one stays, whole.
    package func reload(_ configuration: GatewayConfiguration) throws(GatewayStartFault) {
        let (old, result) = reloading.withLock { _ in
            let old = snapshot
            return (old, Result { () throws(GatewayStartFault) in try apply(configuration, after: old) })
        }
        do throws(GatewayStartFault) {
            try result.get()
        } catch {
            rejectReload(error.description)
            throw error
        }
        keys?.note(fault: nil)
        state.withLock {
            $0.lastReload = .applied
            $0.reloads.applied += 1
        }
        record(
            .configReload,
            ["cfg": .string(configuration.digest), "detail": .string("was \(old.configuration.digest)")]
        )
        options.logger.notice("configuration reloaded", metadata: ["digest": "\(configuration.digest)"])
    }

    /// A configuration that could not even be read: nothing changes, and it is on record why.
    package func rejectReload(_ reason: String) {
        state.withLock {
            $0.lastReload = .rejected
            $0.reloads.rejected += 1
        }
        record(.configReject, ["detail": .string(Denial.cut(reason))])
        options.logger.error("configuration rejected, the old one stays", metadata: ["reason": "\(reason)"])
    }

    private func apply(_ configuration: GatewayConfiguration, after old: GatewaySnapshot) throws(GatewayStartFault) {
        if let refusal = ReloadRules.refusal(from: old.configuration, to: configuration) {
            throw GatewayStartFault(.configuration, refusal)
        }
        if let place = configuration.keyring?.master { try keys?.access.take(place) }
        let snapshot = try Gateway.build(
            configuration,
            keyring: try keys?.access.open(),
            generation: old.generation + 1
        )
        let sockets = try listeners.prepare(configuration)
        let adminSockets: AdminServer.Prepared
        do throws(GatewayStartFault) {
            adminSockets = try admin.prepare(configuration.admin)
            try swap(snapshot)
        } catch {
            listeners.abandon(sockets)
            throw error
        }
        listeners.take(sockets)
        admin.take(adminSockets)
        limiter.limit(
            total: configuration.limits.connections,
            perAddress: configuration.limits.connectionsPerAddress
        )
        budget.limit(configuration.limits.bodyMemory)
        replay.limit(configuration.replay.maxEntries)
        var logger = options.logger
        // All copies of the logger share their level.
        logger.logLevel = Logger.Level(rawValue: configuration.telemetry.logLevel.rawValue) ?? .info
        state.withLock { $0.snapshot = snapshot }
    }

    /// Gives every event loop the new snapshot, with keyed contexts of its own; none of them where a key cannot be used.
    private func swap(_ snapshot: GatewaySnapshot) throws(GatewayStartFault) {
        do {
            let prepared = try makeVerifiers(snapshot)
            for (index, bound) in loops.enumerated() {
                let verifier = prepared[index]
                try bound.eventLoop.submit { try bound.value.replace(snapshot, verifier: verifier.value) }.wait()
            }
        } catch {
            throw GatewayStartFault(.configuration, "a key cannot be used: \(error)")
        }
    }

    /// A verifier for each loop, made on it; until all are there nothing is replaced.
    private func makeVerifiers(_ snapshot: GatewaySnapshot) throws -> [NIOLoopBound<DeliveryVerifier>] {
        let secret = replaySecret
        return try loops.map { bound in
            let loop = bound.eventLoop
            return try loop.submit {
                let verifier = try DeliveryVerifier(
                    table: snapshot.table,
                    replaySecret: secret,
                    clock: GatewayClock.monotonic
                )
                return NIOLoopBound(verifier, eventLoop: loop)
            }.wait()
        }
    }

    /// The snapshot in force.
    var snapshot: GatewaySnapshot { state.withLock { $0.snapshot } }

    /// Swaps in a snapshot that differs in keys only; on any fault the old keys stay, on every loop.
    func swapKeys(
        _ make: (GatewaySnapshot) throws(GatewayStartFault) -> GatewaySnapshot?
    ) -> Result<GatewaySnapshot?, GatewayStartFault> {
        reloading.withLock { _ in
            Result { () throws(GatewayStartFault) in
                guard let snapshot = try make(snapshot) else { return nil }
                try applyKeys(snapshot)
                return snapshot
            }
        }
    }

    private func applyKeys(_ snapshot: GatewaySnapshot) throws(GatewayStartFault) {
        let now = GatewayClock.now()
        do {
            let prepared = try makeVerifiers(snapshot)
            for (index, bound) in loops.enumerated() {
                let verifier = prepared[index]
                let samples = try bound.eventLoop.submit {
                    let samples = bound.value.keyUse
                    try bound.value.replaceKeys(snapshot, verifier: verifier.value)
                    return samples
                }.wait()
                keys?.take(samples, loop: index, now: now, self)
            }
        } catch {
            throw GatewayStartFault(.configuration, "a key cannot be used: \(error)")
        }
        state.withLock { $0.snapshot = snapshot }
    }

    /// Lends the key counters of every loop, one after the other.
    func sampleKeyUse(_ body: ([KeyUseSample], Int) -> Void) {
        for (index, bound) in loops.enumerated() {
            if let samples = try? bound.eventLoop.submit({ bound.value.keyUse }).wait() { body(samples, index) }
        }
    }

    static func build(
        _ configuration: GatewayConfiguration,
        keyring: KeyringFile.Opened?,
        generation: Int
    ) throws(GatewayStartFault) -> GatewaySnapshot {
        do {
            return try GatewaySnapshot(configuration, keyring: keyring, generation: generation)
        } catch let fault as GatewayStartFault {
            throw fault
        } catch {
            throw GatewayStartFault(.configuration, "\(configuration.file): \(error)")
        }
    }
}
