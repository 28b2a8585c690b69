package import AuditLog
package import GatewayConfig
import GatewayCrypto
import GatewayStorage
import WebhookVerification

/// What reviewers do with the monthly keys: find entries by a value they know, and open sealed values.
package struct RedactionReader {
    /// A value to be looked for.
    package struct Condition: Sendable {
        /// The name of the field: a JSON Pointer, `client.ip`, `http.ua`, `http.query` or `body`.
        package let field: String
        /// What it has to hold in one of the months.
        let forms: Set<String>
        /// How it stands in the newest of the months: for the record, which must not hold the value itself.
        package let pseudonym: String

        /// Whether an entry records the value, in whatever form.
        package func matches(_ entry: EntryView) -> Bool { entry.recorded(field).map(forms.contains) ?? false }
    }

    /// What became of one sealed value.
    package struct Revealed: Sendable {
        /// The number of its entry.
        package let sequence: UInt64
        /// The name of the field.
        package let path: String
        /// The value; `nil` where `state` is not `open`.
        package let value: [UInt8]?
        /// `open`, `erased`, `no key`, or `not what the entry records`.
        package let state: String
    }

    private let keyring: Keyring

    /// Opens the keyring of a configuration; changes nothing.
    package init(_ configuration: GatewayConfiguration) throws(GatewayStartFault) {
        guard let ring = configuration.keyring else {
            throw GatewayStartFault(.configuration, "\(configuration.file): no 'keys': field MACs need the keyring")
        }
        let access = KeyringAccess(ring, auditDirectory: configuration.audit.directory)
        do throws(KeyringFileFault) {
            keyring = try access.file.read(master: try access.master()).keyring
        } catch {
            throw GatewayStartFault(error)
        }
    }

    /// The months of a time range that ever had keys, and those of them whose key is gone.
    package func months(from: Int64?, to: Int64?) -> (usable: [AuditEpoch], gone: [AuditEpoch]) {
        let all = keyring.epochs(.mac).compactMap { AuditEpoch($0) }
            .filter { $0.end > from ?? .min && $0.start <= to ?? .max }
        let usable = all.filter { ((try? keyring.epochKey(.mac, $0.text)) ?? nil) != nil }
        return (usable, all.filter { !usable.contains($0) })
    }

    /// The condition that a field holds a value in one of the months, as a MAC or, where it is recorded so, in clear.
    package func condition(
        _ field: String,
        _ value: [UInt8],
        in months: [AuditEpoch]
    ) throws(GatewayStartFault) -> Condition {
        var forms: Set<String> = []
        var pseudonym = ""
        for month in months {
            guard let mac = try mac(month)?.text(path: field, value: value) else { continue }
            forms.insert(mac)
            pseudonym = mac
        }
        if field != "body", field != "http.query" { forms.insert(String(decoding: value, as: UTF8.self)) }
        return Condition(field: field, forms: forms, pseudonym: pseudonym)
    }

    private func mac(_ month: AuditEpoch) throws(GatewayStartFault) -> FieldMAC? {
        do {
            return try keyring.epochKey(.mac, month.text).map { try FieldMAC(month, key: $0) }
        } catch {
            throw GatewayStartFault(.configuration, "\(error)")
        }
    }

    /// The sealed values of entries, each held to the MAC in its entry.
    package func reveal(
        _ lines: [[UInt8]],
        directory: String,
        origin: String
    ) throws(GatewayStartFault) -> [Revealed] {
        let view = EntryView()
        var result: [Revealed] = []
        for line in lines where view.read(line.span) {
            let month = AuditEpoch(containing: view.microseconds)
            let found: [SealedLine]
            do throws(FileFailure) {
                found = try SealedFiles(directory: directory).lines(of: [view.sequence], in: month)
            } catch {
                throw GatewayStartFault(.inputOutput, "\(error)")
            }
            for path in Set(found.map(\.path)).sorted() {
                let values = try found.filter { $0.path == path }.map { line throws(GatewayStartFault) in
                    try reveal(line, view.recorded(path), month, origin)
                }
                // Of a line that a failure left twice, the one that the entry records counts.
                if let best = values.first(where: { $0.state == "open" }) ?? values.last { result.append(best) }
            }
        }
        return result
    }

    private func reveal(
        _ line: SealedLine,
        _ recorded: String?,
        _ month: AuditEpoch,
        _ origin: String
    ) throws(GatewayStartFault) -> Revealed {
        func answer(_ state: String, _ value: [UInt8]? = nil) -> Revealed {
            Revealed(sequence: line.sequence, path: line.path, value: value, state: state)
        }
        if line.sealed == nil { return answer("erased") }
        guard let key = (try? keyring.epochKey(.seal, month.text)) ?? nil, let mac = try mac(month) else {
            return answer("no key")
        }
        guard let secret = try? line.open(origin: origin, key: key) else { return answer("not what the entry records") }
        let value = secret.withBytes { bytes in
            var copy: [UInt8] = []
            for index in bytes.indices { copy.append(bytes[index]) }
            return copy
        }
        guard mac.text(path: line.path, value: value) == recorded else { return answer("not what the entry records") }
        return answer("open", value)
    }
}
