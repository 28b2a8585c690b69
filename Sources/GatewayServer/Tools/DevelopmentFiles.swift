import GatewayCrypto
import Glibc

/// Makes the files that a gateway needs on a developer's machine: keys that nobody else can read, a certificate.
package enum DevelopmentFiles {
    /// Creates a directory that only its owner can enter; one that is there already is left as it is.
    package static func makeDirectory(_ path: String) throws(DeliveryFault) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw fault(path, "cannot be made")
    }

    /// Writes a file with the mode `mode`, replacing one that is there.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws(DeliveryFault) {
        // A file of its own that is then renamed: nobody can have the old one open, or have put a link in its place.
        let draft = path + ".new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw fault(path, "cannot be written") }
        defer { close(file) }
        guard fchmod(file, mode) == 0, writeAll(bytes, to: file), rename(draft, path) == 0 else {
            throw fault(path, "cannot be written")
        }
    }

    /// Writes a random secret of 256 bits in hexadecimal digits behind `prefix`, unless the file is there already.
    package static func writeSecret(to path: String, prefix: String = "") throws(DeliveryFault) {
        try writeSecret(to: path, prefix) { Hex.encode($0) }
    }

    /// The same in base64, as Standard Webhooks has it.
    package static func writeBase64Secret(to path: String, prefix: String) throws(DeliveryFault) {
        try writeSecret(to: path, prefix) { Base64.encode($0) }
    }

    /// Writes a new development certificate and its key, valid for 30 days from `now` (Unix seconds).
    package static func writeCertificate(_ certificate: String, key: String, now: Int64) throws(DeliveryFault) {
        let made: SelfSignedCertificate
        do {
            made = try SelfSignedCertificate(now: now)
        } catch {
            throw DeliveryFault("no certificate can be made: \(error)")
        }
        try write(made.certificatePEM, to: certificate, mode: 0o644)
        var text: [UInt8] = []
        made.keyPEM.withBytes { bytes in for index in bytes.indices { text.append(bytes[index]) } }
        defer { SecretBytes.wipe(&text) }
        try write(text, to: key)
    }

    private static func writeSecret(
        to path: String,
        _ prefix: String,
        _ encode: (Span<UInt8>) -> String
    ) throws(DeliveryFault) {
        if access(path, F_OK) == 0 { return }
        do {
            let bytes = try RandomBytes.make(32)
            try write(Array((prefix + encode(bytes.span)).utf8), to: path)
        } catch let error as DeliveryFault {
            throw error
        } catch {
            throw DeliveryFault("no key can be made: \(error)")
        }
    }

    private static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count <= 0 { return false }
            written += count
        }
        return true
    }

    private static func fault(_ path: String, _ what: String) -> DeliveryFault {
        DeliveryFault("\(path): \(what): \(String(cString: strerror(errno)))")
    }
}
