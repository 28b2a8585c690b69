import Foundation
import GatewayTestSupport
import Testing

/// A gateway whose one source has its keys in a keyring, and the commands on it.
struct KeyringBench {
    /// The answer of a command on keys.
    struct Answer {
        let result: ChildProcess.Result
        /// The objects of its JSON lines.
        let objects: [[String: String]]
        subscript(_ name: String) -> String? { objects.first?[name] }
    }

    let directory: TestDirectory
    let upstream: RecordingUpstream

    /// A configuration with a keyring and one key; `secret` is the key's.
    static func run(
        loops: Int = 1,
        ahead: [(name: String, text: String)] = [],
        _ test: (KeyringBench, _ gateway: GatewayProcess, _ secret: String) throws -> Void
    ) throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        let bench = KeyringBench(directory: directory, upstream: upstream)
        try bench.setup(loops: loops, ahead: ahead).write(to: directory, upstream: upstream.port)
        #expect(try bench.keys("init-master").result.ending == .exited(0))
        let secret = try #require(try bench.keys("add", "cms", "--json")["secret"])
        let gateway = try GatewayProcess(in: directory, arguments: ["--loops", String(loops)])
        try test(bench, gateway, secret)
        upstream.stop()
        #expect(gateway.stop() == .exited(0), "\(gateway.log)")
    }

    /// The configuration, with other sources `ahead` of the one that has its keys in the keyring.
    func setup(loops: Int = 1, ahead: [(name: String, text: String)] = []) -> Setup {
        Setup(
            sources: ahead + [
                ("cms", Setup.cms(schema: "builtin:01software").replacing("file:cms.key", with: "keyring:cms"))
            ]
        ).changed {
            $0.keys = "file: keys.json, overlap: 1h"
            $0.admin = "socket: \(directory.path)/admin.sock, address: 127.0.0.1:0"
            $0.loops = loops
        }
    }

    /// Runs `postern keys …`.
    func keys(_ arguments: String..., input: String = "") throws -> Answer { try keys(arguments, input: input) }

    /// Runs `postern keys …`.
    func keys(_ arguments: [String], input: String = "") throws -> Answer {
        let configuration = ["-c", directory.path + "/" + GatewayProcess.configurationName]
        let command = [GatewayProcess.binary, "keys"] + arguments + configuration
        let result = try ChildProcess.run(command, input: Array(input.utf8), seconds: 60)
        let objects = result.output.split(separator: "\n").compactMap { line -> [String: String]? in
            let value = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return value?.mapValues { "\($0)" }
        }
        return Answer(result: result, objects: objects)
    }

    /// The objects of `keys list --all --json`, by state.
    func key(_ state: String) throws -> String? {
        try keys("list", "--all", "--json").objects.first { $0["state"] == state }?["id"]
    }

    /// The status of a delivery signed with a secret.
    static func status(_ gateway: GatewayProcess, _ secret: String, _ id: String) throws -> Int {
        try gateway.answer(to: TestSender(secret: secret).cms(Fixture.body(id))).status
    }
}
