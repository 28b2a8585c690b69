import GatewayCrypto
import StrictJSON

/// The parsed document of a keyring file, of which nothing is known to be authentic yet.
///
/// The bytes have to be exactly the canonical form (RFC 8785), with at most one line feed behind: there is one file for one
/// keyring, and no byte of it can be changed without changing what it says.
struct KeyringDocument {
    static let format = "postern-keyring/1"

    let id: String
    let revision: Int64
    let updated: Timestamp
    let masterReference: String?
    /// What the master key before this one says of `masterReference`; `nil` for nothing.
    let handover: [UInt8]?
    let check: String
    let salt: [UInt8]
    let dataKey: KeyringKey.Sealed
    let entries: [KeyringEntry]
    let mac: [UInt8]
    /// The canonical document without `mac`: what the MAC is over.
    let authenticated: [UInt8]

    init(_ file: [UInt8]) throws(KeyringFault) {
        guard file.count <= Keyring.fileBytesMax else { throw .malformed("larger than 8 MiB") }
        var bytes = file
        if bytes.last == 0x0A { bytes.removeLast() }
        guard !bytes.isEmpty else { throw .malformed("the file is empty") }
        let json = JSONDocument()
        if let fault = json.parse(bytes.span) { throw .malformed("\(fault)") }
        guard let root = json.root, json.kind(of: root) == .object else { throw .malformed("not a JSON object") }
        var canonical: [UInt8] = []
        JSONCanonicalizer.append(json, root, in: bytes.span, to: &canonical)
        guard canonical == bytes else { throw .malformed("not in canonical form (RFC 8785)") }
        let reader = KeyringObject(json, bytes, root, "the keyring")
        guard try reader.text("format") == KeyringDocument.format else {
            throw .malformed("'format' is not \(KeyringDocument.format)")
        }
        id = try reader.text("id")
        revision = try reader.integer("revision")
        guard revision > 0, id.utf8.count <= 64 else { throw .malformed("'revision' or 'id' is out of range") }
        updated = try reader.time("updated")
        let master = try reader.object("master")
        masterReference = try master.optionalText("ref")
        handover = try master.optionalText("handover") == nil ? nil : master.bytes("handover", count: 32)
        check = try master.text("check")
        salt = try master.bytes("salt", count: 32)
        let dek = try reader.object("dek")
        guard try dek.text("alg") == "A256GCM" else { throw .malformed("'dek.alg' is not A256GCM") }
        dataKey = try dek.sealed()
        let mac = try reader.bytes("mac", count: 32)
        self.mac = mac
        entries = try KeyringDocument.entries(try reader.object("sources"))
        // Members are sorted and each is there once, so that cutting this one out leaves the canonical rest.
        let member = Array("\"mac\":\"\(Base64.encode(mac.span))\",".utf8)
        guard let range = canonical.firstRange(of: member) else { throw .malformed("'mac' is not in its place") }
        canonical.removeSubrange(range)
        authenticated = canonical
    }

    private static func entries(_ sources: KeyringObject) throws(KeyringFault) -> [KeyringEntry] {
        var entries: [KeyringEntry] = []
        var ids: Set<KeyID> = []
        for (name, entry) in try sources.members() {
            guard let purpose = KeyringEntry.purpose(of: name) else { throw .malformed("'\(name)' is not a name") }
            var keys: [KeyringKey] = []
            for object in try entry.list("keys") {
                let key = try object.key()
                guard key.purpose == purpose else { throw .malformed("key \(key.id) is not for '\(name)'") }
                guard ids.insert(key.id).inserted else { throw .malformed("key \(key.id) is there twice") }
                keys.append(key)
            }
            let primary = try entry.optionalText("primary")
            let found = primary.flatMap { id in keys.first { $0.id.text == id }?.id }
            guard primary == nil || found != nil else { throw .malformed("the primary of '\(name)' is not there") }
            entries.append(KeyringEntry(name: name, primary: found, keys: keys))
        }
        return entries.sorted { $0.name < $1.name }
    }
}
