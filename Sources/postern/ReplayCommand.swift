import ArgumentParser
import GatewayConfig
import GatewayServer

/// How deliveries stand in the replay store of the running gateway, and what an operator decides about them.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "See and decide what the running gateway remembers of deliveries.",
        discussion: """
            EVENT is a request id (X-Request-Id), the sender's event id, or a replay key (Idempotency-Key; \
            one that begins with '-' goes behind '--'). Asked through the admin socket; every decision is an audit entry and outlives a restart.

            Exit 0: done. 1: not known, or not in that state. 69: no gateway answers.
            """,
        subcommands: [StatusCommand.self, AllowCommand.self, ResolveCommand.self, StatsCommand.self]
    )

    /// What all of them take.
    struct Options: ParsableArguments {
        @OptionGroup var file: ConfigurationFile

        @Flag(help: "Print the gateway's answer as one line of JSON.")
        var json = false

        /// Asks, and prints the answer or why there is none.
        func ask(_ method: String, _ path: String) throws {
            guard let admin = try file.load().admin, let socket = admin.socket else {
                StandardError.line("postern: \(file.file): no 'admin: socket', where the gateway could be asked")
                throw ExitCodes.configuration
            }
            guard let reply = AdminClient.send(method, path, to: admin) else {
                StandardError.line("postern: no gateway answers on \(socket)")
                throw ExitCodes.unavailable
            }
            guard reply.status == 200 else {
                StandardError.line("postern: \(reply.body)".trimmingLineFeed)
                throw ExitCodes.negative
            }
            if json {
                print(reply.body, terminator: "")
            } else {
                for line in ReplayReport.lines(reply.body.trimmingLineFeed) { print(line) }
            }
        }
    }

    /// One event, and its source where several sources have the same id.
    struct Event: ParsableArguments {
        @Argument(help: "A request id, an event id, or a replay key.")
        var event: String

        @Option(help: "The source, where several have an event with this id.")
        var source: String?

        var query: String {
            let digits = Array("0123456789abcdef")
            let hex = event.utf8.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
            return "event=\(hex)" + (source.map { "&source=\($0)" } ?? "")
        }

        func validate() throws {
            if event.isEmpty || event.utf8.count > 512 {
                throw ValidationError("EVENT has to have 1 to 512 bytes.")
            }
            let isName = source?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "&") } ?? true
            if !isName { throw ValidationError("--source has to be the name of a source.") }
        }
    }

    /// How an event stands.
    struct StatusCommand: EventQuestion {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Show how an event stands: done, released, held or in flight.",
            usage: "postern replay status EVENT [--source NAME] [-c FILE] [--json]"
        )

        @OptionGroup var options: Options
        @OptionGroup var event: Event

        static let question = (method: "GET", path: "/v1/replay/status?")
    }

    /// Has a finished event forgotten once.
    struct AllowCommand: EventQuestion {
        static let configuration = CommandConfiguration(
            commandName: "allow",
            abstract: "Let the next copy of a finished event through: a repeat on purpose.",
            usage: "postern replay allow EVENT [--source NAME] [-c FILE] [--json]"
        )

        @OptionGroup var options: Options
        @OptionGroup var event: Event

        static let question = (method: "POST", path: "/v1/replay/decide?as=allow&")
    }

    /// Decides about an event whose outcome is unknown.
    struct ResolveCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resolve",
            abstract: "Decide about an event whose outcome nobody knows.",
            usage: """
                postern replay resolve EVENT --done [--source NAME] [-c FILE]
                postern replay resolve EVENT --retry [--source NAME] [-c FILE]
                """,
            discussion: """
                --done: the handler did act; copies are duplicates from now on. --retry: it did not; the next copy is \
                forwarded. The gateway keeps no bodies, so have the sender send it again.
                """
        )

        @OptionGroup var options: Options
        @OptionGroup var event: Event

        @Flag(help: "The handler did act.")
        var done = false

        @Flag(help: "The handler did not act.")
        var retry = false

        func validate() throws {
            if done == retry { throw ValidationError("Say either --done or --retry.") }
        }

        func run() throws {
            try options.ask("POST", "/v1/replay/decide?as=\(done ? "done" : "retry")&\(event.query)")
        }
    }

    /// How much is remembered.
    struct StatsCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stats",
            abstract: "Show how many events are remembered, by state."
        )

        @OptionGroup var options: Options

        func run() throws { try options.ask("GET", "/v1/replay/stats") }
    }
}

/// A command that asks the gateway one thing about one event.
protocol EventQuestion: ParsableCommand {
    var options: ReplayCommand.Options { get }
    var event: ReplayCommand.Event { get }
    static var question: (method: String, path: String) { get }
}

extension EventQuestion {
    func run() throws { try options.ask(Self.question.method, Self.question.path + event.query) }
}

extension String {
    /// Without line feeds at the end.
    fileprivate var trimmingLineFeed: String {
        var text = Substring(self)
        while text.utf8.last == UInt8(ascii: "\n") { text = text.dropLast() }
        return String(text)
    }
}
