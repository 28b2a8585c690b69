import GatewayCrypto
import StrictJSON

/// One object of a keyring's document, read member by member.
struct KeyringObject {
    private let json: JSONDocument
    private let source: [UInt8]
    private let node: JSONNode
    /// What the object is, for messages.
    private let place: String

    init(_ json: JSONDocument, _ source: [UInt8], _ node: JSONNode, _ place: String) {
        self.json = json
        self.source = source
        self.node = node
        self.place = place
    }

    private func member(_ name: String) -> JSONNode? {
        guard let found = json.member(Array(name.utf8).span, of: node, in: source.span),
            json.kind(of: found) != .null
        else { return nil }
        return found
    }

    private func fault(_ name: String, _ expected: String) -> KeyringFault {
        .malformed("'\(name)' of \(place) has to be \(expected)")
    }

    func text(_ name: String) throws(KeyringFault) -> String {
        guard let text = try optionalText(name) else { throw fault(name, "text") }
        return text
    }

    func optionalText(_ name: String) throws(KeyringFault) -> String? {
        guard let node = member(name) else { return nil }
        guard json.kind(of: node) == .string, let text = json.string(node, in: source.span) else {
            throw fault(name, "text")
        }
        return text
    }

    func integer(_ name: String) throws(KeyringFault) -> Int64 {
        guard let node = member(name), let value = json.integer(node, in: source.span), value >= 0,
            value < 1 << 53
        else { throw fault(name, "a whole number") }
        return value
    }

    func time(_ name: String) throws(KeyringFault) -> Timestamp {
        guard let time = try optionalTime(name) else { throw fault(name, "a time") }
        return time
    }

    func optionalTime(_ name: String) throws(KeyringFault) -> Timestamp? {
        guard let text = try optionalText(name) else { return nil }
        guard let time = KeyringTime.parse(text) else { throw fault(name, "a time such as 2026-08-21T10:00:00Z") }
        return time
    }

    func bytes(_ name: String, count: Int? = nil) throws(KeyringFault) -> [UInt8] {
        guard let bytes = Base64.decode(try text(name)), count == nil || bytes.count == count else {
            throw fault(name, count.map { "\($0) bytes in base64" } ?? "base64")
        }
        return bytes
    }

    func object(_ name: String) throws(KeyringFault) -> KeyringObject {
        guard let node = member(name), json.kind(of: node) == .object else { throw fault(name, "an object") }
        return KeyringObject(json, source, node, "'\(name)'")
    }

    func list(_ name: String) throws(KeyringFault) -> [KeyringObject] {
        guard let node = member(name), json.kind(of: node) == .array else { throw fault(name, "a list") }
        var objects: [KeyringObject] = []
        for element in json.elements(of: node) {
            guard json.kind(of: element) == .object else { throw fault(name, "a list of objects") }
            objects.append(KeyringObject(json, source, element, "a key of \(place)"))
        }
        return objects
    }

    func members() throws(KeyringFault) -> [(String, KeyringObject)] {
        var objects: [(String, KeyringObject)] = []
        for member in json.members(of: node) {
            guard let name = json.string(member.name, in: source.span), json.kind(of: member.value) == .object else {
                throw .malformed("\(place) has to hold objects")
            }
            objects.append((name, KeyringObject(json, source, member.value, "'\(name)'")))
        }
        return objects
    }

    func sealed() throws(KeyringFault) -> KeyringKey.Sealed {
        KeyringKey.Sealed(nonce: try bytes("nonce", count: 12), ciphertext: try bytes("ct"))
    }

    func key() throws(KeyringFault) -> KeyringKey {
        guard let id = KeyID(try text("id")) else { throw fault("id", "a key's name") }
        let state = try word("state", KeyringKey.State.init(rawValue:))
        let key = KeyringKey(
            id: id,
            label: try optionalText("label") ?? "",
            purpose: try word("purpose", KeyringKey.Purpose.init(rawValue:)),
            algorithm: try text("alg"),
            encoding: try word("encoding", KeyringKey.Encoding.init(rawValue:)),
            state: state,
            created: try time("created"),
            notBefore: try optionalTime("not_before"),
            notAfter: try optionalTime("not_after"),
            expires: try optionalTime("expires"),
            origin: try word("origin", KeyringKey.Origin.init(rawValue:)),
            fingerprint: try text("fp"),
            rotation: try rotation(),
            sealed: member("wrap") == nil ? nil : try object("wrap").sealed()
        )
        guard (key.sealed == nil) == (state == .destroyed) else {
            throw .malformed("key \(id) is \(state.rawValue), and 'wrap' says otherwise")
        }
        return key
    }

    private func rotation() throws(KeyringFault) -> KeyringKey.Rotation? {
        guard member("rotation") != nil else { return nil }
        let object = try object("rotation")
        guard let replaced = KeyID(try object.text("replaces")) else { throw fault("replaces", "a key's name") }
        return KeyringKey.Rotation(overlap: try object.integer("overlap"), replaces: replaced)
    }

    private func word<Word>(_ name: String, _ make: (String) -> Word?) throws(KeyringFault) -> Word {
        guard let word = make(try text(name)) else { throw fault(name, "a known word") }
        return word
    }
}
