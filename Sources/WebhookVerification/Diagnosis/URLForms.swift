/// The ways in which the URL that was signed differs from the configured one.
struct URLForms {
    private let request: ComposedRequest
    private let scheme: SignatureScheme

    init(_ request: ComposedRequest, _ scheme: SignatureScheme) {
        self.request = request
        self.scheme = scheme
    }

    var hypotheses: [DiagnosisHypothesis] { bases + targets }

    // MARK: - What stands in front of the path

    private var bases: [DiagnosisHypothesis] {
        guard let text = scheme.publicURL, let url = Parts(text) else { return [] }
        var found = ports(url)
        let other = url.scheme == "https" ? "http" : "https"
        found.append(
            make(.urlScheme, "signed was \(other)://, configured is \(url.scheme)://", url.with { $0.scheme = other })
        )
        for name in ["host", "x-forwarded-host"] {
            guard let authority = authority(name), authority.lowercased() != url.authority.lowercased() else {
                continue
            }
            for scheme in [url.scheme, other] {
                let changed = url.with {
                    $0.scheme = scheme
                    $0.setAuthority(authority)
                }
                let code: DiagnosisCode = changed.host.lowercased() == url.host.lowercased() ? .urlPort : .urlHost
                found.append(
                    make(
                        code,
                        "signed was the authority of the request's field \(name), not the configured one",
                        changed
                    )
                )
            }
        }
        if !url.path.isEmpty {
            found.append(
                make(.urlPath, "signed was the URL without the configured path in front", url.with { $0.path = "" })
            )
        }
        return found
    }

    private func ports(_ url: Parts) -> [DiagnosisHypothesis] {
        let standard = url.scheme == "https" ? "443" : "80"
        if url.port != nil {
            return [make(.urlPort, "signed was the URL without the configured port", url.with { $0.port = nil })]
        }
        return [standard, "8443", "8080"].map { (port: String) in
            make(.urlPort, "signed was the URL with port \(port), configured is none", url.with { $0.port = port })
        }
    }

    private func make(_ code: DiagnosisCode, _ sentence: String, _ url: Parts) -> DiagnosisHypothesis {
        DiagnosisHypothesis(code, sentence) { $0.with { $0.scheme.publicURL = url.text } }
    }

    /// The authority that a field names, where it is nothing but host and port.
    private func authority(_ name: String) -> String? {
        let found = request.fields.filter { $0.name.lowercased() == name }
        guard found.count == 1 else { return nil }
        let text = String(decoding: ComposedRequest.trimmed(found[0].value), as: UTF8.self)
        let isPlain = text.utf8.allSatisfy { byte in
            (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || "-.:[]_".utf8.contains(byte)
        }
        return isPlain && !text.isEmpty && text.utf8.count <= 255 ? text : nil
    }

    // MARK: - Path and query

    private var targets: [DiagnosisHypothesis] {
        var found: [DiagnosisHypothesis] = []
        let query = request.target.firstIndex(of: "?") ?? request.target.endIndex
        let path = String(request.target[..<query])
        let rest = String(request.target[query...])
        if !rest.isEmpty {
            found.append(target(.urlQuery, "signed was the URL without the query that is there now", path))
        }
        let isSlashed = path.hasSuffix("/")
        if !isSlashed || path.utf8.count > 1 {
            let other = isSlashed ? String(path.dropLast()) : path + "/"
            let sentence =
                isSlashed ? "signed was the path without its last slash" : "signed was the path with a slash at its end"
            found.append(target(.urlSlash, sentence, other + rest))
        }
        return found
    }

    private func target(_ code: DiagnosisCode, _ sentence: String, _ target: String) -> DiagnosisHypothesis {
        DiagnosisHypothesis(code, sentence) { $0.with { $0.request.target = target } }
    }

    /// A URL taken apart: no user, no query.
    private struct Parts {
        var scheme: String
        var host: String
        var port: String?
        var path: String

        init?(_ text: String) {
            guard let end = text.firstRange(of: "://") else { return nil }
            scheme = String(text[..<end.lowerBound])
            let rest = text[end.upperBound...]
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            path = String(rest[slash...])
            if path == "/" { path = "" }
            host = ""
            setAuthority(String(rest[..<slash]))
        }

        mutating func setAuthority(_ authority: String) {
            host = authority
            port = nil
            guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return }
            host = String(authority[..<colon])
            port = String(authority[authority.index(after: colon)...])
        }

        var authority: String { host + (port.map { ":" + $0 } ?? "") }
        var text: String { scheme + "://" + authority + path }

        func with(_ change: (inout Parts) -> Void) -> Parts {
            var copy = self
            change(&copy)
            return copy
        }
    }
}
