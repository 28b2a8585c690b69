/// The field lines of a message as they came, in order.
package struct TestFields: Sendable, Equatable {
    /// One line.
    package struct Field: Sendable, Equatable {
        /// The name as written.
        package let name: String
        /// The value without the blanks around it.
        package let value: String
    }

    /// All lines.
    package private(set) var all: [Field] = []

    /// The values of the lines called `name`, in any case.
    package func values(_ name: String) -> [String] {
        all.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The value of the only line called `name`; `nil` where there is none, or more than one.
    package subscript(_ name: String) -> String? {
        let found = values(name)
        return found.count == 1 ? found[0] : nil
    }

    /// The names in lower case, sorted.
    package var names: [String] { all.map { $0.name.lowercased() }.sorted() }

    /// Reads `lines`, each without its CR LF, and appends what a strict reader objects to.
    static func parse(_ lines: [[UInt8]], complaints: inout [String]) -> TestFields {
        var fields = TestFields()
        for line in lines {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else {
                complaints.append("a field line without name: \(quoted(line))")
                continue
            }
            let name = line[..<colon]
            let value = line[(colon + 1)...]
            if !name.allSatisfy(isToken) { complaints.append("a field name that is no token: \(quoted(line))") }
            if !value.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0x09 }) {
                complaints.append("a field value with control characters or beyond ASCII: \(quoted(line))")
            }
            let blanks: Set<UInt8> = [0x20, 0x09]
            let trimmed = value.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
            fields.all.append(
                Field(name: String(decoding: name, as: UTF8.self), value: String(decoding: trimmed, as: UTF8.self))
            )
        }
        return fields
    }

    /// Splits a head, without its last empty line, at CR LF; a CR or LF anywhere else is a complaint.
    static func lines(_ head: ArraySlice<UInt8>, complaints: inout [String]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var index = head.startIndex
        while index < head.endIndex {
            if head[index] == 0x0D, index + 1 < head.endIndex, head[index + 1] == 0x0A {
                lines.append([])
                index += 2
                continue
            }
            if head[index] == 0x0D || head[index] == 0x0A { complaints.append("a bare CR or LF in the head") }
            lines[lines.count - 1].append(head[index])
            index += 1
        }
        return lines
    }

    /// The position behind the first CR LF CR LF, `nil` where there is none yet.
    static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count
        where bytes[index] == 0x0A && bytes[index - 1] == 0x0D && bytes[index - 2] == 0x0A && bytes[index - 3] == 0x0D {
            return index + 1
        }
        return nil
    }

    static func quoted(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).debugDescription
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
