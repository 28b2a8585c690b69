import ArgumentParser
import GatewayConfig

/// Opens and closes the windows in which unsigned handshakes are answered.
struct SourceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source",
        abstract: "Arm a source for the handshake of its sender.",
        subcommands: [Arm.self, Disarm.self, Armed.self]
    )

    /// Opens a window.
    struct Arm: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer unsigned handshakes of a source for a while.",
            discussion: """
                A handshake that its sender does not sign is answered in an armed window only, unless the source says \
                'open: always'. Through the admin socket; the audit log records it. Exit 0: armed. 69: no gateway \
                answers. 78: no such source, or one without 'challenge'.
                """
        )

        @OptionGroup var file: ConfigurationFile
        @Argument(help: "The source's name.") var name: String
        @Option(name: .customLong("for"), help: "How long, such as 90s, 15m or 1h; at most 24h.")
        var window = "15m"

        func validate() throws {
            if SourceCommand.seconds(window) == nil {
                throw ValidationError("'--for' has to be a duration such as 15m, at most 24h, found '\(window)'")
            }
        }

        func run() throws {
            let seconds = SourceCommand.seconds(window) ?? 0
            try SourceCommand.send("POST", "/v1/sources/\(SourceCommand.path(name))/arm?seconds=\(seconds)", file)
        }
    }

    /// Closes a window.
    struct Disarm: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Close the window of a source before its time.")

        @OptionGroup var file: ConfigurationFile
        @Argument(help: "The source's name.") var name: String

        func run() throws {
            try SourceCommand.send("POST", "/v1/sources/\(SourceCommand.path(name))/disarm", file)
        }
    }

    /// Lists the open windows.
    struct Armed: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the armed sources and the seconds that are left."
        )

        @OptionGroup var file: ConfigurationFile

        func run() throws { try SourceCommand.send("GET", "/v1/sources/armed", file) }
    }

    /// The seconds of `90s`, `15m` or `1h`; `nil` for anything else, and above 24 h.
    static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
        guard let unit = text.last.flatMap({ units[$0] }), (2...6).contains(text.utf8.count),
            text.utf8.dropLast().allSatisfy({ $0 &- 0x30 < 10 }), let number = Int64(text.dropLast()),
            (1...86_400).contains(number * unit)
        else { return nil }
        return number * unit
    }

    /// A name as part of a path; other characters than a source's name has become ones that no source has.
    static func path(_ name: String) -> String {
        String(
            decoding: name.utf8.map { $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x3F ? $0 : 0x21 },
            as: UTF8.self
        )
    }

    static func send(_ method: String, _ path: String, _ file: ConfigurationFile) throws {
        guard let admin = try file.load().admin, admin.socket != nil else {
            StandardError.line("postern: \(file.file): no 'admin: socket', where a source could be armed")
            throw ExitCodes.configuration
        }
        guard let reply = AdminClient.send(method, path, to: admin) else {
            StandardError.line("postern: no gateway answers on \(admin.socket ?? "")")
            throw ExitCodes.unavailable
        }
        guard reply.status == 200 else {
            StandardError.line("postern: refused: " + reply.body.trimmingSuffix(while: \.isNewline))
            throw ExitCodes.configuration
        }
        print(reply.body, terminator: "")
    }
}

extension String {
    fileprivate func trimmingSuffix(while isCut: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isCut(last) { text = text.dropLast() }
        return String(text)
    }
}
