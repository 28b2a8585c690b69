/// Receives completions for one lane; implemented over an event loop.
package protocol AuditCompletionSink: AnyObject, Sendable {
    /// Called on the writer's thread, in order, with what one batch brought; has to hop to the lane's own thread.
    func auditAdvanced(_ progress: [AuditProgress])
}
