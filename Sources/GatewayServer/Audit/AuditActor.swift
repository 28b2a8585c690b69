package import AuditLog
import Glibc
import StrictJSON

/// Who asks for an act: the user of the process, and the user who logged in before.
package struct AuditActor: Sendable, Equatable {
    /// The user's name.
    package var id: String
    /// The user's number.
    package var uid: Int
    /// The number of the user who logged in, which `su` and `sudo` do not change; `nil` where the system keeps none.
    package var loginUID: Int?
    /// Who called `sudo`, as it says itself; `nil` without it.
    package var sudoUser: String?
    /// The terminal of the command; `nil` without one.
    package var terminal: String?
    /// How it was asked for: `cli` by a command that opened the log itself, `socket` at a running gateway.
    package var via: String
    /// Why, in the user's words.
    package var reason: String?

    /// The user of this process.
    package static func current(reason: String? = nil) -> AuditActor {
        let uid = getuid()
        let name = getpwuid(uid).map { String(cString: $0.pointee.pw_name) } ?? ""
        let login = AuditActor.readLoginUID()
        var actor = AuditActor(id: name, uid: Int(uid), loginUID: login, via: "cli", reason: reason)
        actor.sudoUser = getenv("SUDO_USER").map { String(cString: $0) }
        actor.terminal = ttyname(STDIN_FILENO).map { String(cString: $0) }
        return actor
    }

    init(id: String, uid: Int, loginUID: Int?, via: String, reason: String?) {
        self.id = id
        self.uid = uid
        self.loginUID = loginUID
        self.via = via
        self.reason = reason
    }

    /// Reads what `members` makes.
    init(_ node: JSONNode?, _ document: JSONDocument, _ text: [UInt8]) {
        func member(_ name: StaticString) -> JSONNode? {
            node.flatMap { document.member(name, of: $0, in: text.span) }
        }
        id = member("id").flatMap { document.string($0, in: text.span) } ?? ""
        uid = Int(member("uid").flatMap { document.integer($0, in: text.span) } ?? -1)
        loginUID = member("loginuid").flatMap { document.integer($0, in: text.span) }.map { Int($0) }
        sudoUser = member("sudo_user").flatMap { document.string($0, in: text.span) }
        terminal = member("tty").flatMap { document.string($0, in: text.span) }
        via = "cli"
        reason = member("reason").flatMap { document.string($0, in: text.span) }
    }

    /// The member `actor` of an entry.
    package var members: [String: AuditValue] {
        var members: [String: AuditValue] = [
            "id": .string(id), "type": .string("user"), "uid": .integer(uid), "via": .string(via),
        ]
        if let loginUID { members["loginuid"] = .integer(loginUID) }
        if let sudoUser { members["sudo_user"] = .string(sudoUser) }
        if let terminal { members["tty"] = .string(terminal) }
        if let reason { members["reason"] = .string(reason) }
        return members
    }

    private static func readLoginUID() -> Int? {
        let file = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var digits = [UInt8](repeating: 0, count: 16)
        let count = digits.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard count > 0, let value = UInt32(String(decoding: digits.prefix(count), as: UTF8.self)) else { return nil }
        // The system's word for nobody.
        return value == .max ? nil : Int(value)
    }
}
