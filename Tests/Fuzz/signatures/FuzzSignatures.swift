import GatewayCrypto
import Glibc
import WebhookVerification

// What a stranger can write into the fields that a signature is read from, thrown at the engine.
//
//     FUZZ_TARGET=header|token|message|form fuzz-signatures CORPUS…
//
// A trap or a broken rule ends the process, which the fuzzer reports with the input that did it.

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@main
enum FuzzSignatures {
    static func main() {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        exit(runFuzzer(&count, &arguments, fuzzOneInput))
    }
}

/// One input of the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    FuzzTarget.chosen.run(input)
    return 0
}
