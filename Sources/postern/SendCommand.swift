import ArgumentParser
import GatewayConfig
import GatewayServer
import WebhookVerification

/// Sends a signed test event.
struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send a signed test event and show the answer; also one that has to be refused.",
        discussion: """
            postern send --source github -c postern.yaml
            postern send --scheme stripe --secret-file key --to https://hooks.example.com/stripe
            postern send --source github --bad sig

            --bad makes the event wrong in one way: sig (a stranger's signature), time (signed long ago), schema (against \
            the source's schema), replay (sent twice), body (changed after it was signed), address (sent from 127.66.66.66 \
            on loopback, else in the name of 192.0.2.1).
            Exit 0: the answer is as it has to be: 2xx, with --bad a refusal. 1: it is not. 69: no answer.
            """
    )

    @OptionGroup var signing: SigningOptions

    @Option(help: "Where to; with --source its path at the first listener.")
    var to: String?

    @Option(help: "The public URL that is signed, where it is not the one of --to.")
    var url: String?

    @Option(help: ArgumentHelp("The body, or - for standard input; a small event if not given.", valueName: "file"))
    var file: String?

    @Option(help: "What is wrong with it: sig, time, schema, replay, body or address.")
    var bad: SendTool.Fault?

    @Option(help: ArgumentHelp("A header field, for example 'X-GitHub-Event: push'.", valueName: "name: value"))
    var header: [String] = []

    @Option(help: ArgumentHelp("The local address to send from.", valueName: "address"))
    var from: String?

    @Option(help: ArgumentHelp("Authorities to trust instead of the system's, in PEM.", valueName: "file"))
    var ca: String?

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func validate() throws {
        if to == nil, signing.name == nil { throw ValidationError("--to is needed without --source.") }
        for text in [to, url].compactMap(\.self) where SplitURL(text) == nil {
            throw ValidationError("'\(text)' is not an http or https URL.")
        }
        if let from, IPAddress(from) == nil { throw ValidationError("--from is no address.") }
        for text in header where SendCommand.field(text) == nil {
            throw ValidationError("--header needs 'Name: value'.")
        }
    }

    func run() throws {
        let now = signing.time
        let origin = (url ?? to).flatMap(SplitURL.init)?.origin
        let (tool, source, configuration) = try signing.tool(origin: origin, now: now)
        let place = try SendPlace.find(to, source: source, configuration: configuration)
        // An id of its own each time: the same one twice would be a repeat.
        let id = signing.id ?? "evt_\(GatewayClock.now().microseconds)"
        let body = try file.map(InputFile.read) ?? SendPlace.event(source, id: id)
        var request = ComposedRequest(method: "POST", target: place.target, body: body)
        for text in header { if let field = SendCommand.field(text) { request.fields.append(field) } }
        if !request.hasField(FieldName(literal: "content-type")) {
            let type = source?.content.mediaTypes.first ?? Array("application/json".utf8)
            request.fields.append(("Content-Type", type))
        }
        try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
            try tool.prepare(&request, fault: bad, now: now, eventID: id)
        }
        let local = from ?? (bad == .address && place.isLoopback ? "127.66.66.66" : nil)
        if bad == .address, !place.isLoopback { request.fields.append(("X-Forwarded-For", Array("192.0.2.1".utf8))) }
        let isOwn = request.body == body
        let curl = SignTool.curl(
            tool.withoutCredentials(request),
            origin: place.origin,
            body: isOwn ? file.map { "@" + $0 } : nil
        )
        if !json { print(curl) }
        let answer = try send(request, place, local)
        try report(answer, request, curl)
    }

    private func send(_ request: ComposedRequest, _ place: SendPlace, _ local: String?) throws -> DeliveryAnswer {
        do throws(DeliveryFault) {
            let sender = try RequestSender(authorities: ca)
            let bytes = DeliveryFraming.contentLength.bytes(of: request, authority: place.to.authority)
            let answer = try sender.send(bytes, to: place.to, from: local)
            return bad == .replay ? try sender.send(bytes, to: place.to, from: local) : answer
        } catch {
            StandardError.line("postern: \(place.origin): \(error)")
            throw ExitCodes.unavailable
        }
    }

    private func report(_ answer: DeliveryAnswer, _ request: ComposedRequest, _ curl: String) throws {
        let isDuplicate = answer.field("postern-duplicate") == "1"
        let isAccepted = (200..<300).contains(answer.status)
        let isExpected =
            switch bad {
            case nil: isAccepted
            case .replay: isDuplicate || answer.status == 409
            case .sig, .time, .schema, .body, .address: (400..<500).contains(answer.status)
            }
        if json {
            var line = JSONLine()
            line.add("status", answer.status)
            line.add("requestId", answer.requestID)
            line.add("duplicate", isDuplicate)
            line.add("expected", isExpected)
            line.add("body", String(decoding: answer.body.prefix(4096), as: UTF8.self))
            line.add("curl", curl)
            print(line.text)
        } else {
            let times = bad == .replay ? ", the second of two alike" : ""
            print("sent       \(request.method) \(request.target), \(request.body.count) bytes\(times)")
            for line in ExplanationText.paragraph(
                "answer",
                "\(answer.status) \(String(decoding: answer.body.prefix(1024), as: UTF8.self))"
            ) {
                print(line)
            }
            if let id = answer.requestID { print("request    \(id)") }
            let wanted = bad == nil ? "admitted" : bad == .replay ? "known as a repeat" : "refused"
            let isRepeat = bad == nil && isDuplicate
            print(
                isRepeat
                    ? "result     acknowledged as a repeat: nothing was forwarded; take another --id or body"
                    : isExpected ? "result     \(wanted), as it has to be" : "result     NOT \(wanted)"
            )
        }
        if !isExpected { throw ExitCodes.negative }
    }

    private static func field(_ text: String) -> (name: String, value: [UInt8])? {
        guard let colon = text.firstIndex(of: ":"), FieldName(text[..<colon]) != nil else { return nil }
        let value = text[text.index(after: colon)...].drop { $0 == " " }
        return value.utf8.contains { $0 < 0x20 || $0 == 0x7F } ? nil : (String(text[..<colon]), Array(value.utf8))
    }
}

extension SendTool.Fault: ExpressibleByArgument {}
