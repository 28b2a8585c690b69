import ArgumentParser
import GatewayServer

/// The exit codes of `docs/operations.md`: 0 to 2 for results, sysexits above.
enum ExitCodes {
    /// A negative result: verification failed, a request would be denied.
    static let negative = ExitCode(1)
    /// Needs attention: warnings with `--strict`.
    static let attention = ExitCode(2)
    /// The input is not what it has to be.
    static let data = ExitCode(65)
    /// An input file is not there or cannot be read.
    static let noInput = ExitCode(66)
    static let unavailable = ExitCode(69)
    /// A file or directory cannot be made.
    static let cannotCreate = ExitCode(73)
    /// Reading or writing failed.
    static let inputOutput = ExitCode(74)
    /// Something else is at work; trying again may help.
    static let temporary = ExitCode(75)
    static let permission = ExitCode(77)
    static let configuration = ExitCode(78)

    /// The code of a command on keys that did nothing.
    static func of(_ fault: KeyToolFault) -> ExitCode {
        switch fault.kind {
        case .negative: negative
        case .data: data
        case .noInput: noInput
        case .cannotCreate: cannotCreate
        case .inputOutput: inputOutput
        case .temporary: temporary
        case .configuration: configuration
        }
    }

    /// The code of a gateway that did not start.
    static func of(_ fault: GatewayStartFault) -> ExitCode {
        switch fault.kind {
        case .configuration: configuration
        case .data: ExitCode(65)
        case .unavailable: unavailable
        case .cannotCreate: ExitCode(73)
        case .inputOutput: ExitCode(74)
        case .temporary: ExitCode(75)
        }
    }
}
