import Foundation
import GatewayCrypto
import Testing
import WebhookVerification

/// Certificates of senders, made by the `openssl` command as an authority would make them.
@Suite struct SenderCertificateTests {
    private struct Files {
        let root: [UInt8]
        let other: [UInt8]
        let middle: [UInt8]
        let leaf: [UInt8]
        let stranger: [UInt8]
    }

    private static let files: Files? = try? make()

    private static func make() throws -> Files {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let script = """
            set -e
            ca() { openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$1" -keyout $1.key -out $1.pem; }
            signed() {
              openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout $1.key -out $1.csr
              printf '%s\\n' "$3" > $1.ext
              openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 10 -extfile $1.ext -out $1.pem
            }
            ca root; ca other
            signed middle root "basicConstraints=critical,CA:TRUE"
            signed leaf middle "subjectAltName=DNS:messageverificationcerts.paypal.com"
            signed stranger middle "subjectAltName=DNS:messageverificationcerts.paypal.com.example.com"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = directory
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        func read(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: directory.appendingPathComponent(name + ".pem")))
        }
        return Files(
            root: try read("root"),
            other: try read("other"),
            middle: try read("middle"),
            leaf: try read("leaf"),
            stranger: try read("stranger")
        )
    }

    private func read(
        _ text: [UInt8],
        anchors: [UInt8],
        _ strength: KeyMaterialReader.Strength = .enforced
    ) throws
        -> KeyMaterialReader.Result
    {
        try KeyMaterialReader(try SignatureBench.scheme("paypal"), anchors: anchors).read(text.span, strength: strength)
    }

    private func mistake(_ text: [UInt8], anchors: [UInt8]) -> String {
        do {
            _ = try read(text, anchors: anchors)
            return ""
        } catch {
            return (error as? SignatureSchemeMistake)?.text ?? "\(error)"
        }
    }

    @Test("A certificate of the sender that leads to an anchor is taken, and is valid as long as all of its chain")
    func chain() throws {
        let files = try #require(Self.files)
        let result = try read(files.leaf + files.middle, anchors: files.other + files.root)
        #expect(result.warnings == [])
        let validity = try #require(result.validity)
        // Ten days of the leaf; the chain's first certificate was made before it.
        #expect((9...10).contains((validity.notAfter - validity.notBefore) / 86_400))
        // An intermediate certificate can be the anchor.
        #expect(try read(files.leaf, anchors: files.middle).validity != nil)
        guard case .publicKey = result.material else {
            Issue.record("the certificate's key is a public one")
            return
        }
    }

    @Test("A certificate without its chain, of another name, or with no anchor at all is refused")
    func refused() throws {
        let files = try #require(Self.files)
        let start = "the certificate does not lead to a trust anchor: "
        #expect(mistake(files.leaf, anchors: files.root).hasPrefix(start))
        #expect(mistake(files.leaf + files.middle, anchors: files.other).hasPrefix(start))
        #expect(
            mistake(files.root, anchors: files.root).hasPrefix(
                "a certificate of messageverificationcerts.paypal.com or"
            )
        )
        #expect(mistake(files.stranger + files.middle, anchors: files.root).hasPrefix("a certificate of"))
        #expect(
            mistake(files.leaf + files.middle, anchors: []) == "there are no trust anchors to judge the certificate by"
        )
        #expect(
            mistake(files.leaf + files.middle, anchors: Array("no PEM".utf8)).hasPrefix("there are no trust anchors")
        )
    }

    @Test("A public key alone is taken with a warning, and what tools read is not judged by anchors")
    func publicKey() throws {
        let files = try #require(Self.files)
        let vector = try #require(SignatureVector.own.first { $0.scheme == "paypal" && $0.isValid })
        let result = try read(Array(vector.secrets[0].utf8), anchors: [])
        #expect(
            result.warnings == ["a public key does not say whose it is: import the certificate, its chain behind it"]
        )
        #expect(result.validity == nil)
        #expect(try read(files.leaf, anchors: [], .any).validity != nil)
        #expect(try read(files.root, anchors: [], .any).validity != nil)
    }
}
