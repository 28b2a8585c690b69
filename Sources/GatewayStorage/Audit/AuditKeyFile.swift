internal import GatewayCrypto

/// The signing keys of a log in a file of their own, mode 0600.
///
/// It has one line for each key: 64 hexadecimal digits of the seed, and behind a space, for a key that was replaced, the
/// microsecond until which it still signs. Source: `docs/audit-log-format.md`, log key.
package struct AuditKeyFile: AuditKeyStore {
    /// The path of the file.
    package let path: String
    private let files: any FileOperations

    /// The file at a path, which need not be there.
    package init(path: String, files: any FileOperations = SystemFileOperations()) {
        self.path = path
        self.files = files
    }

    package func read() throws(AuditOpenFault) -> [AuditLogKey] {
        let found: (text: [UInt8], mode: UInt32)?
        do throws(FileFailure) { found = try contents() } catch { throw .file(error) }
        guard let found else { return [] }
        var text = found.text
        defer { SecretBytes.wipe(&text) }
        // A key that others can read is no proof of anything.
        guard found.mode & 0o077 == 0 else {
            throw .badKey(path: path, cause: "mode \(String(found.mode, radix: 8)), expected 600")
        }
        return try parse(text)
    }

    package func write(_ keys: [AuditLogKey]) throws(AuditOpenFault) {
        var text: [UInt8] = []
        text.reserveCapacity(keys.count * 96)
        defer { SecretBytes.wipe(&text) }
        for key in keys {
            key.seed.withBytes { Hex.append($0, to: &text) }
            if let until = key.until { text += Array(" \(until)".utf8) }
            text.append(UInt8(ascii: "\n"))
        }
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let name = String(path[slash...].drop(while: { $0 == "/" }))
        do throws(FileFailure) {
            try files.replaceFile(name, in: String(path[..<slash]), with: text, mode: 0o600)
        } catch {
            throw .file(error)
        }
    }

    /// Takes the file away, once its keys are elsewhere.
    package func remove() throws(FileFailure) {
        try files.unlink(path)
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        try files.syncDirectory(String(path[..<slash]))
    }

    private func contents() throws(FileFailure) -> (text: [UInt8], mode: UInt32)? {
        guard let text = try files.readFile(path, limit: 4096) else { return nil }
        let descriptor = try files.open(path, .read)
        defer { files.close(descriptor) }
        return (text, try files.mode(descriptor))
    }

    private func parse(_ text: [UInt8]) throws(AuditOpenFault) -> [AuditLogKey] {
        let fault = AuditOpenFault.badKey(path: path, cause: "expected 64 hexadecimal digits and a line feed")
        guard text.last == UInt8(ascii: "\n") else { throw fault }
        var keys: [AuditLogKey] = []
        for line in text.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard let key = AuditKeyFile.key(line, isFirst: keys.isEmpty) else { throw fault }
            keys.append(key)
        }
        return keys
    }

    private static func key(_ line: ArraySlice<UInt8>, isFirst: Bool) -> AuditLogKey? {
        guard line.count >= 64, var seed = Hex.decode(Array(line.prefix(64)).span) else { return nil }
        let secret = SecretBytes(consuming: &seed)
        let rest = line.dropFirst(64)
        if isFirst { return rest.isEmpty ? AuditLogKey(seed: secret, until: nil) : nil }
        guard rest.first == UInt8(ascii: " "), let until = Int64(String(decoding: rest.dropFirst(), as: UTF8.self))
        else { return nil }
        return AuditLogKey(seed: secret, until: until)
    }
}
