import ArgumentParser
import GatewayServer
import WebhookVerification

/// A length of time on the command line: `24h`, `90m`, `45s`, `7d`.
struct KeySpan: ExpressibleByArgument {
    let seconds: Int64

    init?(argument: String) {
        let units: [(String, Int64)] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
        guard let unit = units.first(where: { argument.hasSuffix($0.0) }),
            argument.utf8.dropLast().allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }),
            let number = Int64(argument.dropLast()), number <= 36_500
        else { return nil }
        seconds = number * unit.1
    }
}

/// A moment on the command line: `2026-08-01T00:00:00Z`, or a length of time before now.
struct KeyMoment: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        if let time = RFC3339.parse(Array(argument.utf8).span) {
            self.time = time
        } else if let span = KeySpan(argument: argument) {
            time = Timestamp(microseconds: GatewayClock.now().microseconds - span.seconds * 1_000_000)
        } else {
            return nil
        }
    }
}

/// How times and numbers are shown.
enum KeyTimes {
    /// `2026-08-21 10:00`, or a hyphen.
    static func short(_ time: Timestamp?) -> String {
        guard let time else { return "-" }
        let text = KeyringTime.text(time)
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    /// The same for seconds since the epoch.
    static func short(_ seconds: Int64?) -> String { short(seconds.flatMap { Timestamp(seconds: $0) }) }

    /// `41,220`.
    static func grouped(_ number: UInt64) -> String {
        var digits = Array(String(number))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return String(digits)
    }

    /// How many of all, in percent.
    static func share(_ part: UInt64, of whole: UInt64) -> String {
        whole == 0 ? "-" : "\((Double(part) * 1000 / Double(whole)).rounded() / 10)%"
    }
}
