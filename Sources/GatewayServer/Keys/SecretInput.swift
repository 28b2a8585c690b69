package import GatewayCrypto
import Glibc

/// Takes secrets from operators and gives them back: by descriptor, file or prompt, never by arguments.
package enum SecretInput {
    private static let bytesMax = 65_536

    /// Reads a secret: `-` is standard input, a number is a descriptor, `prompt` asks without echo, all else is a file.
    ///
    /// One line feed at the end is left out, which `wasTrimmed` tells.
    package static func read(_ place: String) throws(KeyToolFault) -> (secret: SecretBytes, wasTrimmed: Bool) {
        if place == "prompt" { return (try prompt(), false) }
        var descriptor: Int32 = 0
        if place != "-" {
            descriptor = Int32(place) ?? open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { throw fault(place) }
            if Int32(place) == nil { try checkMode(descriptor, place) }
        }
        defer { if descriptor > 2 { _ = close(descriptor) } }
        return try collect(descriptor, place)
    }

    private static func checkMode(_ descriptor: Int32, _ place: String) throws(KeyToolFault) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw fault(place) }
        guard status.st_mode & 0o077 == 0 else {
            _ = close(descriptor)
            throw KeyToolFault(.noInput, "\(place): can be read by others than its owner; use chmod 600")
        }
    }

    private static func collect(
        _ descriptor: Int32,
        _ place: String
    ) throws(KeyToolFault) -> (secret: SecretBytes, wasTrimmed: Bool) {
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        defer { SecretBytes.wipe(&bytes) }
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw fault(place) }
            if read == 0 { break }
            count += read
        }
        guard count <= bytesMax else { throw KeyToolFault(.data, "a secret of at most 64 KiB is expected") }
        let isTrimmed = count > 0 && bytes[count - 1] == 0x0A
        if isTrimmed { count -= 1 }
        guard count > 0 else { throw KeyToolFault(.noInput, "\(place): no secret is there") }
        return (SecretBytes(bytes.span.extracting(0..<count)), isTrimmed)
    }

    private static func prompt() throws(KeyToolFault) -> SecretBytes {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw KeyToolFault(.noInput, "no terminal to ask for the secret: use --secret-from - or a descriptor")
        }
        defer { _ = close(terminal) }
        var before = termios()
        tcgetattr(terminal, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        put("Secret (not shown): ", terminal)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4096)
        defer { SecretBytes.wipe(&bytes) }
        var byte: UInt8 = 0
        while bytes.count < 4096, Glibc.read(terminal, &byte, 1) == 1, byte != 0x0A { bytes.append(byte) }
        put("\n", terminal)
        guard !bytes.isEmpty else { throw KeyToolFault(.noInput, "no secret was entered") }
        return SecretBytes(bytes.span)
    }

    private static func put(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }

    /// Writes a secret and `after` to a descriptor.
    package static func write(
        _ secret: SecretBytes,
        before: String = "",
        after: String = "\n",
        to descriptor: Int32
    ) throws(KeyToolFault) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(secret.count + before.utf8.count + after.utf8.count)
        defer { SecretBytes.wipe(&bytes) }
        bytes.append(contentsOf: before.utf8)
        secret.withBytes { span in for index in span.indices { bytes.append(span[index]) } }
        bytes.append(contentsOf: after.utf8)
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw KeyToolFault(.inputOutput, "the secret cannot be written to descriptor \(descriptor)")
            }
            offset += count
        }
    }

    /// Hands a secret to a program of the operator and gives what it makes of it.
    package static func encrypt(
        _ secret: SecretBytes,
        with run: ([UInt8]) throws(KeyToolFault) -> [UInt8]
    ) throws(KeyToolFault) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(secret.count)
        defer { SecretBytes.wipe(&bytes) }
        secret.withBytes { span in for index in span.indices { bytes.append(span[index]) } }
        return try run(bytes)
    }

    private static func fault(_ place: String) -> KeyToolFault {
        KeyToolFault(.noInput, "\(place): cannot be read: \(String(cString: strerror(errno)))")
    }
}
