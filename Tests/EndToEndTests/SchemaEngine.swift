import GatewayTestSupport

/// Whether the binary under test judges payloads by JSON Schemas.
enum SchemaEngine {
    /// Asked of the binary once: a schema that is none has to be refused when it is loaded.
    static let isBuilt: Bool = {
        guard let directory = try? TestDirectory() else { return false }
        let setup = Setup(sources: [("cms", Setup.cms(schema: "broken.json"))])
        guard (try? setup.write(to: directory, upstream: 9)) != nil,
            let schema = try? directory.write("broken.json", #"{"type":"nonsense"}"#), !schema.isEmpty
        else { return false }
        let file = directory.path + "/" + GatewayProcess.configurationName
        let result = try? ChildProcess.run([GatewayProcess.binary, "check", "--config", file])
        return result?.ending == .exited(78)
    }()
}
