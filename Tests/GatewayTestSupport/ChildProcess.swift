import Foundation
package import Glibc

/// A program that a test runs, with its outputs in files.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(Int32)
        /// It had to be killed, because it did not end in time.
        case overdue
    }

    /// What a program said and how it ended.
    package struct Result: Sendable {
        /// The end.
        package let ending: Ending
        /// Its standard output.
        package let output: String
        /// Its standard error.
        package let errors: String

        /// The same with every `text` left out of what the program said.
        package func without(_ text: String) -> Result {
            Result(
                ending: ending,
                output: output.replacingOccurrences(of: text, with: ""),
                errors: errors.replacingOccurrences(of: text, with: "")
            )
        }
    }

    /// The process id.
    package let id: pid_t
    private let ending = Guarded<Ending?>(nil)

    /// Starts `arguments[0]`, looked up in PATH, with standard input from `input` and outputs to files.
    package init(_ arguments: [String], input: String = "/dev/null", output: String, errors: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var id: pid_t = 0
        let code = posix_spawnp(&id, arguments[0], &actions, nil, &pointers, environ)
        guard code == 0 else { throw TestSocket.Fault("start of \(arguments[0])", code) }
        self.id = id
    }

    deinit { if !hasEnded { kill(SIGKILL) } }

    /// Sends a signal.
    package func kill(_ signal: Int32) { Glibc.kill(id, signal) }

    /// Whether it has ended by now.
    package var hasEnded: Bool { poll() != nil }

    private func poll() -> Ending? {
        ending.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            guard waitpid(id, &status, WNOHANG) == id else { return nil }
            known = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
            return known
        }
    }

    /// Waits for the end; kills it when the time is over.
    package func wait(seconds: Double = 30) -> Ending {
        if let ending = Deadline.wait(seconds: seconds, for: { poll() }) { return ending }
        kill(SIGKILL)
        _ = Deadline.wait(seconds: 10) { poll() }
        return .overdue
    }

    /// Runs a program to its end.
    package static func run(_ arguments: [String], input: [UInt8] = [], seconds: Double = 30) throws -> Result {
        let directory = try TestDirectory()
        let path = directory.path
        try Data(input).write(to: URL(fileURLWithPath: path + "/in"))
        let child = try ChildProcess(arguments, input: path + "/in", output: path + "/out", errors: path + "/err")
        let ending = child.wait(seconds: seconds)
        return Result(ending: ending, output: directory.read("out"), errors: directory.read("err"))
    }

    /// Whether PATH has a program of this name.
    package static func isInstalled(_ name: String) -> Bool {
        let paths = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return paths.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }
}
