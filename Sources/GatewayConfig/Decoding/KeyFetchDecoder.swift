internal import SystemPackage
internal import WebhookVerification

/// Decodes `fetch` of a key: where its set is published, and how often it is asked for.
struct KeyFetchDecoder {
    private let context: LoadContext
    private let source: String

    init(_ context: LoadContext, source: String) {
        self.context = context
        self.source = source
    }

    /// The rule; `nil` for none, and where it is unusable, which is in the log.
    func decode(_ key: MappingReader, id: String) -> KeySetFetch? {
        guard let reader = key.mapping("fetch") else { return nil }
        guard let secret = key.text("secret"), secret.hasPrefix("file:") else {
            reader.mistake("'fetch' needs 'secret: file:PATH', where the set is kept", in: "url")
            return nil
        }
        guard let text = reader.text("url"), let url = target(text, reader) else { return nil }
        return KeySetFetch(
            source: source,
            keyID: id,
            path: context.paths.resolve(String(secret.dropFirst(5))),
            url: url,
            every: reader.duration("every") ?? 3_600_000,
            authorities: reader.text("ca").map { context.paths.resolve($0) }
        )
    }

    private func target(_ text: String, _ reader: MappingReader) -> UpstreamTarget? {
        do throws(UpstreamTarget.Fault) {
            let target = try UpstreamTarget(text)
            var isLoopback = false
            if case .address(let address, _) = target.place { isLoopback = address.isLoopback }
            guard target.usesTLS || isLoopback else {
                reader.mistake("'url' has to start with https://; keys that anyone can change prove nothing", in: "url")
                return nil
            }
            return target
        } catch {
            reader.mistake("'url': '\(ConfigNode.cut(text))' \(error.sentence)", in: "url")
            return nil
        }
    }

    /// Whether the file is not there yet: the first set is still to come.
    static func isMissing(_ fetch: KeySetFetch) -> Bool {
        do {
            let descriptor = try FileDescriptor.open(
                FilePath(fetch.path),
                .readOnly,
                options: [.noFollow, .closeOnExec]
            )
            try descriptor.close()
            return false
        } catch let errno as Errno {
            return errno == .noSuchFileOrDirectory
        } catch {
            return false
        }
    }
}
