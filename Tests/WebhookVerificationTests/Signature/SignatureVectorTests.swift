import GatewayTestSupport
import Testing
import WebhookVerification

@Suite struct SignatureVectorTests {
    @Test(
        "Every shared request gets the stated verdict, and the stated cause where there is one",
        .enabled(if: SharedData.isAvailable, "the shared vectors are not there")
    )
    func shared() throws {
        #expect(SignatureVector.all.count >= 900)
        var wrong: [String] = []
        for vector in SignatureVector.all {
            let result = try vector.judge()
            let said = result.match != nil ? "valid" : result.fault?.rawValue ?? "no cause"
            let stated = vector.isValid ? "valid" : vector.expect
            if said != stated { wrong.append("\(vector): said \(said) \(result.denial?.detail ?? "")") }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(SignatureVector.all.count):\n\(wrong.joined(separator: "\n"))")
    }
}
