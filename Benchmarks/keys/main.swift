import Foundation

// keys-bench drill [ROTATIONS] [RATE]   a rotating signer under load: 0 wrongly refused, 0 accepted outside of the rule
// keys-bench kill [TIMES]               kill -9 during key writes: the keyring always loads
//
// POSTERN_BINARY names the binary; without it the one beside this program is used.

let here = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("postern")
    .path
let binary = ProcessInfo.processInfo.environment["POSTERN_BINARY"] ?? here
let arguments = CommandLine.arguments.dropFirst()
let numbers = arguments.dropFirst().compactMap { Int($0) }
guard let handler = Handler(), let bench = try? Bench(binary: binary, handler: handler), bench.port > 0 else {
    print("the gateway does not start: \(binary)")
    exit(69)
}
switch arguments.first {
case "drill":
    let isGood = Drill(bench).run(
        rotations: numbers.first ?? 100,
        rate: numbers.dropFirst().first ?? 2_500,
        connections: 32
    )
    exit(isGood ? 0 : 1)
case "kill": exit(KillTest(bench).run(times: numbers.first ?? 1_000) ? 0 : 1)
default:
    print("usage: keys-bench drill [ROTATIONS] [RATE] | kill [TIMES]")
    exit(64)
}
