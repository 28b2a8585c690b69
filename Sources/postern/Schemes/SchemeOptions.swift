import ArgumentParser
import GatewayServer

/// Which scheme a command uses, and what it needs to know for it.
struct SchemeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A setting of the scheme, for example webhook_id=W1.", valueName: "name=value"))
    var setting: [String] = []

    /// The settings by name.
    func values() throws -> [String: String] {
        var settings: [String: String] = [:]
        for text in setting {
            guard let equals = text.firstIndex(of: "=") else { throw ValidationError("--setting needs NAME=VALUE.") }
            settings[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return settings
    }

    /// The scheme `name` with `origin` in front of the target, where the scheme signs the URL.
    func choice(_ name: String, origin: String?) throws -> SchemeChoice {
        let settings = try values()
        return try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
            try SchemeChoice(name: name, publicURL: origin, settings: settings)
        }
    }

    /// What `make` gives; says what is wrong and ends the command with 78 where there is nothing.
    static func orEnd<Value>(_ make: () throws(SchemeChoice.Fault) -> Value) throws -> Value {
        do throws(SchemeChoice.Fault) {
            return try make()
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.configuration
        }
    }
}

/// The two parts of a URL: what stands in front of the path, and path and query.
struct SplitURL {
    let origin: String
    let target: String

    /// Takes an http or https URL apart; `nil` for anything else.
    init?(_ text: String) {
        guard let scheme = text.firstRange(of: "://"), ["http", "https"].contains(text[..<scheme.lowerBound]) else {
            return nil
        }
        let slash = text[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? text.endIndex
        guard slash > scheme.upperBound else { return nil }
        origin = String(text[..<slash])
        let rest = text[slash...].prefix { $0 != "#" }
        target = rest.hasPrefix("/") ? String(rest) : "/" + rest
    }
}
