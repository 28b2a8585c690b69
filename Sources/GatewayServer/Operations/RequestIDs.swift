import AuditLog
import GatewayCrypto
import WebhookVerification

/// Makes request ids and claim owners for one event loop out of a buffer of OpenSSL's random bytes.
final class RequestIDs {
    private var pool: [UInt8] = []
    private var next = 0

    /// A UUIDv7 (RFC 9562 section 5.7).
    func make(at time: Timestamp) -> UUIDv7 { UUIDv7(microseconds: time.microseconds, random: word()) }

    /// 128 random bits.
    func owner() -> ReplayOwner { ReplayOwner(high: word(), low: word()) }

    private func word() -> UInt64 {
        if next + 8 > pool.count {
            pool = (try? RandomBytes.make(4096)) ?? RequestIDs.kernelBytes()
            next = 0
        }
        var value: UInt64 = 0
        for index in next..<(next + 8) { value = (value << 8) | UInt64(pool[index]) }
        next += 8
        return value
    }

    /// The kernel's generator, should OpenSSL's fail: ids stay unique.
    private static func kernelBytes() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<512).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
    }
}
