import Foundation
import GatewayTestSupport

/// `docs/verify_audit.py`, the second verifier, as a child process.
enum PythonVerifier {
    /// Its exit status and what it printed.
    static func run(_ directory: String, key: String, expecting note: [UInt8]? = nil) throws -> (Int32, String) {
        var command = ["python3", "\(SharedData.repositoryRoot)/docs/verify_audit.py", directory, "--key", key]
        let path = FileManager.default.temporaryDirectory.path + "/postern-note-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        if let note {
            try Data(note).write(to: URL(fileURLWithPath: path))
            command += ["--expect", path]
        }
        let result = try ChildProcess.run(command)
        guard case .exited(let status) = result.ending else { return (-1, result.errors) }
        return (status, result.output + result.errors)
    }
}
