import Foundation
import GatewayCrypto
import Testing

@Suite struct SecretBytesTests {
    @Test("A secret lends its bytes and nothing else shows them")
    func contents() {
        let text = "correct horse battery"
        let secret = SecretBytes(Array(text.utf8).span)
        let copy = secret.withBytes { span in (0..<span.count).map { span[$0] } }
        #expect(copy == Array(text.utf8))
        #expect("\(secret)" == "SecretBytes(21 bytes)")
        #expect(String(reflecting: secret) == "SecretBytes(21 bytes)")
    }

    @Test("Taking an array empties it")
    func consuming() {
        var bytes: [UInt8] = [1, 2, 3]
        let taken = SecretBytes(consuming: &bytes)
        #expect(bytes.isEmpty)
        #expect(taken == secret([1, 2, 3]))
        #expect(taken != secret([1, 2, 4]))
        #expect(taken != secret([1, 2]))
        #expect(secret([UInt8]()).count == 0)
    }

    @Test("More secrets than the locked area holds still work, and leave room for the random generator")
    func manySecrets() async throws {
        let secrets = (0..<20_000).map { SecretBytes([UInt8(truncatingIfNeeded: $0), 1, 2].span) }
        for (index, secret) in secrets.enumerated() {
            #expect(secret.withBytes { $0[0] } == UInt8(truncatingIfNeeded: index))
        }
        // Each thread has a generator of its own, whose state stands in the same area.
        for _ in 0..<16 {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                Thread.detachNewThread {
                    continuation.resume(with: Result { _ = try RandomBytes.make(32) })
                }
            }
        }
        #expect(secrets.count == 20_000)
    }

    @Test("Comparison finds a difference at every place")
    func comparison() {
        let bytes = [UInt8](repeating: 0x5A, count: 64)
        #expect(equalInConstantTime(bytes, bytes))
        #expect(equalInConstantTime([UInt8](), [UInt8]()))
        #expect(!equalInConstantTime(bytes, Array(bytes.prefix(63))))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!equalInConstantTime(bytes, other))
        }
    }
}
