import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage

/// Proves that entries are in the log.
struct AuditProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write proofs that the entries of a request are in the log.",
        discussion: """
            One file for each entry, RID-SEQ.tlog-proof: the line, its inclusion proof and the signed checkpoint, in the \
            form c2sp.org/tlog-proof@v1. With it and the verifier key anybody can check the entry without the log. \
            Exit 0: written. 1: not found, or not signed yet. 65: the entries are not what was signed.
            """
    )

    @OptionGroup var reading: AuditReading

    @Argument(help: "The request id, or the number of one entry.")
    var request: String

    @Option(help: ArgumentHelp("Where the files go.", valueName: "directory"))
    var output = "."

    func run() throws {
        let log = try reading.open("prove", request)
        let numbers = try sequences(log)
        let bar = ProgressBar("reading")
        let proofs: [[UInt8]]
        do throws(AuditInclusion.Fault) {
            proofs = try AuditInclusion(directory: log.directory).run(numbers) { bar.show($0, of: $1) }
        } catch {
            bar.end()
            throw fail(error)
        }
        bar.end()
        for (number, proof) in zip(numbers, proofs) {
            let path = "\(output)/\(request)-\(number).tlog-proof"
            try OutputFile.write(proof, to: path)
            if reading.json {
                var line = JSONLine()
                line.add("seq", Int(clamping: number))
                line.add("file", path)
                line.add("bytes", proof.count)
                print(line.text)
            } else {
                print("\(path): entry \(number), \(proof.count) bytes")
            }
        }
    }

    private func sequences(_ log: AuditReading.Log) throws -> [UInt64] {
        if request.utf8.count < 20, let number = UInt64(request) { return [number] }
        var filter = EntryFilter()
        filter.requestID = request
        let numbers = try AuditShowCommand.all(filter, log, log.index()).compactMap { EntryFacts($0.span)?.sequence }
        guard !numbers.isEmpty, !request.contains("/") else {
            StandardError.line("postern: no entry of request \(EntryStory.clean(request, 60))")
            throw ExitCodes.negative
        }
        return numbers
    }

    private func fail(_ fault: AuditInclusion.Fault) -> ExitCode {
        StandardError.line("postern: \(fault)")
        switch fault {
        case .unsigned, .absent: return ExitCodes.negative
        case .tampered: return ExitCodes.data
        case .file: return ExitCodes.inputOutput
        }
    }
}
