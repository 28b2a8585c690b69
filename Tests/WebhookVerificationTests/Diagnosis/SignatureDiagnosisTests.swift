import GatewayCrypto
import Testing
import WebhookVerification

@Suite struct SignatureDiagnosisTests {
    @Test("A mistake made on purpose is named, and nothing else is", arguments: DiagnosisCases.all)
    func named(mistake: DiagnosisCase) throws {
        let result = try mistake.diagnose()
        #expect(
            result.findings.map(\.name) == [mistake.code],
            "\(result.findings) \(String(describing: result.denial))"
        )
        for finding in result.findings {
            #expect(!finding.remedy.isEmpty)
            #expect(!finding.sentence.isEmpty)
            for secret in [mistake.secret, mistake.senderSecret] { #expect(!finding.sentence.contains(secret)) }
        }
    }

    @Test("A delivery that is right has no findings")
    func right() throws {
        for scheme in ["github", "stripe", "standard-webhooks", "square", "slack", "svix"] {
            let result = try DiagnosisCase(name: scheme, code: "", scheme: scheme).diagnose()
            #expect(result.match != nil, "\(scheme)")
            #expect(result.findings.isEmpty, "\(scheme)")
        }
    }

    @Test("The key of another source is named with its source, and so is a delivery that was meant for it")
    func otherSources() throws {
        let github = try #require(SignatureCatalogue.scheme(named: "github"))
        let stripe = try #require(SignatureCatalogue.scheme(named: "stripe"))
        let other = DiagnosisCase.hexSecret
        func source(_ name: String, _ scheme: SignatureScheme) throws -> DiagnosedSource {
            let key = SigningKey(id: DiagnosisCase.id("theirs"), material: try DiagnosisCase.material(other, scheme))
            return DiagnosedSource(name: name, scheme: try CompiledSignatureScheme(scheme), keys: [key])
        }
        let mixed = try DiagnosisCase(name: "mixed", code: "", senderSecret: other)
            .diagnose(others: [try source("shop", stripe), try source("repos", github)])
        #expect(mixed.findings.map(\.name) == ["key.other_source"])
        // Both schemes take the secret as text: the first source that has it is named.
        #expect(mixed.findings.first?.sentence == "signed with key 'theirs' of source 'shop'")
        let astray = DiagnosisCase(name: "astray", code: "", scheme: "stripe", senderSecret: other)
        let request = try astray.sent()
        let own = DiagnosedSource(
            name: "own",
            scheme: try CompiledSignatureScheme(github),
            keys: [
                SigningKey(
                    id: DiagnosisCase.id("k1"),
                    material: try DiagnosisCase.material(DiagnosisCase.secret, github)
                )
            ]
        )
        let result = SignatureDiagnosis(own, others: [try source("shop", stripe)], window: nil)
            .run(request, now: try #require(Timestamp(seconds: DiagnosisCase.now)))
        #expect(result.findings.map(\.name) == ["source.other"])
        #expect(result.findings.first?.sentence.contains("'shop'") == true)
    }

    @Test("Every code has a case that leads to it, here or above")
    func complete() {
        let told = Set(DiagnosisCases.all.flatMap { $0.code.split(separator: "+").map(String.init) })
        let missing = Set(DiagnosisCode.allCases.map(\.rawValue)).subtracting(told)
        #expect(missing == ["key.other_source", "source.other"])
    }

    @Test("The gateway's budget is not exceeded, whatever comes")
    func budget() throws {
        let scheme = try CompiledSignatureScheme(try #require(SignatureCatalogue.scheme(named: "github")))
        let key = SigningKey(
            id: DiagnosisCase.id("k1"),
            material: try DiagnosisCase.material("another one entirely", scheme.scheme)
        )
        var request = try DiagnosisCase(name: "large", code: "").sent()
        request.body = Array(("[" + String(repeating: "{\"a\": 1},", count: 100_000) + "1]").utf8)
        let source = DiagnosedSource(name: "own", scheme: scheme, keys: [key])
        let result = SignatureDiagnosis(source, window: nil, budget: .gateway)
            .run(request, now: Timestamp(microseconds: 0))
        #expect(result.findings.map(\.name) == ["unknown"])
    }
}
