import Foundation

/// One line of an audit log, with the members that tests look at.
package struct AuditRecord: Sendable, Decodable {
    /// Where a request came from.
    package struct Client: Sendable, Decodable {
        /// The decided address.
        package let ip: String?
        /// The address of the socket.
        package let peer: String?
        /// The version of TLS, empty for none.
        package let tls: String?
    }

    /// What a payload is about.
    package struct Event: Sendable, Decodable {
        /// The event's id.
        package let id: String?
        /// The event's name.
        package let type: String?
    }

    /// Which signature held.
    package struct Signature: Sendable, Decodable {
        /// The id of the key.
        package let key: String?
        /// The scheme.
        package let scheme: String?
        /// `retiring` where the key was about to end its life.
        package let state: String?
    }

    /// What the upstream did.
    package struct Upstream: Sendable, Decodable {
        /// The upstream's name.
        package let name: String?
        /// Its status.
        package let status: Int?
        /// Which attempt it was.
        package let `try`: Int?
        /// `done`, `failed` or `unknown`.
        package let state: String?
        /// Why there is no answer.
        package let err: String?
    }

    /// The body's length.
    package struct Body: Sendable, Decodable {
        /// Bytes.
        package let bytes: Int?
        /// Its field MAC.
        package let mac: String?
    }

    /// What the head said.
    package struct HTTP: Sendable, Decodable {
        /// The field MAC of the query.
        package let query: String?
        /// User-Agent, in the form of its rule.
        package let ua: String?
    }

    /// What kind of entry it is.
    package let kind: String
    /// Position in the log.
    package let seq: Int
    /// Id of the request.
    package let rid: String?
    /// Name of the source.
    package let source: String?
    /// Reason code.
    package let reason: String?
    /// Free text.
    package let detail: String?
    /// What was decided.
    package let decision: String?
    /// Status that the sender got.
    package let status: Int?
    /// The checks with their marks.
    package let checks: String?
    /// The replay key.
    package let rk: String?
    /// Digest of the configuration.
    package let cfg: String?
    /// Where it came from.
    package let client: Client?
    /// What it is about.
    package let event: Event?
    /// Which signature held.
    package let sig: Signature?
    /// What the upstream did.
    package let up: Upstream?
    /// The body.
    package let body: Body?
    /// What the head said.
    package let http: HTTP?
    /// What was degraded.
    package let deg: [String]?
    /// When, as text.
    package let ts: String
    /// Recorded members of the payload.
    package let fields: [String: String]?

    /// Reads every complete line of every segment in `directory`, in order.
    static func read(_ directory: String) -> [AuditRecord] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/segments")) ?? []
        return names.sorted().flatMap { name -> [AuditRecord] in
            guard let data = FileManager.default.contents(atPath: directory + "/segments/" + name) else { return [] }
            return data.split(separator: UInt8(ascii: "\n")).compactMap {
                try? JSONDecoder().decode(AuditRecord.self, from: Data($0))
            }
        }
    }
}

/// Reads audit logs that lie elsewhere than in a gateway's own directory.
package enum AuditLogReader {
    /// The entries of the log in `directory`, the one of a node.
    package static func entries(in directory: String) -> [AuditRecord] { AuditRecord.read(directory) }
}
