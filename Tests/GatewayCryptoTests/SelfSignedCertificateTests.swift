import Foundation
import GatewayCrypto
import Testing

@Suite("SelfSignedCertificate")
struct SelfSignedCertificateTests {
    private static let now: Int64 = 1_767_225_600
    private static let openssl = "/usr/bin/openssl"
    private static let hasOpenSSL = FileManager.default.isExecutableFile(atPath: openssl)

    @Test("the private key signs what the certificate's key verifies")
    func keyFitsCertificate() throws {
        let made = try SelfSignedCertificate(now: Self.now)
        let publicKey = try PublicKey(pem: made.certificatePEM.span)
        let privateKey = try made.keyPEM.withBytes { (bytes) throws(CryptoFault) in try PrivateKey(pem: bytes) }
        let message = Array("message".utf8)
        let signature = try privateKey.sign(.ecdsaDER(.sha256), message: message.span)
        let holds = publicKey.verify(.ecdsaDER(.sha256), signature: signature.span, message: message.span)
        #expect(holds)
        #expect(publicKey.bitCount == 256)
    }

    @Test("two certificates share neither key nor serial number")
    func isFresh() throws {
        let one = try SelfSignedCertificate(now: Self.now)
        let other = try SelfSignedCertificate(now: Self.now)
        #expect(one.keyPEM != other.keyPEM)
        #expect(one.certificatePEM != other.certificatePEM)
    }

    @Test("lines have at most 64 characters and end in a line feed (RFC 7468 section 2)")
    func textForm() throws {
        let made = try SelfSignedCertificate(now: Self.now)
        let text = String(decoding: made.certificatePEM, as: UTF8.self)
        #expect(text.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(text.hasSuffix("-----END CERTIFICATE-----\n"))
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
    }

    @Test("the certificate carries the mark of development in plain bytes")
    func carriesMark() throws {
        let made = try SelfSignedCertificate(now: Self.now)
        let body = String(decoding: made.certificatePEM, as: UTF8.self).split(separator: "\n").dropFirst().dropLast()
        let der = try #require(Base64.decode(body.joined()))
        #expect(Data(der).range(of: Data(SelfSignedCertificate.organisation.utf8)) != nil)
    }

    @Test(
        "openssl verifies it against itself for the names it carries, and for no other",
        .enabled(if: hasOpenSSL, "no openssl binary"),
        arguments: [
            (["-verify_hostname", "localhost"], true), (["-verify_ip", "127.0.0.1"], true),
            (["-verify_ip", "::1"], true), (["-verify_hostname", "example.com"], false),
            (["-verify_ip", "127.0.0.2"], false),
        ]
    )
    func opensslVerifies(_ options: [String], _ isAccepted: Bool) throws {
        let made = try SelfSignedCertificate(now: Self.now)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("certificate.pem")
        try Data(made.certificatePEM).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.openssl)
        let time = ["-attime", String(Self.now), "-purpose", "sslserver", "-CAfile", file.path]
        process.arguments = ["verify"] + time + options + [file.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect((process.terminationStatus == 0) == isAccepted)
    }

    @Test(
        "it is valid from an hour before to the given number of days after",
        .enabled(if: hasOpenSSL, "no openssl binary"),
        arguments: [(-3601, false), (-3599, true), (2 * 86_400 - 1, true), (2 * 86_400 + 1, false)] as [(Int64, Bool)]
    )
    func validity(_ offset: Int64, _ isAccepted: Bool) throws {
        let made = try SelfSignedCertificate(now: Self.now, days: 2)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(made.certificatePEM).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.openssl)
        process.arguments = ["verify", "-attime", String(Self.now + offset), "-CAfile", file.path, file.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect((process.terminationStatus == 0) == isAccepted)
    }
}
