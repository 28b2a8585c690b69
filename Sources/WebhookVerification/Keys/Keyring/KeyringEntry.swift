/// The keys of one source, or of one handler: all of one purpose.
package struct KeyringEntry: Sendable, Equatable {
    /// The name: a source's, or one behind `sign:` or `internal:`.
    package let name: String
    /// The key that stands for the others: the newest that senders use, or the one that signs; `nil` where none is active.
    package internal(set) var primary: KeyID?
    /// The keys in the order in which they came.
    package internal(set) var keys: [KeyringKey]

    /// What keys of an entry with this name are for; `nil` where it cannot be a name.
    ///
    /// `[a-z0-9._-]{1,64}` for a source, the same behind `sign:`, and up to 80 behind `internal:`.
    package static func purpose(of name: String) -> KeyringKey.Purpose? {
        if name.hasPrefix("sign:") { return isPlain(name.dropFirst(5)) ? .sign : nil }
        if name.hasPrefix("internal:") { return isPlain(name.dropFirst(9), 80) ? .internal : nil }
        return isPlain(name[...]) ? .verify : nil
    }

    private static func isPlain(_ name: Substring, _ max: Int = 64) -> Bool {
        (1...max).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                $0 &- UInt8(ascii: "0") < 10 || $0 &- UInt8(ascii: "a") < 26
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
            }
    }

    /// The key with an id.
    package func key(_ id: KeyID) -> KeyringKey? { keys.first { $0.id == id } }

    /// The key that a rotation waits for, if one is under way.
    package var candidate: KeyringKey? { keys.first { $0.rotation != nil && $0.state == .active } }

    /// How many keys are accepted at `now`; of a retiring key whose date is over only the stragglers are.
    func acceptingCount(now: Timestamp) -> Int {
        keys.count { key in
            key.isAccepting && !(key.state == .retiring && (key.notAfter.map { $0 < now } ?? false))
        }
    }

    /// Whether a delivery that comes at `now` could be accepted: a key is active, or retiring and not over for longer than
    /// `grace` seconds, or its date has come.
    package func accepts(at now: Timestamp, grace: Int64) -> Bool {
        keys.contains { key in
            switch key.state {
            case .active: true
            case .retiring: key.notAfter.map { now.seconds <= $0.seconds + grace } ?? true
            case .pending: key.notBefore.map { $0 <= now } ?? false
            case .suspended, .retired, .revoked, .destroyed: false
            }
        }
    }

    /// Whether a rotation or its overlap is not over at `now`.
    package func isRotating(now: Timestamp) -> Bool {
        candidate != nil || keys.contains { $0.state == .retiring && ($0.notAfter.map { now <= $0 } ?? true) }
    }

    /// The same without keys of one state.
    package func without(_ state: KeyringKey.State) -> KeyringEntry {
        KeyringEntry(name: name, primary: primary, keys: keys.filter { $0.state != state })
    }

    /// The same with the accepting keys only.
    package var accepting: KeyringEntry {
        KeyringEntry(name: name, primary: primary, keys: keys.filter(\.isAccepting))
    }

    /// Makes another active key the primary where the old one no longer is.
    mutating func electPrimary() {
        if let primary, key(primary)?.state == .active { return }
        let active = keys.filter { $0.state == .active }
        primary = (active.last { $0.rotation == nil } ?? active.last)?.id
    }
}
