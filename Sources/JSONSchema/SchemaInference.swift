package import StrictJSON

/// Finds the tightest schema, of a few simple keywords, that accepts every sample it was shown.
///
/// It knows kinds, required members, closed objects, ranges, lengths, numbers of elements, formats, and constants where a string takes few
/// values often. The result is meant to be read and edited.
package struct SchemaInference {
    private var root = Shape()

    /// How many different strings become an `enum`, and how many samples each must have on average.
    package static let constantsMax = 8
    private static let samplesPerConstant = 3

    /// An inference that has seen nothing.
    package init() {}

    /// Takes one parsed sample in; `bytes` are those it was parsed from.
    package mutating func add(_ document: JSONDocument, _ bytes: Span<UInt8>) {
        guard let node = document.root else { return }
        withByteView(bytes) { view in
            root.add(Sample(document: document, bytes: view), node)
        }
    }

    /// The schema, draft 2020-12, indented by two spaces a level.
    package func schema() -> [UInt8] {
        var output = SchemaText()
        output.open("{")
        output.member("$schema", "\"" + SchemaDraft.draft202012.metaSchema + "\"")
        root.write(to: &output)
        output.close("}")
        output.bytes.append(UInt8(ascii: "\n"))
        return output.bytes
    }

    fileprivate struct Sample {
        let document: JSONDocument
        let bytes: ByteView
    }

    /// What the samples have in common at one place.
    private struct Shape {
        private var count = 0
        private var kinds: Set<String> = []
        private var strings = Strings()
        private var numbers = Numbers()
        private var elements: [Shape] = []
        private var elementCounts: ClosedRange<Int>?
        private var names: [[UInt8]] = []
        private var members: [[UInt8]: Shape] = [:]
        private var objectCount = 0

        mutating func add(_ sample: Sample, _ node: JSONNode) {
            count += 1
            let entry = sample.document.tape[node.index]
            switch sample.document.kind(of: node) {
            case .null: kinds.insert("null")
            case .false, .true: kinds.insert("boolean")
            case .number:
                let number = ExactDecimal(sample.bytes, Int(entry.offset), Int(entry.length))
                kinds.insert(number.isInteger ? "integer" : "number")
                numbers.add(sample.bytes.slice(Int(entry.offset), Int(entry.length)).copy())
            case .string:
                kinds.insert("string")
                strings.add(sample.decoded(entry), codePoints: entry.extra)
            case .array:
                kinds.insert("array")
                let length = sample.document.count(of: node)
                elementCounts =
                    min(elementCounts?.lowerBound ?? .max, length)...max(elementCounts?.upperBound ?? 0, length)
                if elements.isEmpty { elements.append(Shape()) }
                for element in sample.document.elements(of: node) { elements[0].add(sample, element) }
            case .object:
                kinds.insert("object")
                objectCount += 1
                for member in sample.document.members(of: node) {
                    let name = sample.name(member.name)
                    if members[name] == nil { names.append(name) }
                    members[name, default: Shape()].add(sample, member.value)
                }
            }
        }

        func write(to output: inout SchemaText) {
            var kinds = self.kinds
            if kinds.contains("number") { kinds.remove("integer") }
            let sorted = kinds.sorted()
            if sorted.count == 1 { output.member("type", "\"\(sorted[0])\"") }
            if sorted.count > 1 {
                output.member("type", "[" + sorted.map { "\"\($0)\"" }.joined(separator: ", ") + "]")
            }
            // With other kinds beside it an enum would refuse them.
            strings.write(to: &output, mayList: sorted == ["string"])
            numbers.write(to: &output)
            if let elementCounts {
                output.member("minItems", String(elementCounts.lowerBound))
                output.member("maxItems", String(elementCounts.upperBound))
            }
            if let items = elements.first, items.count > 0 {
                output.name("items")
                output.open("{")
                items.write(to: &output)
                output.close("}")
            }
            if objectCount > 0 { writeMembers(to: &output) }
        }

        private func writeMembers(to output: inout SchemaText) {
            let required = names.filter { members[$0]?.count == objectCount }
            if !required.isEmpty {
                output.member("required", "[" + required.map(SchemaText.quoted).joined(separator: ", ") + "]")
            }
            output.name("properties")
            output.open("{")
            for name in names {
                output.name(bytes: name)
                output.open("{")
                members[name]?.write(to: &output)
                output.close("}")
            }
            output.close("}")
            output.member("additionalProperties", "false")
        }
    }

    private struct Strings {
        private var count = 0
        private var values: [[UInt8]] = []
        private var hasTooMany = false
        private var lengths: ClosedRange<UInt32>?
        private var formats: [SchemaFormat] = [.dateTime, .date, .time, .uuid, .ipv4, .ipv6, .email, .uri]

        mutating func add(_ text: [UInt8], codePoints: UInt32) {
            count += 1
            if !hasTooMany, !values.contains(text) {
                values.append(text)
                hasTooMany = values.count > SchemaInference.constantsMax
            }
            lengths = min(lengths?.lowerBound ?? .max, codePoints)...max(lengths?.upperBound ?? 0, codePoints)
            formats.removeAll { format in !withByteView(text.span) { format.accepts($0) } }
        }

        func write(to output: inout SchemaText, mayList: Bool) {
            guard let lengths else { return }
            if let format = formats.first {
                output.member("format", "\"\(format.name)\"")
            } else if mayList, !hasTooMany, count >= values.count * SchemaInference.samplesPerConstant {
                output.member("enum", "[" + values.map(SchemaText.quoted).joined(separator: ", ") + "]")
            } else {
                output.member("minLength", String(lengths.lowerBound))
                output.member("maxLength", String(lengths.upperBound))
            }
        }
    }

    private struct Numbers {
        private var least: [UInt8] = []
        private var most: [UInt8] = []

        mutating func add(_ text: [UInt8]) {
            if least.isEmpty || Self.precedes(text, least) { least = text }
            if most.isEmpty || Self.precedes(most, text) { most = text }
        }

        private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
            withByteView(left.span) { left in
                withByteView(right.span) { right in
                    ExactDecimal.compare(ExactDecimal(left, 0, left.count), ExactDecimal(right, 0, right.count)) < 0
                }
            }
        }

        func write(to output: inout SchemaText) {
            guard !least.isEmpty else { return }
            output.member("minimum", String(decoding: least, as: UTF8.self))
            output.member("maximum", String(decoding: most, as: UTF8.self))
        }
    }
}

extension SchemaInference.Sample {
    fileprivate func decoded(_ entry: TapeEntry) -> [UInt8] {
        var text: [UInt8] = []
        var decoder = StringDecoder(bytes, Int(entry.offset), Int(entry.length))
        while let byte = decoder.next() { text.append(byte) }
        return text
    }

    fileprivate func name(_ node: JSONNode) -> [UInt8] {
        JSONEquality.Side(tape: document.tape, bytes: bytes, names: document.decodedNameView).name(node.index).copy()
    }
}

/// Indented JSON: two spaces a level, one member a line.
private struct SchemaText {
    var bytes: [UInt8] = []
    private var depth = 0
    private var isFirst = true

    static func quoted(_ text: [UInt8]) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    mutating func open(_ bracket: String) {
        bytes += bracket.utf8
        depth += 1
        isFirst = true
    }

    mutating func close(_ bracket: String) {
        depth -= 1
        if !isFirst { breakLine() }
        bytes += bracket.utf8
        isFirst = false
    }

    mutating func name(_ name: String) {
        self.name(bytes: Array(name.utf8))
    }

    mutating func name(bytes name: [UInt8]) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        breakLine()
        bytes += Self.quoted(name).utf8
        bytes += ": ".utf8
    }

    mutating func member(_ name: String, _ value: String) {
        self.name(name)
        bytes += value.utf8
    }

    private mutating func breakLine() {
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: depth * 2)
    }
}
