import ArgumentParser
import GatewayServer
import Glibc
import WebhookVerification

/// Shows the main job with nothing set up.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show what the gateway does: honest deliveries and attacks, over real sockets.",
        discussion: """
            Writes a configuration, keys and a certificate into a fresh directory, starts an example application and \
            the gateway in front of it, sends deliveries and attacks, and checks every answer against the audit log \
            and against what reached the application. Exit 0: all as it has to be. 1: something was not.
            """
    )

    @Option(
        help: ArgumentHelp(
            "Use this directory and leave it there; it has to be new, empty or a demo's.",
            valueName: "dir"
        )
    )
    var dir: String?

    @Flag(help: "Leave the gateway running and print lines to try by hand; Ctrl-C ends it.")
    var keep = false

    @Flag(help: "Print rows as JSON lines.")
    var json = false

    func run() throws {
        ProcessHardening.apply()
        // Signals are blocked before any thread is started, and only where somebody waits for them.
        let signals = keep ? SignalWatcher() : nil
        let site = try makeSite()
        var isRight = false
        defer { if dir == nil, isRight || keep { site.remove() } }
        do {
            let now = GatewayClock.now()
            let stage = try DemoStage(site, now: now)
            if !json { print(introduction(stage)) }
            let review = try review(stage, now: now)
            if json { DemoLines.print(review) } else { DemoReport(review).print() }
            isRight = review.isRight
            if let signals {
                let hints = DemoHints.text(stage)
                if json { StandardError.line(hints) } else { print(hints) }
                fflush(nil)
                wait(for: signals, stage)
                stage.stop()
            }
        } catch {
            StandardError.line("postern: \(error)")
            if !keep { StandardError.line("postern: the demo's files are in \(site.directory)") }
            throw (error as? GatewayStartFault).map(ExitCodes.of) ?? ExitCodes.unavailable
        }
        if isRight { return }
        if dir == nil, !keep { StandardError.line("postern: the demo's files are in \(site.directory)") }
        throw ExitCodes.negative
    }

    /// Sends everything and judges what came of it; without `--keep` the gateway has stopped then.
    private func review(_ stage: DemoStage, now: Timestamp) throws -> DemoReview {
        var sending = DemoSending(stage, now: now)
        let sent = DemoCases(now: now).all.map { sending.send($0) }
        var review = try DemoReview(sent, on: stage)
        // What is stopped is signed to its end.
        if !keep { stage.stop() }
        review.prove(stage.site)
        return review
    }

    private func makeSite() throws -> DemoSite {
        do throws(GatewayStartFault) {
            if let dir { return try DemoSite(directory: dir) }
            return try DemoSite.temporary()
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.of(error)
        }
    }

    private func introduction(_ stage: DemoStage) -> String {
        """
        postern \(Postern.version) demo

          senders --TLS--> gateway 127.0.0.1:\(stage.port) --> application 127.0.0.1:\(stage.handler.port)
          files: \(stage.site.directory)\(dir == nil ? " (removed at the end if all is well)" : "")
        """
    }

    private func wait(for signals: SignalWatcher, _ stage: DemoStage) {
        while true {
            switch signals.next() {
            case .reload: _ = stage.gateway.reloadFromFile()
            case .stop: return
            }
        }
    }
}
