import ArgumentParser
import GatewayConfig

/// Reads secrets that commands are given.
enum SecretFile {
    /// The bytes of a secret's file, one line feed at the end left out; others than its owner must not read it.
    static func read(_ path: String) throws -> [UInt8] {
        do throws(FileReader.Fault) {
            var bytes = try FileReader.read(path, trust: .secret, limit: 64 << 10)
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            guard !bytes.isEmpty else { throw FileReader.Fault("is empty") }
            return bytes
        } catch {
            StandardError.line("postern: \(path) \(error.sentence)")
            throw ExitCodes.noInput
        }
    }
}
