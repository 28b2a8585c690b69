import AuditLog
package import GatewayConfig
import GatewayCrypto
import GatewayStorage
import Glibc
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import WebhookVerification

/// The composition root: builds all parts in order, swaps snapshots on reload, takes everything down in order.
///
///     audit log → replay store → event loops → listeners → admin
///
/// Safe to use from any thread; its calls block and are not for event loops.
package final class Gateway: Sendable {
    /// What is decided on the command line.
    package struct Options: Sendable {
        /// Event loops.
        package var loops: Int
        /// The version in the audit log and in metrics.
        package var version: String
        package var logger: Logger
        /// Whether a replay key that is gone may be made anew.
        package var forgetsReplays: Bool
        /// Reads the configuration anew, for reloads that the admin socket asks for.
        package var load: @Sendable () -> Result<GatewayConfiguration, GatewayStartFault>
        /// Asks for the process to be drained and ended, as a signal does; for the admin socket.
        package var requestStop: @Sendable () -> Void

        package init(
            loops: Int,
            version: String,
            logger: Logger,
            forgetsReplays: Bool = false,
            load: @escaping @Sendable () -> Result<GatewayConfiguration, GatewayStartFault>,
            requestStop: @escaping @Sendable () -> Void = {}
        ) {
            self.load = load
            self.requestStop = requestStop
            self.forgetsReplays = forgetsReplays
            self.loops = loops
            self.version = version
            self.logger = logger
        }
    }

    struct State {
        var snapshot: GatewaySnapshot
        var lastReload: ReloadResult = .never
        var reloads: (applied: UInt64, rejected: UInt64) = (0, 0)
        var isDraining = false
        var isStopRequested = false
    }

    /// What became of the last reload.
    enum ReloadResult: Sendable {
        case never
        case applied
        case rejected
    }

    let options: Options
    let group: MultiThreadedEventLoopGroup
    let writer: AuditWriter
    let replay: MemoryReplayStore
    let replaySecret: SecretBytes
    private let postMortems: PostMortems
    let loops: [LoopSlot]
    let listeners: Listeners
    let admin: AdminServer
    private let indexTailer: AuditIndexTailer?
    let state: Mutex<State>
    let limiter: ConnectionLimiter
    let started = GatewayClock.monotonic()
    /// `nil` without a keyring.
    let keys: KeyringWatch?
    /// Held while a snapshot is built and swapped in, by whatever cause.
    let reloading = Mutex(())
    let budget: BodyBudget
    /// Which sources are armed, and how often they were asked.
    let challenges: ChallengeDesk
    /// Keeps fetched key sets up to date.
    let keySets: KeySetFetcher

    /// Starts everything; when it returns, deliveries are taken.
    package static func start(
        _ configuration: GatewayConfiguration,
        options: Options
    ) throws(GatewayStartFault) -> Gateway {
        try makeDirectory(configuration.audit.directory)
        let access = configuration.keyring.map { KeyringAccess($0, auditDirectory: configuration.audit.directory) }
        let own = OwnKeys(
            configuration: configuration,
            access: access,
            logger: options.logger,
            forgetsReplays: options.forgetsReplays
        )
        // What is wrong with the keyring is said before anything is made.
        _ = try access?.open()
        try own.prepareLog()
        let replaySecret = try own.replaySecret()
        var keyring: KeyringFile.Opened?
        if let access { keyring = try RedactionRollover.open(access, logger: options.logger) }
        let snapshot = try build(configuration, keyring: keyring, generation: 1)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(options.loops, 1))
        let eventLoops = Array(group.makeIterator())
        let sinks = eventLoops.map { AuditLoopSink(loop: $0) }
        let writer = try openAudit(configuration, access, options: options, sinks: sinks)
        let replay = MemoryReplayStore(entriesMax: configuration.replay.maxEntries)
        let postMortems = PostMortems { writer.record($0) }
        let challenges = ChallengeDesk()
        let keySets = KeySetFetcher()
        do {
            try ReplayRestorer.restore(replay, configuration: configuration, logger: options.logger)
            var loops: [LoopSlot] = []
            for (index, loop) in eventLoops.enumerated() {
                let sink = sinks[index]
                let lane = writer.lanes[index]
                loops.append(
                    try loop.submit {
                        let recorder = AuditRecorder(
                            lane: lane,
                            writer: writer,
                            admitsOnWrite: configuration.audit.durability == .written
                        )
                        sink.attach(recorder)
                        let context = try LoopContext(
                            loop: loop,
                            snapshot: snapshot,
                            verifier: DeliveryVerifier(
                                table: snapshot.table,
                                replaySecret: replaySecret,
                                clock: GatewayClock.monotonic
                            ),
                            replay: replay,
                            recorder: recorder,
                            postMortems: postMortems,
                            challenges: challenges,
                            keySets: keySets
                        )
                        context.wheel.start(on: loop)
                        return LoopSlot(context, eventLoop: loop)
                    }.wait()
                )
            }
            let limiter = ConnectionLimiter(
                totalMax: configuration.limits.connections,
                perAddressMax: configuration.limits.connectionsPerAddress
            )
            let gateway = try Gateway(
                options: options,
                group: group,
                writer: writer,
                replay: replay,
                replaySecret: replaySecret,
                postMortems: postMortems,
                loops: loops,
                snapshot: snapshot,
                limiter: limiter,
                challenges: challenges,
                keySets: keySets,
                keys: access.map { KeyringWatch($0, node: configuration.audit.node, logger: options.logger) }
            )
            OpenAdmissions.report(configuration.audit, at: writer, logger: options.logger)
            gateway.record(.configLoad, ["cfg": .string(configuration.digest)])
            gateway.startKeys()
            return gateway
        } catch {
            postMortems.stop()
            writer.stop(members: ["reason": .string("start failed")])
            try? group.syncShutdownGracefully()
            throw error as? GatewayStartFault ?? GatewayStartFault(.unavailable, "\(error)")
        }
    }

    private init(
        options: Options,
        group: MultiThreadedEventLoopGroup,
        writer: AuditWriter,
        replay: MemoryReplayStore,
        replaySecret: SecretBytes,
        postMortems: PostMortems,
        loops: [LoopSlot],
        snapshot: GatewaySnapshot,
        limiter: ConnectionLimiter,
        challenges: ChallengeDesk,
        keySets: KeySetFetcher,
        keys: KeyringWatch?
    ) throws {
        self.challenges = challenges
        self.keySets = keySets
        self.keys = keys
        self.options = options
        self.group = group
        self.writer = writer
        self.replay = replay
        self.replaySecret = replaySecret
        self.postMortems = postMortems
        self.loops = loops
        self.limiter = limiter
        state = Mutex(State(snapshot: snapshot))
        let configuration = snapshot.configuration
        budget = BodyBudget(total: configuration.limits.bodyMemory)
        listeners = Listeners(
            Listeners.Ground(group: group, loops: loops, limiter: limiter, budget: budget)
        )
        let view = AdminView()
        admin = AdminServer(group: group, view: view)
        let sockets = try listeners.prepare(configuration)
        do {
            admin.take(try admin.prepare(configuration.admin))
        } catch {
            listeners.abandon(sockets)
            throw error
        }
        indexTailer = AuditIndexTailer(configuration.audit, logger: options.logger)
        listeners.take(sockets)
        view.attach(self)
        let sweeper = replay
        group.next().scheduleRepeatedTask(initialDelay: .seconds(60), delay: .seconds(60)) { _ in
            sweeper.sweep(now: GatewayClock.monotonic())
        }
        let logger = options.logger
        // The day's first warning comes at once.
        group.next().scheduleRepeatedTask(initialDelay: .zero, delay: .hours(24)) { _ in
            guard let gateway = view.gateway else { return }
            CertificateDates.warn(gateway.listeners.certificates, logger)
        }
        group.next().scheduleRepeatedTask(initialDelay: .milliseconds(100), delay: .seconds(2)) { [weak self] _ in
            guard let self, !self.configuration.keySets.isEmpty else { return }
            // Files are looked at: not on an event loop.
            NIOThreadPool.singleton.submit { [weak self] _ in self.map { $0.keySets.tick($0) } }
        }
    }

    /// Where deliveries are taken, with the ports that the system chose.
    package var addresses: [String] { listeners.addresses }

    /// Where the admin listener is, if there is one.
    package var adminAddresses: [String] { admin.addresses }

    /// The configuration in force.
    package var configuration: GatewayConfiguration { state.withLock { $0.snapshot.configuration } }

    // MARK: stop

    /// Finishes what is in flight, answers 503 to what is new, then takes everything down and flushes the audit log.
    package func stop(reason: String) {
        let isFirst = state.withLock { state in
            defer { state.isDraining = true }
            return !state.isDraining
        }
        guard isFirst else { return }
        options.logger.notice("draining", metadata: ["reason": "\(reason)"])
        for bound in loops { bound.eventLoop.execute { bound.value.drain() } }
        let limit = GatewayClock.monotonic() + Int64(configuration.limits.drainTimeout) * 1_000_000
        while GatewayClock.monotonic() < limit, busyCount > 0 { usleep(20_000) }
        let unfinished = busyCount
        keys?.stop(self)
        listeners.close()
        admin.close()
        indexTailer?.stop()
        postMortems.stop()
        writer.stop(members: ["reason": .string(reason), "detail": .string("\(unfinished) exchanges unfinished")])
        try? group.syncShutdownGracefully()
        options.logger.notice("stopped", metadata: ["unfinished": "\(unfinished)"])
    }

    private var busyCount: Int {
        loops.reduce(0) { sum, bound in
            sum + ((try? bound.eventLoop.submit { bound.value.busyCount }.wait()) ?? 0)
        }
    }

    /// Asks for the drain once; whether it was the first to ask.
    func requestStop() -> Bool {
        let isFirst = state.withLock { state in
            defer { state.isStopRequested = true }
            return !state.isStopRequested && !state.isDraining
        }
        if isFirst { options.requestStop() }
        return isFirst
    }

    func record(_ kind: EntryKind, _ members: [String: AuditValue], at time: Timestamp = GatewayClock.now()) {
        writer.record(ControlEntry(kind, time: time.microseconds, members: members))
    }

    // MARK: parts

    private static func makeDirectory(_ path: String) throws(GatewayStartFault) {
        var current = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            current += "/" + part
            if mkdir(current, 0o750) != 0, errno != EEXIST {
                throw GatewayStartFault(
                    .cannotCreate,
                    "\(current): cannot be made: \(String(cString: strerror(errno)))"
                )
            }
        }
    }

    private static func openAudit(
        _ configuration: GatewayConfiguration,
        _ access: KeyringAccess?,
        options: Options,
        sinks: [AuditLoopSink]
    ) throws(GatewayStartFault) -> AuditWriter {
        let audit = configuration.audit
        var settings = AuditSettings(configuration, access: access, version: options.version)
        settings.startMembers["cfg"] = .string(configuration.digest)
        do {
            return try AuditWriter.open(settings: settings, sinks: sinks, logger: options.logger)
        } catch {
            throw GatewayStartFault(error, directory: audit.directory)
        }
    }
}

extension GatewayStartFault {
    /// An audit log that cannot be opened.
    init(_ fault: AuditOpenFault, directory: String) {
        switch fault {
        case .locked: self.init(.temporary, "\(directory): another process writes this audit log")
        default:
            let cure = fault.isIntegrityFault ? "\n\(fault.cure)" : ""
            self.init(fault.isIntegrityFault ? .data : .inputOutput, "\(directory): \(fault)\(cure)")
        }
    }
}
