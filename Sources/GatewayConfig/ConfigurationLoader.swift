internal import GatewayCrypto

/// Turns a configuration file into a `GatewayConfiguration`, or into everything that is wrong with it.
///
/// Start reading here: bytes → YAML tree → references replaced → decoded section by section.
package enum ConfigurationLoader {
    /// Whether development shortcuts are allowed: secrets in the file, throw-away certificates.
    package enum Mode: Sendable, Equatable {
        case production
        case development
    }

    /// What a load gives.
    package struct Result: Sendable {
        /// The configuration; `nil` where there are mistakes.
        package let configuration: GatewayConfiguration?
        /// Everything that is wrong, in the order of the file.
        package let mistakes: [ConfigurationMistake]
        /// What loads and should not stay: `check --strict` fails on it.
        package let warnings: [ConfigurationMistake]
    }

    /// Loads `file` and everything it refers to: schemas, secrets, certificates are read and judged too.
    ///
    /// Never throws and never prints; nothing outside the result changes. Blocks on file access.
    package static func load(
        file: String,
        environment: [String: String],
        mode: Mode = .production
    ) -> Result {
        let log = MistakeLog(file: file)
        do throws(FileReader.Fault) {
            let bytes = try FileReader.read(file, trust: .configuration, limit: YAMLReader.fileLimit)
            return load(bytes, log: log, environment: environment, mode: mode)
        } catch {
            log.mistake("the file \(error.sentence)", at: .start)
            return Result(configuration: nil, mistakes: log.sortedMistakes, warnings: [])
        }
    }

    /// Loads a configuration out of memory; relative paths count from the directory of `file`, which need not exist.
    package static func load(
        bytes: [UInt8],
        file: String,
        environment: [String: String],
        mode: Mode = .production
    ) -> Result {
        load(bytes, log: MistakeLog(file: file), environment: environment, mode: mode)
    }

    /// Reads what commands on keys need, whatever else is wrong with the file.
    ///
    /// An emergency must not wait for a certificate that is missing elsewhere.
    package static func keySettings(file: String, environment: [String: String]) -> KeySettings {
        let log = MistakeLog(file: file)
        let paths = PathResolver(configurationFile: file)
        let context = LoadContext(log: log, paths: paths, environment: environment, mode: .development)
        do throws(FileReader.Fault) {
            let bytes = try FileReader.read(file, trust: .configuration, limit: YAMLReader.fileLimit)
            guard let tree = YAMLReader.read(bytes, log: log) else { return KeySettings(failed: log) }
            let substitution = ScalarSubstitution(environment: environment, paths: paths, log: log)
            let found = RootDecoder(context).keySettings(substitution.apply(to: tree))
            return found ?? KeySettings(failed: log)
        } catch {
            log.mistake("the file \(error.sentence)", at: .start)
            return KeySettings(failed: log)
        }
    }

    private static func load(
        _ bytes: [UInt8],
        log: MistakeLog,
        environment: [String: String],
        mode: Mode
    ) -> Result {
        let paths = PathResolver(configurationFile: log.file)
        let context = LoadContext(log: log, paths: paths, environment: environment, mode: mode)
        var configuration: GatewayConfiguration?
        if let tree = YAMLReader.read(bytes, log: log) {
            let substitution = ScalarSubstitution(environment: environment, paths: paths, log: log)
            let digest = String(SHA256.hash(bytes.span).hex.prefix(16))
            configuration = RootDecoder(context).decode(
                substitution.apply(to: tree),
                digest: digest,
                written: ConfigurationRenderer.written(tree)
            )
        }
        let mistakes = log.sortedMistakes
        return Result(
            configuration: mistakes.isEmpty ? configuration : nil,
            mistakes: mistakes,
            warnings: log.sortedWarnings
        )
    }
}
