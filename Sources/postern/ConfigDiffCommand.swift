import ArgumentParser
import GatewayConfig

/// What differs between two configurations, with every default and everything that presets fill in.
struct ConfigDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what differs between two configurations, or from the running gateway.",
        discussion: """
            Both are resolved first, so that spelling, order and comments do not count; secrets appear as fingerprints. \
            Lines with '-' are the other one's, lines with '+' this file's.

            Exit 0: no difference. 1: differences. 69: no gateway answers. 78: mistakes.
            """
    )

    @OptionGroup var source: ConfigurationFile

    @Argument(help: "The other configuration file.")
    var other: String?

    @Flag(help: "Compare with what the running gateway has in force.")
    var running = false

    func validate() throws {
        if running == (other != nil) { throw ValidationError("Name another file, or say --running.") }
    }

    func run() throws {
        let configuration = try source.load()
        let mine = ConfigurationRenderer.render(configuration, resolved: true)
        let difference = LineDifference(from: Self.lines(try before(configuration)), to: Self.lines(mine))
        for line in difference.lines { print(line) }
        if !difference.lines.isEmpty { throw ExitCodes.negative }
    }

    /// The resolved text of what is compared with.
    private func before(_ configuration: GatewayConfiguration) throws -> String {
        if let other {
            var file = source
            file.file = other
            return ConfigurationRenderer.render(try file.load(), resolved: true)
        }
        guard let admin = configuration.admin, admin.socket != nil else {
            StandardError.line("postern: \(source.file): no 'admin: socket', where the gateway could be asked")
            throw ExitCodes.configuration
        }
        guard let reply = AdminClient.send("GET", "/v1/config", to: admin), reply.status == 200 else {
            StandardError.line("postern: no gateway answers on \(admin.socket ?? "")")
            throw ExitCodes.unavailable
        }
        return reply.body
    }

    /// The lines without remarks: file name and digest differ anyway.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }
}
