import ArgumentParser
import GatewayServer
import WebhookVerification

/// A request that a command is given: a file of raw HTTP, or a curl command.
struct CapturedFile {
    /// The request.
    let request: ComposedRequest
    /// The bytes of the capture; `nil` for a curl command.
    let raw: [UInt8]?
    /// The URL's scheme and authority, where the capture says them.
    let origin: String?

    /// Reads a file, or standard input for `-`.
    ///
    /// Ends the command with 65 where it is no request.
    init(path: String) throws {
        let bytes = try InputFile.read(path)
        if bytes.starts(with: "curl ".utf8) {
            self = try CapturedFile(curl: String(decoding: bytes, as: UTF8.self))
            return
        }
        do throws(CapturedRequest.Fault) {
            request = try CapturedRequest.read(bytes)
        } catch {
            StandardError.line("postern: \(path): \(error)")
            throw ExitCodes.data
        }
        raw = bytes
        origin = nil
    }

    /// Reads a curl command; files that it names are read as curl would.
    init(curl text: String) throws {
        do {
            let command = try CurlCommand(text) { try InputFile.read($0) }
            request = command.request
            raw = nil
            origin = command.origin
        } catch let fault as CapturedRequest.Fault {
            StandardError.line("postern: --curl: \(fault)")
            throw ExitCodes.data
        }
    }
}
