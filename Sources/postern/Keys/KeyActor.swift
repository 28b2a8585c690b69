import AuditLog
import Glibc

/// Who runs a command, for the audit log: what the system knows, and what `sudo` says.
enum KeyActor {
    /// `uid`, and where they are known `user`, `loginuid`, `sudo_user`, `tty`.
    static var members: [String: AuditValue] {
        var members: [String: AuditValue] = ["uid": .integer(Int(getuid()))]
        if let entry = getpwuid(getuid()), let name = entry.pointee.pw_name {
            members["user"] = .string(String(cString: name))
        }
        // 4294967295 stands for a process outside of any login.
        let login = SmallFile.read("/proc/self/loginuid").map { String(decoding: $0, as: UTF8.self) }
        if let id = login.flatMap({ Int($0) }), id != 4_294_967_295 {
            members["loginuid"] = .integer(id)
        }
        if let name = Environment.all["SUDO_USER"] { members["sudo_user"] = .string(name) }
        if let name = ttyname(STDIN_FILENO) { members["tty"] = .string(String(cString: name)) }
        return members
    }
}
