import ArgumentParser
import AuditLog
import GatewayConfig
import GatewayServer
import GatewayStorage
import WebhookVerification

/// What all commands on keys have in common.
struct KeyOptions: ParsableArguments {
    @Option(name: [.customShort("c"), .customLong("config")], help: "The configuration file.")
    var file = "postern.yaml"

    @Flag(help: "Print JSON.")
    var json = false

    /// The tool for the configuration; ends the command where it has no usable `keys`.
    func tool() throws -> KeyTool {
        // Before a secret is read: no core dumps, not readable by other processes.
        ProcessHardening.apply()
        let settings = ConfigurationLoader.keySettings(file: file, environment: Environment.all)
        return try KeyOptions.orEnd { () throws(KeyToolFault) in try KeyTool(settings, actor: .current()) }
    }

    /// Runs what can fail; says why and ends the command with the fault's exit code.
    static func orEnd<Value>(_ body: () throws(KeyToolFault) -> Value) throws -> Value {
        do throws(KeyToolFault) {
            return try body()
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.of(error)
        }
    }

    /// What the running gateway says of its keys; `nil` where none answers.
    static func ask(_ tool: KeyTool) -> KeyReport? {
        guard let admin = tool.admin, let reply = AdminClient.send("GET", "/v1/keys", to: admin), reply.status == 200
        else { return nil }
        return KeyReport(Array(reply.body.utf8))
    }

    /// What keys were used for: what all nodes kept, and of the one that answers what it knows now.
    static func usage(_ tool: KeyTool) -> KeyUsage {
        guard let report = ask(tool) else { return tool.keptUsage() }
        var usage = tool.keptUsage(without: report.node)
        usage.merge(report.usage)
        return usage
    }

    /// Waits until the running gateway has a revision; says what became of it.
    static func wait(_ tool: KeyTool, for revision: Int64, seconds: Int64) -> KeyReport.Arrival {
        let begun = GatewayClock.monotonic()
        while true {
            guard let report = ask(tool) else { return .nobody }
            let elapsed = GatewayClock.monotonic() - begun
            if report.revision >= revision { return .taken(milliseconds: elapsed / 1_000_000) }
            if elapsed > seconds * 1_000_000_000 { return .notTaken(report.fault ?? "no reason was given") }
            Pause.milliseconds(10)
        }
    }

    /// Says on standard error whether the running gateway has taken a change.
    static func tellArrival(_ tool: KeyTool, of revision: Int64) throws {
        switch wait(tool, for: revision, seconds: 5) {
        case .taken(let milliseconds): StandardError.line("the running gateway has taken it (\(milliseconds) ms)")
        case .nobody:
            StandardError.line("no running gateway was asked: one that runs takes it at once, others when they start")
        case .notTaken(let reason):
            StandardError.line("postern: written, but the running gateway has not taken it: \(reason)")
            throw ExitCodes.temporary
        }
    }
}
