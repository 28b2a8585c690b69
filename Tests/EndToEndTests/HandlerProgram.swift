import Foundation
import GatewayTestSupport

/// The programs beside these tests: handlers and senders that are not ours.
enum HandlerProgram {
    /// The path of a file in `Handlers`.
    static func path(_ name: String) -> String {
        SharedData.repositoryRoot + "/Tests/EndToEndTests/Handlers/" + name
    }

    static let hasNode = ChildProcess.isInstalled("node")
    static let hasPython = ChildProcess.isInstalled("python3")

    /// Starts a handler with its secret, and gives the port that it prints.
    static func start(_ arguments: [String], secret: String, in directory: TestDirectory) throws -> (ChildProcess, Int)
    {
        let child = try ChildProcess(
            ["env", "WEBHOOK_SECRET=\(secret)"] + arguments,
            output: directory.path + "/handler.out",
            errors: directory.path + "/handler.err"
        )
        let port = Deadline.wait(seconds: 60) { () -> Int? in
            let text = directory.read("handler.out")
            return text.hasSuffix("\n") ? Int(text.dropLast()) : child.hasEnded ? -1 : nil
        }
        guard let port, port >= 0 else { throw Failed(description: directory.read("handler.err")) }
        return (child, port)
    }

    /// A handler that did not start.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }
}
