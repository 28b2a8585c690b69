internal import Glibc

/// A system call on a file that did not do what was asked.
package struct FileFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call, for example `fdatasync`.
    package let call: String
    /// The file or directory; empty where only a descriptor was at hand.
    package let path: String
    /// The value of `errno`.
    package let code: Int32

    /// Describes a failed call.
    package init(call: String, path: String, code: Int32) {
        self.call = call
        self.path = path
        self.code = code
    }

    /// Whether the cause is a full disk, a full quota or a limit on file size: more space would help.
    package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

    /// Call, file and the system's text for the cause.
    package var description: String {
        var buffer = [CChar](repeating: 0, count: 128)
        let text = strerror_r(code, &buffer, buffer.count) == 0 ? FileFailure.text(buffer) : "error \(code)"
        return path.isEmpty ? "\(call): \(text)" : "\(call) \(path): \(text)"
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
