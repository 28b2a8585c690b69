import GatewayCrypto
import Testing
import WebhookVerification

@Suite("SigningKey")
struct SigningKeyTests {
    private static let cut: Int64 = 1_000_000

    private static func key(_ state: SigningKey.State, from: Int64? = nil, until: Int64? = nil) throws -> SigningKey {
        SigningKey(
            id: try #require(KeyID("k")),
            material: .secret(SecretBytes([UInt8](repeating: 1, count: 32).span)),
            state: state,
            notBefore: from.flatMap { Timestamp(seconds: $0) },
            notAfter: until.flatMap { Timestamp(seconds: $0) },
            skew: 60_000_000,
            grace: 360_000_000
        )
    }

    @Test(
        "a retiring key is accepted for what was signed before the cut, while it can still be on its way",
        arguments: [
            (signed: cut, arrived: cut, isAccepted: true), (cut, cut + 360, true), (cut - 1, cut + 360, true),
            (cut + 1, cut + 1, false), (cut, cut + 361, false), (cut + 1, cut - 5, false),
        ]
    )
    func retiring(signed: Int64, arrived: Int64, isAccepted: Bool) throws {
        let key = try SigningKeyTests.key(.retiring, until: SigningKeyTests.cut)
        let time = try #require(Timestamp(seconds: signed))
        #expect(key.isAccepted(at: time, now: try #require(Timestamp(seconds: arrived))) == isAccepted)
    }

    @Test(
        "a key is accepted from its date on, by our clock and the allowed skew",
        arguments: [
            (cut - 61, false), (cut - 60, true), (cut, true), (cut + 1_000_000, true),
        ]
    )
    func notBefore(arrived: Int64, isAccepted: Bool) throws {
        let key = try SigningKeyTests.key(.live, from: SigningKeyTests.cut)
        let now = try #require(Timestamp(seconds: arrived))
        #expect(key.isAccepted(at: now, now: now) == isAccepted)
    }

    @Test("only live and retiring keys are accepted", arguments: SigningKey.State.allCases)
    func states(state: SigningKey.State) throws {
        let now = try #require(Timestamp(seconds: SigningKeyTests.cut))
        let isAccepted = try SigningKeyTests.key(state).isAccepted(at: now, now: now)
        #expect(isAccepted == (state == .live || state == .retiring))
    }
}
