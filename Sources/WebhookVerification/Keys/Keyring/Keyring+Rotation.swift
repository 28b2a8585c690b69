/// The steps of a rotation. Source: `docs/keys.md`, rotation.
extension Keyring {
    /// The longest overlap without being asked twice: seven days, in seconds.
    package static let overlapMax: Int64 = 7 * 86_400

    /// Refuses a second rotation while one is under way.
    package func refuseOpenRotation(of name: String, now: Timestamp) throws(KeyringFault) {
        let entry = try entry(name)
        guard entry.primary != nil else { throw .refused("'\(name)' has no active key to rotate; add one") }
        guard !entry.isRotating(now: now) else {
            throw .refused("a rotation of '\(name)' is not over yet; see keys rotate \(name) --status, or --undo")
        }
    }

    /// Makes an added key the one that a rotation waits for.
    package mutating func startRotation(of name: String, to id: KeyID, overlap: Int64) throws(KeyringFault) {
        guard let index = entries.firstIndex(where: { $0.name == name }), let primary = entries[index].primary,
            let position = entries[index].keys.firstIndex(where: { $0.id == id }), primary != id
        else { throw .refused("'\(name)' has no other key to replace") }
        entries[index].keys[position].rotation = KeyringKey.Rotation(overlap: overlap, replaces: primary)
    }

    /// The sender uses the new key: it becomes the primary, the old one retires when the overlap is over.
    ///
    /// `nil` where the key stands for no rotation; else the key that retires, if it was still active.
    package mutating func completeRotation(to id: KeyID, now: Timestamp) throws(KeyringFault) -> KeyID? {
        let (_, key) = try find(id.text)
        guard let rotation = key.rotation, key.state == .active else { return nil }
        try promote(id.text)
        guard let old = try? find(rotation.replaces.text), old.key.state == .active else { return nil }
        try retire(old.key.id.text, notAfter: Timestamp(seconds: now.seconds + rotation.overlap) ?? now)
        return old.key.id
    }

    /// What became of the new key when its rotation was taken back.
    package enum Undone: Sendable, Equatable {
        /// No delivery had used it: it is suspended.
        case suspended(KeyID)
        /// The sender uses it already: it stays accepted, the old key is accepted without an end and primary again.
        case stays(KeyID)
    }

    /// Takes a rotation back; gives the key that is the primary again, and what became of the new one.
    package mutating func undoRotation(
        of name: String,
        now: Timestamp
    ) throws(KeyringFault) -> (kept: KeyID, new: Undone) {
        let entry = try entry(name)
        if let candidate = entry.candidate, let rotation = candidate.rotation {
            try suspend(candidate.id.text)
            return (rotation.replaces, .suspended(candidate.id))
        }
        let retiring = entry.keys.last { $0.state == .retiring && ($0.notAfter.map { now <= $0 } ?? true) }
        guard let retiring, let primary = entry.primary else { throw .refused("no rotation of '\(name)' is under way") }
        try activate(retiring.id.text, now: now)
        try promote(retiring.id.text)
        return (retiring.id, .stays(primary))
    }

    /// Retiring keys whose time is over at `now`, `grace` seconds after their date, with their entries' names.
    package func overdue(now: Timestamp, grace: Int64) -> [(name: String, key: KeyringKey)] {
        entries.flatMap { entry in
            entry.keys.filter { key in
                key.state == .retiring && key.notAfter.map { now.seconds > $0.seconds + grace } ?? false
            }.map { (entry.name, $0) }
        }
    }
}
