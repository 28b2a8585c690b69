import Foundation
import GatewayConfig
import GatewayTestSupport
import Testing

/// `docs/configuration.md` against the settings that the decoder knows.
@Suite("Configuration reference")
struct ReferenceTests {
    private static let file = SharedData.repositoryRoot + "/docs/configuration.md"

    private func document() throws -> String { try String(contentsOfFile: Self.file, encoding: .utf8) }

    /// The lines between the marks of a section, as the catalogue makes them.
    private static func table(_ section: Section) -> String {
        var lines = ["| key | value | without it | what it does |", "|---|---|---|---|"]
        for setting in section.settings {
            let name = setting.isRequired ? "**`\(setting.name)`**" : "`\(setting.name)`"
            let standard = setting.standard.map { "`\($0)`" } ?? (setting.isRequired ? "required" : "–")
            switch setting.state {
            case .built: lines.append("| \(name) | \(value(setting.shape)) | \(standard) | \(setting.about) |")
            case .notBuilt: lines.append("| \(name) | – | – | **Not built yet**, refused. \(setting.about) |")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func value(_ shape: Setting.Shape) -> String {
        switch shape {
        case .text(let hint): return hint
        case .choice(let words, let notBuilt):
            let built = words.map { "`\($0)`" }.joined(separator: ", ")
            return notBuilt.isEmpty
                ? built : built + "; not built yet: " + notBuilt.map { "`\($0)`" }.joined(separator: ", ")
        case .boolean: return "`true`, `false`"
        case .integer(let range): return "\(range.lowerBound) to \(range.upperBound)"
        case .size(let range):
            return "`\(Units.text(bytes: range.lowerBound))` to `\(Units.text(bytes: range.upperBound))`"
        case .duration(let range):
            return "`\(Units.text(milliseconds: range.lowerBound))` to `\(Units.text(milliseconds: range.upperBound))`"
        case .list(.section(let section), _): return "list of [\(section.path)](#\(anchor(section)))"
        case .list(let element, _): return "list: " + value(element)
        case .section(let section): return "[\(section.path)](#\(anchor(section)))"
        case .map(let element, let keys): return "mapping; keys: \(keys.hint); values: " + value(element)
        case .either(let shapes, _): return shapes.map(value).joined(separator: ", or ")
        }
    }

    private static func anchor(_ section: Section) -> String {
        section.path.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }

    private static func marks(_ section: Section) -> (String, String) {
        let name = section.path.isEmpty ? "file" : section.path
        return ("<!-- settings: \(name) -->\n", "\n<!-- end -->")
    }

    /// With POSTERN_WRITE_REFERENCE=1 the tables are written instead of compared.
    @Test(
        "holds the table of every section exactly as the catalogue has it",
        arguments: SettingCatalog.allSections.indices
    )
    func holdsTable(index: Int) throws {
        let section = SettingCatalog.allSections[index]
        if section.settings.isEmpty { return }
        let marks = Self.marks(section)
        var text = try document()
        let start = try #require(text.range(of: marks.0), "\(marks.0) is missing")
        let end = try #require(text[start.upperBound...].range(of: marks.1))
        if ProcessInfo.processInfo.environment["POSTERN_WRITE_REFERENCE"] == "1" {
            text.replaceSubrange(start.upperBound..<end.lowerBound, with: Self.table(section))
            try text.write(toFile: Self.file, atomically: true, encoding: .utf8)
        } else {
            #expect(String(text[start.upperBound..<end.lowerBound]) == Self.table(section))
        }
    }

    @Test("has no table of a section that does not exist")
    func hasNoOtherTable() throws {
        let known = Set(SettingCatalog.allSections.map { $0.path.isEmpty ? "file" : $0.path })
        let names = try document().components(separatedBy: "<!-- settings: ").dropFirst().map {
            String($0.prefix { $0 != "\n" }).replacingOccurrences(of: " -->", with: "")
        }
        #expect(Set(names).isSubset(of: known) && names.count == Set(names).count)
    }

    @Test("the published schema has the keys of every section, and no others")
    func schemaHasKeys() throws {
        let object = try JSONSerialization.jsonObject(with: Data(ConfigurationSchema.document.utf8))
        let root = try #require(object as? [String: Any])
        let definitions = try #require(root["$defs"] as? [String: Any])
        for section in SettingCatalog.allSections {
            let name = section.path.replacingOccurrences(of: "*", with: "NAME").replacingOccurrences(of: "[]", with: "")
            let schema = section.path.isEmpty ? root : try #require(definitions[name] as? [String: Any])
            let properties = try #require(schema["properties"] as? [String: Any])
            #expect(Set(properties.keys) == Set(section.settings.map(\.name)))
            #expect(schema["additionalProperties"] as? Bool == false)
        }
    }

    @Test("every setting of the document is decoded: a key nobody reads would be silently ignored")
    func everySettingIsRead() throws {
        let sources = try FileManager.default.subpathsOfDirectory(
            atPath: SharedData.repositoryRoot + "/Sources/GatewayConfig/Decoding"
        )
        var code = ""
        for name in sources where name.hasSuffix(".swift") {
            code += try String(
                contentsOfFile: SharedData.repositoryRoot + "/Sources/GatewayConfig/Decoding/" + name,
                encoding: .utf8
            )
        }
        for section in SettingCatalog.allSections where !section.path.hasPrefix("limits") {
            for setting in section.settings where setting.state == .built {
                #expect(code.contains("\"\(setting.name)\""), "\(section.path).\(setting.name) is not read")
            }
        }
    }
}
