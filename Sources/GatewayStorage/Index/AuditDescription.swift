internal import StrictJSON

/// What `log.json` says of a log.
package struct AuditDescription: Sendable, Equatable {
    /// Why a directory is not taken for a log.
    package enum Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// There is no `log.json`.
        case missing(path: String)
        /// `log.json` is not one of ours.
        case foreign(path: String, cause: String)
        /// It cannot be read.
        case file(FileFailure)

        /// What is wrong.
        package var description: String {
            switch self {
            case .missing(let path): "\(path): not there, so this is not the directory of an audit log"
            case .foreign(let path, let cause): "\(path): \(cause)"
            case .file(let failure): "\(failure)"
            }
        }
    }

    /// The log's full name.
    package let origin: String
    /// The verifier keys it names; only as good as the directory.
    package let verifierKeys: [String]

    /// Reads the description of the log in `directory`.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) throws(Fault) {
        let path = AuditPaths(root: directory).description
        let bytes: [UInt8]?
        do throws(FileFailure) {
            bytes = try files.readFile(path, limit: 64 * 1024)
        } catch {
            throw .file(error)
        }
        guard let bytes else { throw .missing(path: path) }
        let document = JSONDocument()
        guard document.parse(bytes.span) == nil, let root = document.root else {
            throw .foreign(path: path, cause: "not JSON")
        }
        let format = document.member("format", of: root, in: bytes.span)
        guard let format, document.equals(format, "postern-audit/1", in: bytes.span) else {
            throw .foreign(path: path, cause: "not a log of format postern-audit/1")
        }
        let name = document.member("origin", of: root, in: bytes.span)
        guard let name, let origin = document.string(name, in: bytes.span), !origin.isEmpty else {
            throw .foreign(path: path, cause: "it names no origin")
        }
        self.origin = origin
        let list = document.member("vkeys", of: root, in: bytes.span)
        verifierKeys =
            list.map { list in
                document.elements(of: list).compactMap { document.string($0, in: bytes.span) }
            } ?? []
    }
}
