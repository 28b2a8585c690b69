import Foundation
import GatewayTestSupport
import Testing

@Suite("Demo")
struct DemoTests {
    @Test("'postern demo' needs nothing, fits into 80 columns and ends with 0 because every verdict was right")
    func plain() throws {
        let result = try ChildProcess.run([GatewayProcess.binary, "demo"], seconds: 100)
        #expect(result.ending == .exited(0), "\(result.output.suffix(2_000)) \(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count > 30)
        for line in lines { #expect(line.count <= 80, "\(line)") }
    }

    @Test("'postern demo --dir' keeps a configuration that passes 'check --dev', and its audit log")
    func kept() throws {
        let directory = try TestDirectory()
        let place = directory.path + "/demo"
        let result = try ChildProcess.run([GatewayProcess.binary, "demo", "--dir", place], seconds: 100)
        #expect(result.ending == .exited(0), "\(result.errors)")
        let check = [GatewayProcess.binary, "check", "--dev", "-c", place + "/postern.yaml"]
        let checked = try ChildProcess.run(check)
        #expect(checked.ending == .exited(0), "\(checked.errors)")
        let nodes = try FileManager.default.contentsOfDirectory(atPath: place + "/audit")
        let entries = nodes.flatMap { AuditLogReader.entries(in: place + "/audit/" + $0) }
        #expect(entries.contains { $0.kind == "request.outcome" })
        #expect(entries.contains { $0.kind == "request.deny" })
        #expect(entries.contains { $0.kind == "request.duplicate" })
    }
}
