package import StrictJSON
package struct CompiledSchema: Sendable {
    package enum Verdict { case valid, invalid, budgetExhausted }
    package struct Violation { package let instancePointer: String; package let expectation: String }
    package init(compiling bytes: [UInt8]) throws {}
    package func validate(_ d: JSONDocument, _ b: Span<UInt8>, _ s: SchemaScratch) -> Verdict { .valid }
    package func violations(_ d: JSONDocument, _ b: Span<UInt8>, _ s: SchemaScratch) -> [Violation] { [] }
}
package final class SchemaScratch { package init() {} }
