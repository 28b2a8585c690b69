import GatewayCrypto

/// Makes the answer to a challenge that has passed every other rule.
struct ChallengeReply {
    let rule: ChallengeRule
    /// The request of the handshake that came.
    let preset: ChallengePreset
    let signature: SignatureRule
    let isArmed: Bool
    let now: Timestamp

    /// The answer, or why there is none.
    func make(_ token: [UInt8]) -> ChallengeVerdict {
        if preset.isOracle, let denial = oracle(token) { return .refused(denial, status: nil) }
        switch preset.reply {
        case .text: return answer(.text, token)
        case .number: return answer(.json, token)
        case .member(let name): return answer(.json, object([(name, token)]))
        case .tokenAndMAC(let name, let proof):
            guard let mac = mac(.sha256, token) else { return noKey }
            return answer(.json, object([(name, token), (proof, Array(Hex.encode(mac.span).utf8))]))
        case .macMember(let name):
            guard let mac = mac(.sha256, token) else { return noKey }
            return answer(.json, object([(name, Array("sha256=\(Base64.encode(mac.span))".utf8))]))
        case .digestMember(let name): return digest(name, token)
        case .keyedLine:
            guard case .scheme(let scheme, _) = signature, let publicKey = scheme.scheme.settings["public_key"],
                let mac = mac(.sha1, token)
            else { return noKey }
            return answer(.text, Array("\(publicKey)|\(Hex.encode(mac.span))".utf8))
        case .field(let name, let member):
            let body = member.map { object([($0, token)]) } ?? []
            return .answer(
                ChallengeAnswer(
                    member == nil ? .none : .json,
                    body,
                    field: ChallengeAnswer.Field(name: name, value: token),
                    secret: preset.deliversSecret ? token : nil
                )
            )
        case .fixed(let status, let json):
            let type: ChallengeAnswer.MediaType = json.isEmpty ? .none : .json
            return .answer(
                ChallengeAnswer(
                    status: status,
                    type,
                    Array(json.utf8),
                    secret: preset.deliversSecret ? token : nil
                )
            )
        }
    }

    private func answer(_ type: ChallengeAnswer.MediaType, _ body: [UInt8]) -> ChallengeVerdict {
        .answer(ChallengeAnswer(type, body))
    }

    private var noKey: ChallengeVerdict {
        .refused(Denial(.challengeRefused, "the source has no live secret to answer with"), status: nil)
    }

    /// Why a MAC over the token must not be given away.
    private func oracle(_ token: [UInt8]) -> Denial? {
        guard case .scheme(let scheme, _) = signature else {
            return Denial(.challengeRefused, "the source has no signature scheme to answer with")
        }
        if ChallengeToken.isSeparate(token, scheme, isJSON: rule.isJSON) { return nil }
        // In an armed window somebody waits for a challenge; a JSON text is none, whatever else it may be.
        if isArmed, !ChallengeToken.isJSONText(token) { return nil }
        return Denial(.challengeRefused, "the token could be the signed content of a delivery")
    }

    private func mac(_ digest: DigestAlgorithm, _ token: [UInt8]) -> [UInt8]? {
        guard case .scheme(_, let keys) = signature else { return nil }
        for key in keys where key.isAccepted(at: now, now: now) {
            guard case .secret(let secret) = key.material else { continue }
            return secret.withBytes { try? HMACContext.mac(digest, key: $0, message: token.span) }
        }
        return nil
    }

    private func digest(_ name: String, _ token: [UInt8]) -> ChallengeVerdict {
        guard let secret = rule.verifyToken, let endpoint = rule.endpoint else { return noKey }
        var text = token
        secret.withBytes { text.appendBytes($0) }
        text += Array(endpoint.utf8)
        defer { SecretBytes.wipe(&text) }
        return answer(.json, object([(name, Array(SHA256.hash(text.span).hex.utf8))]))
    }

    /// A JSON object of texts that need no escapes: tokens are of a narrow alphabet.
    private func object(_ members: [(String, [UInt8])]) -> [UInt8] {
        var output: [UInt8] = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output += JSONText.quoted(Array(member.0.utf8)) + [UInt8(ascii: ":")] + JSONText.quoted(member.1)
        }
        output.append(UInt8(ascii: "}"))
        return output
    }
}
