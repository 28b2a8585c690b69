import GatewayTestSupport
import Testing

@Suite("TestDigest")
struct TestDigestTests {
    @Test("the digests of the tests give the published values: FIPS 180-4, RFC 2202 and RFC 4231 case 2")
    func published() {
        let message = Array("what do ya want for nothing?".utf8)
        #expect(TestDigest.sha1.hash("abc".utf8).hexText == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(TestDigest.sha1.hmac(message, key: "Jefe".utf8).hexText == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
        #expect(
            TestDigest.sha256.hash("abc".utf8).hexText
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(
            TestDigest.sha256.hmac(message, key: "Jefe".utf8).hexText
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
    }
}
