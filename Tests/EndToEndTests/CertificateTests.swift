import Foundation
import GatewayTestSupport
import Testing

/// The gateway's own certificates: renewed, mismatched, out of date.
@Suite("Certificates", .enabled(if: ChildProcess.isInstalled("openssl")))
struct CertificateTests {
    /// Makes a self-signed certificate and its key as `NAME.pem` and `NAME.key`.
    private static func make(_ name: String, in directory: TestDirectory, from start: String, to end: String) throws {
        let path = directory.path + "/" + name
        let request = try ChildProcess.run([
            "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            "/CN=\(name).test", "-keyout", path + ".key", "-out", path + ".csr",
        ])
        #expect(request.ending == .exited(0), "\(request.errors)")
        try directory.write(
            name + ".cnf",
            """
            [ca]
            default_ca = d
            [d]
            database = \(path).index
            serial = \(path).serial
            new_certs_dir = \(directory.path)
            default_md = sha256
            policy = p
            [p]
            commonName = supplied

            """
        )
        try directory.write(name + ".index", "")
        try directory.write(name + ".serial", "01\n")
        let signed = try ChildProcess.run([
            "openssl", "ca", "-batch", "-selfsign", "-notext", "-config", path + ".cnf", "-keyfile",
            path + ".key", "-in", path + ".csr", "-startdate", start, "-enddate", end, "-out", path + ".pem",
        ])
        #expect(signed.ending == .exited(0), "\(signed.errors)")
    }

    private static func stamp(days: Int) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "yyyyMMddHHmmss'Z'"
        return formatter.string(from: Date().addingTimeInterval(Double(days) * 86_400))
    }

    private static func make(_ name: String, in directory: TestDirectory, days: ClosedRange<Int>) throws {
        try make(name, in: directory, from: stamp(days: days.lowerBound), to: stamp(days: days.upperBound))
    }

    private static func setup(_ name: String, _ extra: String = "") -> Setup {
        Setup().changed {
            $0.listeners = ["address: 127.0.0.1:0, tls: {certificate: \(name).pem, key: \(name).key\(extra)}"]
        }
    }

    private func start(_ setup: Setup, _ directory: TestDirectory) throws -> GatewayProcess {
        try setup.write(to: directory, upstream: 9)
        return try GatewayProcess(in: directory)
    }

    /// The subject of the certificate that a new connection gets; empty where the handshake fails.
    private static func subject(_ port: Int) -> String {
        let result = try? ChildProcess.run(
            ["openssl", "s_client", "-connect", "127.0.0.1:\(port)"],
            input: Array("".utf8)
        )
        let line = result?.output.split(separator: "\n").first { $0.hasPrefix("subject=") }
        return line.map { String($0.dropFirst("subject=CN = ".count)) } ?? ""
    }

    @Test("a renewed certificate is served after a reload, and no handshake fails meanwhile (R-TLS-09)")
    func renewed() throws {
        let directory = try TestDirectory()
        for name in ["one", "two"] { try Self.make(name, in: directory, days: -1...60) }
        @Sendable func use(_ name: String) throws {
            for suffix in [".pem", ".key"] {
                try directory.write("current" + suffix, directory.read(name + suffix))
            }
        }
        try use("one")
        let gateway = try start(Self.setup("current"), directory)
        let port = gateway.port
        let isDone = Guarded(false)
        let results = inParallel(3) { index -> [String] in
            guard index > 0 else {
                for round in 1...12 {
                    try? use(round % 2 == 0 ? "one" : "two")
                    gateway.signal(SIGHUP)
                    _ = Deadline.holds(seconds: 10) {
                        gateway.log.components(separatedBy: "configuration reloaded").count > round
                    }
                }
                isDone.withLock { $0 = true }
                return []
            }
            var subjects: [String] = []
            while !isDone.withLock({ $0 }) { subjects.append(Self.subject(port)) }
            return subjects
        }.flatMap { $0 }
        #expect(!results.isEmpty)
        #expect(Set(results).isSubset(of: ["one.test", "two.test"]), "\(Set(results))")
        try use("two")
        gateway.signal(SIGHUP)
        let isServed = Deadline.holds(seconds: 10) { Self.subject(port) == "two.test" }
        #expect(isServed)
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    @Test("a key of another certificate is refused with that reason, and the old pair stays (R-TLS-09)")
    func mismatched() throws {
        let directory = try TestDirectory()
        for name in ["one", "two"] { try Self.make(name, in: directory, days: -1...60) }
        let gateway = try start(Self.setup("one"), directory)
        try directory.write("one.key", directory.read("two.key"))
        let check = try ChildProcess.run([GatewayProcess.binary, "check", "-c", directory.path + "/postern.yaml"])
        #expect(check.ending == .exited(78))
        #expect(check.errors.contains("belongs to another certificate"), "\(check.errors)")
        gateway.signal(SIGHUP)
        let reject = gateway.entry { $0.kind == "config.reject" }
        #expect(
            reject?.detail?.contains("belongs to another certificate") == true,
            "\(reject?.detail ?? "")"
        )
        #expect(Self.subject(gateway.port) == "one.test")
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    @Test(
        "a certificate that is not valid now is refused unless 'expired: serve' is written (R-TLS-11)",
        arguments: [-20 ... -10, 10...20]
    )
    func outOfDate(days: ClosedRange<Int>) throws {
        let directory = try TestDirectory()
        try Self.make("own", in: directory, days: days)
        try Self.setup("own").write(to: directory, upstream: 9)
        let words =
            days.upperBound < 0 ? "the certificate expired 10 days ago" : "the certificate is not valid for another"
        for command in ["check", "serve"] {
            let arguments = command == "serve" ? ["serve", "--allow-root"] : [command]
            let result = try ChildProcess.run(
                [GatewayProcess.binary] + arguments + ["-c", directory.path + "/postern.yaml"]
            )
            #expect(result.ending == .exited(78), "\(command)")
            #expect(result.errors.contains(words), "\(result.errors)")
        }
        let gateway = try start(Self.setup("own", ", expired: serve"), directory)
        #expect(Self.subject(gateway.port) == "own.test")
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    @Test("from 30 days before its end the log warns, and the metrics say when it is (R-TLS-11)")
    func expiresSoon() throws {
        let directory = try TestDirectory()
        try Self.make("own", in: directory, days: -1...10)
        let gateway = try start(Self.setup("own"), directory)
        #expect(Deadline.holds { gateway.log.contains("a certificate expires soon") })
        let end = try gateway.metric("postern_tls_certificate_expiry_timestamp_seconds") ?? 0
        #expect(abs(end - Date().timeIntervalSince1970 - 10 * 86_400) < 3_600)
        let check = try ChildProcess.run(
            [GatewayProcess.binary, "check", "--strict", "-c", directory.path + "/postern.yaml"]
        )
        #expect(check.ending == .exited(2))
        #expect(check.errors.contains("warning: "))
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }

    @Test("no renegotiation, no compression, no early data (R-TLS-03, R-TLS-04)")
    func offered() throws {
        let directory = try TestDirectory()
        try Self.make("own", in: directory, days: -1...60)
        let gateway = try start(Self.setup("own"), directory)
        func talk(_ arguments: [String], _ input: String) throws -> ChildProcess.Result {
            try ChildProcess.run(
                ["openssl", "s_client", "-connect", "127.0.0.1:\(gateway.port)"] + arguments,
                input: Array(input.utf8)
            )
        }
        let old = try talk(["-tls1_2"], "R\n")
        #expect(old.output.contains("Compression: NONE"))
        let both = old.output + old.errors
        #expect(both.contains("RENEGOTIATING"))
        // Either an alert, or the end: never a second handshake.
        #expect(old.ending != .exited(0))
        #expect(both.contains("no renegotiation") || both.contains("unexpected eof"), "\(both)")
        let new = try talk(["-tls1_3", "-ign_eof"], "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(new.output.contains("HTTP/1.1 404"))
        #expect(!new.output.contains("Max Early Data: 1"), "\(new.output)")
        #expect(new.output.contains("Early data was not sent"))
        let ending = gateway.stop()
        #expect(ending == .exited(0))
    }
}
