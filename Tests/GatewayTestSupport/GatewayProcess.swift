import Foundation

/// The built binary at work: `postern serve` in a directory of its own, on ports that the system chose.
package final class GatewayProcess: Sendable {
    /// Why a gateway could not be used.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    private struct Ready: Decodable {
        let listeners: [String]
        let admin: [String]
    }

    /// The binary under test: what `POSTERN_BINARY` names, else the one beside the tests.
    package static let binary: String = {
        if let path = ProcessInfo.processInfo.environment["POSTERN_BINARY"] { return path }
        // Swift Package Manager puts executables and test bundles of one build into one directory.
        let test = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
        let beside = test.deletingLastPathComponent().appendingPathComponent("postern").path
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        return SharedData.repositoryRoot + "/.build/debug/postern"
    }()

    /// The directory of configuration, keys and audit log.
    package let directory: TestDirectory
    /// The addresses of the listeners, in the order of the configuration.
    package let listeners: [String]
    /// The address of the admin listener, where there is one: the one on TCP where there are two.
    package let admin: String?
    private let child: ChildProcess

    /// The name of the configuration in its directory.
    package static let configurationName = "postern.yaml"

    /// Starts the gateway on the configuration that lies in `directory`, and waits until it listens.
    ///
    /// `launcher` is a command that becomes the gateway, for example `env` with variables.
    package init(
        in directory: TestDirectory,
        arguments: [String] = ["--loops", "1"],
        launcher: [String] = []
    ) throws {
        self.directory = directory
        let ready = directory.path + "/ready"
        try? FileManager.default.removeItem(atPath: ready)
        let command = launcher + [GatewayProcess.binary, "serve", "--allow-root", "--ready-fd", "1"] + arguments
        let configuration = directory.path + "/" + GatewayProcess.configurationName
        child = try ChildProcess(command + ["-c", configuration], output: ready, errors: directory.path + "/log")
        let child = self.child
        let line = Deadline.wait(seconds: 30) { () -> String? in
            let text = directory.read("ready")
            return text.hasSuffix("\n") || child.hasEnded ? text : nil
        }
        guard let ready = try? JSONDecoder().decode(Ready.self, from: Data((line ?? "").utf8)) else {
            throw Fault(description: "the gateway did not start: \(directory.read("log"))")
        }
        listeners = ready.listeners
        admin = ready.admin.first { !$0.hasPrefix("unix:") } ?? ready.admin.first
    }

    /// The port of the first listener.
    package var port: Int { port(of: 0) }

    /// The port of a listener.
    package func port(of index: Int) -> Int { GatewayProcess.port(listeners[index]) }

    /// The port of the admin listener.
    package var adminPort: Int { GatewayProcess.port(admin ?? "") }

    private static func port(_ address: String) -> Int { Int(address.split(separator: ":").last ?? "") ?? 0 }

    /// A connection to the first listener.
    package func connect(from source: String? = nil) throws -> RawClient { try RawClient(port: port, from: source) }

    /// The answer to one request on a connection of its own.
    package func answer(to request: TestDelivery, from source: String? = nil) throws -> TestResponse {
        let client = try connect(from: source)
        client.send(request.bytes)
        return try client.readResponse(isHead: request.method == "HEAD")
    }

    /// The id of the process.
    package var processID: Int32 { child.id }

    /// Sends a signal.
    package func signal(_ number: Int32) { child.kill(number) }

    /// Resident memory in bytes.
    package var residentBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/\(processID)/statm", encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    /// Ends it as an operator does, and says how it ended.
    package func stop(seconds: Double = 60) -> ChildProcess.Ending {
        child.kill(SIGTERM)
        return child.wait(seconds: seconds)
    }

    /// Waits for its end.
    package func wait(seconds: Double = 60) -> ChildProcess.Ending { child.wait(seconds: seconds) }

    /// Ends it as a power cut does, except for what the system still writes.
    package func crash() {
        child.kill(SIGKILL)
        _ = child.wait()
    }

    /// Whether it has ended.
    package var hasEnded: Bool { child.hasEnded }

    /// What it wrote to its log so far.
    package var log: String { directory.read("log") }

    // MARK: the audit log

    /// The entries so far.
    package var entries: [AuditRecord] { AuditRecord.read(directory.path + "/audit/node-1") }

    /// The entries of one request, once there is one of `kind`; empty when the time is over.
    package func entries(of requestID: String, until kind: String, seconds: Double = 20) -> [AuditRecord] {
        Deadline.wait(seconds: seconds) { () -> [AuditRecord]? in
            let found = entries.filter { $0.rid == requestID }
            return found.contains { $0.kind == kind } ? found : nil
        } ?? []
    }

    /// The first entry for which `condition` holds; waits for it.
    package func entry(seconds: Double = 20, where condition: (AuditRecord) -> Bool) -> AuditRecord? {
        Deadline.wait(seconds: seconds) { entries.first(where: condition) }
    }
}

/// The admin listener.
extension GatewayProcess {
    /// The answer of the admin listener to GET.
    package func adminAnswer(_ path: String) throws -> (status: Int, text: String) {
        let client = try RawClient(port: adminPort)
        client.send("GET \(path) HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n")
        let bytes = try client.readToEnd()
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.components(separatedBy: "\r\n\r\n")
        return (Int(text.dropFirst(9).prefix(3)) ?? 0, parts.dropFirst().joined(separator: "\r\n\r\n"))
    }

    /// The sum of all series of a metric whose labels contain `labels`; `nil` where there is none.
    package func metric(_ name: String, _ labels: String = "") throws -> Double? {
        let lines = try adminAnswer("/metrics").text.split(separator: "\n").filter {
            ($0.hasPrefix(name + "{") || $0.hasPrefix(name + " ")) && (labels.isEmpty || $0.contains(labels))
        }
        let values = lines.compactMap { Double($0.split(separator: " ").last ?? "") }
        return values.isEmpty ? nil : values.reduce(0, +)
    }
}

/// What the system shows of the process.
extension GatewayProcess {
    /// A file of `/proc`, for example `cmdline`.
    package func processFile(_ name: String) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(processID)/\(name)"))
        return String(decoding: data, as: UTF8.self)
    }
}
