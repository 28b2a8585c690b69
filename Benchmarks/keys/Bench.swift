import Foundation
import GatewayCrypto

/// A gateway with a keyring in a directory of its own, and the commands on it.
final class Bench: @unchecked Sendable {
    // `@unchecked`: nothing but `secret`, which `lock` guards, is changed once threads run.
    let directory: String
    let binary: String
    let port: UInt16
    private let gateway: Process
    private let lock = NSLock()
    private var secret = ""

    init(binary: String, handler: Handler) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("keys-bench-\(getpid())").path
        self.binary = binary
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let configuration = """
            version: 1
            listen: [{address: "127.0.0.1:0"}]
            admin: {socket: \(directory)/admin.sock}
            keys: {file: keys.json}
            sources:
              cms: {preset: 01software, path: /hooks/cms, allow: {ips: [127.0.0.0/8]}, schema: none, \
            signature: {secret: "keyring:cms"}, forward: {to: "http://127.0.0.1:\(handler.port)/"}}
            audit: {dir: audit, origin: bench.test/audit}

            """
        try configuration.write(toFile: directory + "/postern.yaml", atomically: true, encoding: .utf8)
        gateway = Process()
        _ = try Bench.run(binary, directory, ["keys", "init-master"])
        let added = try Bench.run(binary, directory, ["keys", "add", "cms", "--json"])
        secret = Bench.value("secret", added) ?? ""
        let ready = Pipe()
        gateway.executableURL = URL(fileURLWithPath: binary)
        gateway.arguments = ["serve", "--allow-root", "--ready-fd", "1", "-c", directory + "/postern.yaml"]
        gateway.standardOutput = ready
        _ = FileManager.default.createFile(atPath: directory + "/log", contents: nil)
        gateway.standardError = FileHandle(forWritingAtPath: directory + "/log")
        try gateway.run()
        let line = String(decoding: ready.fileHandleForReading.availableData, as: UTF8.self)
        let digits = line.split(separator: ":").dropFirst(2).first?.prefix { $0.isNumber } ?? ""
        port = UInt16(digits) ?? 0
    }

    deinit { gateway.terminate() }

    var processID: Int32 { gateway.processIdentifier }

    var current: String {
        get { lock.withLock { secret } }
        set { lock.withLock { secret = newValue } }
    }

    /// Runs a command to its end and gives its output.
    static func run(_ binary: String, _ directory: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = arguments + ["-c", directory + "/postern.yaml"]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : ""
    }

    /// A member of the first JSON object of an output.
    static func value(_ name: String, _ output: String) -> String? {
        let line = output.split(separator: "\n").first.map(String.init) ?? ""
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return object?[name].map { "\($0)" }
    }

    /// A delivery signed with a secret.
    static func delivery(_ secret: String, _ id: String) -> [UInt8] {
        let body = Array(#"{"collection":"orders","operation":"create","data":{"id":"\#(id)"}}"#.utf8)
        let mac = (try? HMACContext.mac(.sha256, key: Array(secret.utf8).span, message: body.span)) ?? []
        let head =
            "POST /hooks/cms HTTP/1.1\r\nHost: gateway.test\r\nContent-Type: application/json\r\n"
            + "X-Webhook-Signature: \(Hex.encode(mac.span))\r\nContent-Length: \(body.count)\r\n\r\n"
        return Array(head.utf8) + body
    }

    /// Whether an answer is the last one of its connection.
    static func closes(_ answer: [UInt8]?) -> Bool {
        String(decoding: answer ?? [], as: UTF8.self).lowercased().contains("connection: close")
    }

    /// The status of an answer; 0 where none came.
    static func status(_ answer: [UInt8]?) -> Int {
        Int(String(decoding: answer?.dropFirst(9).prefix(3) ?? [], as: UTF8.self)) ?? 0
    }
}
