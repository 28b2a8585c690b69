import GatewayCrypto
import StrictJSON

/// Amazon SNS: a signature over members of the JSON body, each as its name and value on lines of their own.
///
/// Source: Amazon SNS developer guide, verifying the signatures of messages. The certificate is imported by the
/// operator; nothing is fetched, but the address that the message names must still be one of Amazon's.
extension SignatureVerifier {
    /// Judges one notification or confirmation.
    func judgeNotification(_ body: Span<UInt8>, _ now: Timestamp) -> Result<SignatureMatch, Denial> {
        guard let members = TokenMembers([UInt8](copying: body)) else {
            return .failure(SignatureFault.malformedBody.denial("the body is not one strict JSON object"))
        }
        guard members.has("Signature") else {
            return .failure(SignatureFault.missingSignature.denial("no signature is there"))
        }
        guard let text = members.text("Signature"), let signature = Base64.decode(text.span), !signature.isEmpty else {
            return .failure(SignatureFault.malformedSignature.denial("the signature is not base64"))
        }
        let algorithm: SignatureAlgorithm
        switch members.text("SignatureVersion").map({ String(decoding: $0, as: UTF8.self) }) {
        case "1": algorithm = .rsaPKCS1(.sha1)
        case "2": algorithm = .rsaPKCS1(.sha256)
        default: return .failure(SignatureFault.unsupportedAlgorithm.denial("the signature version is neither 1 nor 2"))
        }
        guard let address = members.text("SigningCertURL"), SignatureVerifier.isAmazonCertificate(address) else {
            return .failure(SignatureFault.unknownKey.denial("the certificate's address is not one of Amazon SNS"))
        }
        let content: [UInt8]
        switch SignatureVerifier.notificationContent(members) {
        case .success(let found): content = found
        case .failure(let denial): return .failure(denial)
        }
        guard let stamp = members.text("Timestamp"), let time = TimestampGrammar.rfc3339.parse(stamp.span) else {
            return .failure(SignatureFault.malformedTimestamp.denial("the timestamp is not of the form rfc3339"))
        }
        for (index, key) in keys.enumerated() {
            guard case .publicKey(let publicKey) = key.key.material,
                publicKey.verify(algorithm, signature: signature.span, message: content.span)
            else { continue }
            guard key.key.isAccepted(at: time, now: now) else {
                return .failure(key.key.refusal(now: now))
            }
            return .success(
                SignatureMatch(
                    keyIndex: index,
                    keyID: key.key.id,
                    candidateCount: 1,
                    timestamp: time,
                    contentDigest: SHA256.hash(content.span),
                    contentIsBody: false,
                    coversBody: true,
                    eventID: members.text("MessageId").map { .value($0) } ?? .none
                )
            )
        }
        return .failure(SignatureFault.signatureMismatch.denial("no key fits the signature"))
    }

    /// The signed text: names in this order, `Subject` only where it is there.
    private static func notificationContent(_ members: TokenMembers) -> Result<[UInt8], Denial> {
        let names: [String]
        switch members.text("Type").map({ String(decoding: $0, as: UTF8.self) }) {
        case "Notification": names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
        case "SubscriptionConfirmation", "UnsubscribeConfirmation":
            names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        default: return .failure(SignatureFault.malformedBody.denial("the message is of no known type"))
        }
        var content: [UInt8] = []
        for name in names {
            guard let value = members.text(name) else {
                if name == "Subject" { continue }
                return .failure(SignatureFault.coveredValueMissing.denial("member \(name) is not there"))
            }
            content += Array(name.utf8) + [0x0A] + value + [0x0A]
        }
        return .success(content)
    }

    /// `https://sns.REGION.amazonaws.com[.cn]/….pem`, region of lower-case letters, digits and hyphens.
    static func isAmazonCertificate(_ address: [UInt8]) -> Bool {
        let start = Array("https://sns.".utf8)
        guard address.starts(with: start), address.suffix(4).elementsEqual(".pem".utf8) else { return false }
        let rest = address[start.count...]
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")), let dot = rest.firstIndex(of: UInt8(ascii: "."))
        else {
            return false
        }
        guard dot < slash, dot > rest.startIndex else { return false }
        let region = rest[..<dot]
        let domain = rest[dot..<slash]
        let isRegion = region.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
        return isRegion
            && (domain.elementsEqual(".amazonaws.com".utf8) || domain.elementsEqual(".amazonaws.com.cn".utf8))
    }
}
