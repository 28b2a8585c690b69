import GatewayConfig
import GatewayStorage

extension Gateway {
    /// Does what the body of `POST /v1/audit` asks for; `uid` is the user at the other end of the socket.
    func performAudit(_ body: [UInt8], uid: Int?) -> AuditActRunner.Reply? {
        guard let (act, given) = AuditAct.read(body) else { return nil }
        var actor = given
        actor.via = "socket"
        // What the system says counts, not what the other end says.
        if let uid, uid != actor.uid {
            actor.uid = uid
            actor.id = ""
        }
        let settings = AuditSettings(configuration, access: keys?.access, version: options.version)
        return AuditActRunner(settings: settings, keyring: keys?.access).run(act, at: writer, actor: actor)
    }
}
