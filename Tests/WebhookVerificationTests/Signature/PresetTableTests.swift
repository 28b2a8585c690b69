import Testing
import WebhookVerification

/// The project's own table of requests: `Vectors/presets.json`, made by `Vectors/make-vectors` without this engine.
@Suite struct PresetTableTests {
    @Test("Every preset has a request that is admitted and tampered ones that are refused")
    func isComplete() {
        let table = SignatureVector.own
        let names = Set(SignatureCatalogue.entries.map(\.scheme.name))
        #expect(names.subtracting(table.filter(\.isValid).map(\.scheme)).isEmpty)
        #expect(names.subtracting(table.filter { !$0.isValid }.map(\.scheme)).isEmpty)
    }

    @Test("Every request of the table gets its verdict, and its cause where the table names one", arguments: kinds)
    func verdicts(kind: String) throws {
        for vector in SignatureVector.own where vector.kind == kind {
            let judged = try vector.judge()
            #expect((judged.match != nil) == vector.isValid, "\(vector): \(judged.denial?.detail ?? "a match")")
            if !vector.expect.isEmpty { #expect(judged.fault?.rawValue == vector.expect, "\(vector)") }
        }
    }

    @Test("The edges: windows to the second, several keys and signatures, odd bodies, doubled names, claims and dates")
    func edges() throws {
        #expect(SignatureVector.edges.count > 900)
        for vector in SignatureVector.edges {
            let judged = try vector.judge()
            #expect((judged.match != nil) == vector.isValid, "\(vector): \(judged.denial?.detail ?? "a match")")
            if !vector.expect.isEmpty { #expect(judged.fault?.rawValue == vector.expect, "\(vector)") }
        }
    }

    private static let kinds = Set(SignatureVector.own.map(\.kind)).sorted()
}
