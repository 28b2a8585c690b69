internal import SystemPackage

/// Reads whole files with the checks of `sshd` StrictModes: who may write them, who may read them.
///
/// The checks look at the opened descriptor, never at the path, so that nothing can be swapped in between.
package enum FileReader {
    /// What a file is trusted with.
    package enum Trust: Sendable, Equatable {
        /// Configuration, schemas, certificates: nobody but its owner's group may change it.
        case configuration
        /// Secrets and private keys: nobody but its owner may read it either.
        case secret
        /// systemd credentials: as secrets, but the group may read, because the rights that systemd gives the service's
        /// user by an access list show up in the group's bits.
        case credential
    }

    /// Why a file is not used; `sentence` follows the path.
    package struct Fault: Error, Sendable, Equatable {
        /// What is wrong, as the end of a sentence that starts with the path.
        package let sentence: String

        /// Makes a fault out of the end of a sentence.
        package init(_ sentence: String) { self.sentence = sentence }
    }

    /// Reads at most `limit` bytes of a regular file; a longer file is a fault.
    ///
    /// Opens with O_NOFOLLOW and O_CLOEXEC (R-PROC-05): a symbolic link is a fault. The owner has to be the user of this
    /// process or root.
    package static func read(_ path: String, trust: Trust, limit: Int) throws(Fault) -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: [.noFollow, .closeOnExec, .nonBlocking]
            )
            return try descriptor.closeAfter {
                try check(descriptor, trust: trust, limit: limit)
                return try readAll(descriptor, limit: limit)
            }
        } catch let fault as Fault {
            throw fault
        } catch let errno as Errno {
            throw Fault(sentence(for: errno))
        } catch {
            throw Fault("cannot be read")
        }
    }

    private static func check(_ descriptor: FileDescriptor, trust: Trust, limit: Int) throws {
        let status = try descriptor.stat()
        guard status.type == .regular else { throw Fault("is not a regular file") }
        guard status.size <= Int64(limit) else { throw Fault("is larger than \(Units.text(bytes: limit))") }
        let mode = status.permissions
        switch trust {
        case .configuration:
            guard !mode.contains(.otherWrite) else {
                throw Fault("can be written by everybody (mode \(octal(mode))); use chmod o-w")
            }
        case .secret:
            guard mode.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) else {
                throw Fault("can be used by others than its owner (mode \(octal(mode))); use chmod 600")
            }
        case .credential:
            guard mode.isDisjoint(with: [.groupWrite, .groupExecute, .otherReadWriteExecute]) else {
                throw Fault("can be used by others than the service (mode \(octal(mode)))")
            }
        }
        let owner = status.userID.rawValue
        guard owner == 0 || owner == ProcessUser.effective else {
            throw Fault("belongs to user \(owner), not to the user of this process or root")
        }
    }

    private static func readAll(_ descriptor: FileDescriptor, limit: Int) throws -> [UInt8] {
        // One byte more than the limit shows that the file grew after its size was looked at.
        var bytes = [UInt8](repeating: 0, count: limit < 4096 ? limit + 1 : 4096)
        var count = 0
        while true {
            let read = try bytes.withUnsafeMutableBytes { try descriptor.read(into: .init(rebasing: $0[count...])) }
            if read == 0 { break }
            count += read
            guard count <= limit else { throw Fault("is larger than \(Units.text(bytes: limit))") }
            if count == bytes.count { bytes.append(contentsOf: [UInt8](repeating: 0, count: bytes.count)) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    private static func octal(_ mode: FilePermissions) -> String {
        let digits = String(mode.rawValue & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func sentence(for errno: Errno) -> String {
        switch errno {
        case .noSuchFileOrDirectory: "does not exist"
        case .permissionDenied: "cannot be read: permission denied"
        case .tooManySymbolicLinkLevels: "is a symbolic link"
        case .notDirectory: "does not exist: a part of the path is not a directory"
        case .isDirectory: "is a directory"
        default: "cannot be read: \(errno)"
        }
    }
}
