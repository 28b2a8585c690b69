enum NameTables {
    static let valid = ""
    static let joining = ""
    static let bidirectional = ""
    static let compositions = ""
    static func ranges(_ text: String) -> ScalarSet { ScalarSet([]) }
    static func parse(_ text: String) -> [String: ScalarSet] { [:] }
}
