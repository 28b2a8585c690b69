package import JSONSchema
package import StrictJSON

/// Which upstream a valid delivery goes to, chosen by its payload; the first rule that matches wins.
package struct ForwardRules: Sendable {
    /// A rule: all conditions hold → this upstream, judged by this schema.
    package struct Rule: Sendable {
        /// Each pointer must name a value equal to one of the texts (strings by bytes, numbers and booleans by source text).
        package let conditions: [Condition]
        /// Index into the configuration's upstreams.
        package let upstream: Int
        /// A schema for just these payloads, checked after the source's own.
        package let schema: CompiledSchema?

        /// Makes a rule.
        package init(conditions: [Condition], upstream: Int, schema: CompiledSchema?) {
            self.conditions = conditions
            self.upstream = upstream
            self.schema = schema
        }
    }

    /// One place of the payload and the values it may have.
    package struct Condition: Sendable {
        /// The place in the payload.
        package let pointer: JSONPointer
        /// The accepted values as bytes.
        package let values: [[UInt8]]

        /// Makes a condition.
        package init(pointer: JSONPointer, values: [[UInt8]]) {
            self.pointer = pointer
            self.values = values
        }
    }

    /// What happens to a payload that no rule matches.
    package enum Otherwise: Sendable, Equatable {
        /// 422 `payload.event_not_allowed`.
        case deny
        case upstream(Int)
    }

    /// The rules in the order in which they are tried; empty where the source has one upstream.
    package let rules: [Rule]
    /// What happens to a payload that no rule matches.
    package let otherwise: Otherwise

    /// Makes the rules of a source.
    package init(rules: [Rule], otherwise: Otherwise) {
        self.rules = rules
        self.otherwise = otherwise
    }
}
