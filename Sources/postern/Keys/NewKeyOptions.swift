import ArgumentParser
import WebhookVerification

extension KeyringKey.Encoding: ExpressibleByArgument {}

/// What a new key is.
struct NewKeyOptions: ParsableArguments {
    @Option(help: "A word for people, for example 2026-08.")
    var label = ""

    @Option(help: "utf8, base64, hex or whsec; without it, what the source's scheme has.")
    var encoding: KeyringKey.Encoding?

    @Option(help: "Days until it should be replaced; 0 for never. Nothing is refused for it.")
    var expiresDays: Int64 = 365

    @Option(help: ArgumentHelp("Accept it only from this time on.", valueName: "time"))
    var notBefore: KeyMoment?

    @Option(help: "Why, for the audit log.")
    var reason: String?

    func validate() throws {
        if expiresDays < 0 || expiresDays > 3650 { throw ValidationError("--expires-days has to be from 0 to 3650.") }
    }

    /// Completes a draft.
    func complete(_ draft: Keyring.NewKey, origin: KeyringKey.Origin) -> Keyring.NewKey {
        var new = draft
        new.label = label
        new.notBefore = notBefore.flatMap { Timestamp(seconds: $0.time.seconds) }
        new.lifeDays = expiresDays == 0 ? nil : expiresDays
        new.origin = origin
        return new
    }
}
