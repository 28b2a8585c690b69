internal import JSONSchema

/// Gets schemas from where `schema` points: a file, or a schema that comes with the program.
struct SchemaFile {
    /// Largest schema file, in bytes (R-JSN-16).
    static let fileLimit = 256 << 10

    let paths: PathResolver
    let log: MistakeLog

    /// The compiled schema; `nil` where there is none to be had, which is in the log.
    func load(_ reference: String, at position: TextPosition) -> CompiledSchema? {
        if reference.hasPrefix("builtin:") {
            let name = String(reference.dropFirst(8))
            guard let text = BuiltinSchemas.text(name) else {
                let hint = Suggestion.hint(for: name, among: BuiltinSchemas.allNames)
                log.mistake("there is no schema '\(ConfigNode.cut(reference))'\(hint)", at: position)
                return nil
            }
            return compile(Array(text.utf8), reference, at: position)
        }
        do throws(FileReader.Fault) {
            let bytes = try FileReader.read(
                paths.resolve(reference),
                trust: .configuration,
                limit: SchemaFile.fileLimit
            )
            return compile(bytes, reference, at: position)
        } catch {
            log.mistake("the schema '\(reference)' \(error.sentence)", at: position)
            return nil
        }
    }

    private func compile(_ bytes: [UInt8], _ reference: String, at position: TextPosition) -> CompiledSchema? {
        do throws(SchemaFault) {
            return try CompiledSchema.compile(bytes: bytes)
        } catch {
            for problem in error.problems {
                log.mistake("the schema '\(ConfigNode.cut(reference))', \(problem)", at: position)
            }
            return nil
        }
    }
}
