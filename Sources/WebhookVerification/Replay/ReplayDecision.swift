/// What an operator can decide about a delivery that the replay store remembers.
///
/// The raw value is the end of `action` in the audit entry, `replay.done` for example; a restart reads it there.
package enum ReplayDecision: String, Sendable {
    /// A finished delivery is forgotten, so that the next copy is forwarded: a repeat on purpose.
    case allow
    /// An attempt with unknown outcome did arrive: copies are duplicates from now on.
    case done
    /// It did not arrive: the next copy is forwarded.
    case retry
}
