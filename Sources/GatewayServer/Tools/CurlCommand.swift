package import WebhookVerification

/// Reads a curl command, as people paste it, into the request that it would send.
///
/// Understands what makes up a request: `-X`, `-H`, `-d` and its variants, `--json`, `-A`, `-e`, `-u` is refused. Other
/// options are ignored where they take no value that matters, else refused by name.
package struct CurlCommand {
    /// The request; a body that stands in a file or on standard input was read by the caller's function.
    package private(set) var request: ComposedRequest
    /// What stands in front of the target, for example `https://hooks.example.com`.
    package private(set) var origin: String

    private static let withoutValue = [
        "-s", "--silent", "-S", "--show-error", "-v", "--verbose", "-k", "--insecure", "-L", "--location", "-i",
        "--include", "--compressed", "-f", "--fail", "-sS", "-g", "--globoff", "--http1.1", "--http2", "-N", "-#",
    ]
    private static let withValue = [
        "-o", "--output", "-w", "--write-out", "-m", "--max-time", "--connect-timeout", "--cacert", "--resolve",
        "--retry",
        "-x", "--proxy", "--interface",
    ]

    private var words: ArraySlice<String>
    private var method: String?
    private var url: String?
    private var fields: [(name: String, value: [UInt8])] = []
    private var body: [UInt8]?

    /// Takes a command apart; `read` gives the bytes of a file that `@NAME` names, `-` for standard input.
    package init(_ text: String, read: (String) throws -> [UInt8]) throws {
        let all = try CurlCommand.split(text)
        guard all.first == "curl" else { throw CapturedRequest.Fault("the command does not begin with 'curl'") }
        words = all.dropFirst()
        (request, origin) = (ComposedRequest(), "")
        var reading = self
        while let word = reading.words.popFirst() { try reading.take(word, read) }
        self = try reading.finished()
    }

    private init(_ request: ComposedRequest, _ origin: String) {
        self.request = request
        self.origin = origin
        words = []
    }

    private func finished() throws(CapturedRequest.Fault) -> CurlCommand {
        guard var url else { throw CapturedRequest.Fault("the command names no URL") }
        if !url.contains("://") { url = "http://" + url }
        guard let scheme = url.firstRange(of: "://"), ["http", "https"].contains(url[..<scheme.lowerBound]) else {
            throw CapturedRequest.Fault("the command's URL is not http or https")
        }
        let slash = url[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? url.endIndex
        let rest = String(url[slash...].prefix { $0 != "#" })
        var request = ComposedRequest(
            method: method ?? (body == nil ? "GET" : "POST"),
            target: rest.hasPrefix("/") ? rest : "/" + rest,
            fields: fields,
            body: body ?? []
        )
        if !request.hasField(FieldName(literal: "host")) {
            request.fields.insert(("Host", Array(url[scheme.upperBound..<slash].utf8)), at: 0)
        }
        // What curl sends where nothing else was said.
        if body != nil, !request.hasField(FieldName(literal: "content-type")) {
            request.fields.append(("Content-Type", Array("application/x-www-form-urlencoded".utf8)))
        }
        return CurlCommand(request, String(url[..<slash]))
    }

    private mutating func take(_ word: String, _ read: (String) throws -> [UInt8]) throws {
        var (name, joined) = (word, String?.none)
        if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
            (name, joined) = (String(word[..<equals]), String(word[word.index(after: equals)...]))
        } else if !word.hasPrefix("--"), word.hasPrefix("-"), word.count > 2,
            "XHdAe".contains(word.dropFirst().prefix(1))
        {
            (name, joined) = (String(word.prefix(2)), String(word.dropFirst(2)))
        }
        if CurlCommand.withoutValue.contains(name) { return }
        if !name.hasPrefix("-") || name == "--url" {
            url = name == "--url" ? try value(joined, name) : name
            return
        }
        if CurlCommand.withValue.contains(name) {
            _ = try value(joined, name)
            return
        }
        try takeOption(name, joined, read)
    }

    private mutating func takeOption(
        _ name: String,
        _ joined: String?,
        _ read: (String) throws -> [UInt8]
    ) throws {
        switch name {
        case "-X", "--request": method = try value(joined, name)
        case "-H", "--header": try addField(try value(joined, name))
        case "-A", "--user-agent": fields.append(("User-Agent", Array(try value(joined, name).utf8)))
        case "-e", "--referer": fields.append(("Referer", Array(try value(joined, name).utf8)))
        case "-d", "--data", "--data-ascii": try addBody(try value(joined, name), trims: .lineEnds, read)
        case "--data-binary": try addBody(try value(joined, name), trims: .nothing, read)
        case "--data-raw": append(Array(try value(joined, name).utf8))
        case "--json":
            try addBody(try value(joined, name), trims: .nothing, read)
            fields.append(("Content-Type", Array("application/json".utf8)))
        default: throw CapturedRequest.Fault("the option '\(name)' of curl is not understood here")
        }
    }

    private mutating func value(_ joined: String?, _ name: String) throws(CapturedRequest.Fault) -> String {
        if let joined { return joined }
        guard let value = words.popFirst() else {
            throw CapturedRequest.Fault("the option '\(name)' of curl has no value")
        }
        return value
    }

    private mutating func addField(_ text: String) throws(CapturedRequest.Fault) {
        guard let colon = text.firstIndex(of: ":"), FieldName(text[..<colon]) != nil else {
            throw CapturedRequest.Fault("a header of the command is not 'Name: value'")
        }
        let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        // `Name:` takes a field of curl's own away.
        if !value.isEmpty { fields.append((String(text[..<colon]), Array(value.utf8))) }
    }

    /// What `@FILE` loses on its way: with `-d` curl leaves line ends out, with `--data-binary` nothing.
    private enum Trim {
        case lineEnds
        case nothing
    }

    private mutating func addBody(_ text: String, trims: Trim, _ read: (String) throws -> [UInt8]) throws {
        guard text.hasPrefix("@") else { return append(Array(text.utf8)) }
        let bytes = try read(String(text.dropFirst()))
        switch trims {
        case .nothing: append(bytes)
        case .lineEnds: append(bytes.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0 })
        }
    }

    private mutating func append(_ bytes: [UInt8]) {
        body = body.map { $0 + [UInt8(ascii: "&")] + bytes } ?? bytes
    }

    /// The words of a POSIX shell's line: quotes and backslashes undone, nothing expanded.
    static func split(_ text: String) throws(CapturedRequest.Fault) -> [String] {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var quote: Unicode.Scalar?
        var scalars = text.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            switch (quote, scalar) {
            case (nil, "'"), (nil, "\""):
                quote = scalar
                word = word ?? String.UnicodeScalarView()
            case ("'", "'"), ("\"", "\""): quote = nil
            case (nil, "\\"), ("\"", "\\"):
                guard let next = scalars.next() else { throw CapturedRequest.Fault("the command ends in a backslash") }
                if next == "\n" { continue }
                // Within double quotes only these lose their backslash.
                if quote != nil, !["\"", "\\", "$", "`"].contains(next) { word = (word ?? .init()) + ["\\"] }
                word = (word ?? .init()) + [next]
            case (nil, " "), (nil, "\t"), (nil, "\n"), (nil, "\r"):
                if let done = word { words.append(String(done)) }
                word = nil
            default: word = (word ?? .init()) + [scalar]
            }
        }
        guard quote == nil else { throw CapturedRequest.Fault("a quotation mark of the command is not closed") }
        if let done = word { words.append(String(done)) }
        return words
    }
}
