/// A row of the table: a case and what became of it.
struct DemoRow {
    let number: Int
    let kind: DemoCase
    /// The gateway's id of the request; empty where no answer came.
    let requestID: String
    let outcome: DemoOutcome
    /// What else is wrong, for example that the application saw other bytes than were signed.
    let faults: [String]

    /// Whether everything is as it has to be.
    var isRight: Bool { outcome == kind.expected && faults.isEmpty }
}
