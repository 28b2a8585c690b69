internal import AuditLog

/// Reads the newest checkpoint of a log as it stands; whether its signature holds is for the verification to say.
package struct AuditCheckpointReader: Sendable {
    private let paths: AuditPaths
    private let files: any FileOperations

    /// Takes the directory of one node's log.
    package init(directory: String, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        self.files = files
    }

    /// How many entries it covers; `nil` where there is none, or none of the form.
    package func newestSize() throws(FileFailure) -> UInt64? {
        guard let bytes = try files.readFile(paths.checkpoint, limit: 64 * 1024) else { return nil }
        return SignedNote(bytes: bytes).flatMap { Checkpoint(text: $0.text) }?.size
    }
}
