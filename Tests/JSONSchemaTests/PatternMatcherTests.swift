import JSONSchema
import Testing

@Suite("PatternMatcher")
struct PatternMatcherTests {
    private func matches(_ pattern: String, _ text: String) throws -> Bool {
        try PatternMatcher(Array(pattern.utf8)).matches(Array(text.utf8))
    }

    @Test(
        "ECMA-262 with the u flag",
        arguments: [
            ("abc", "xabcx", true), ("^abc$", "xabc", false), ("^$", "", true), ("a|b|", "", true),
            ("^a{2,3}$", "a", false), ("^a{2,3}$", "aaa", true), ("^a{2,3}$", "aaaa", false), ("^a{2}$", "aa", true),
            ("^(a+)+$", "aaaa!", false), ("^(?:ab)*$", "ababab", true), ("^[^a]$", "é", true), ("^.$", "😀", true),
            ("^.$", "\n", false), ("[]", "a", false), ("^[^]$", "\n", true), ("^\\d$", "٣", false),
            ("^\\w+$", "aé", false), ("^\\s$", "\u{FEFF}", true), ("^\\S$", "\u{2028}", false),
            ("^\\p{Letter}+$", "Größe한글", true), ("^\\p{L}$", "1", false), ("^\\P{L}$", "1", true),
            ("^\\p{Script=Greek}+$", "αβγ", true), ("^\\p{sc=Greek}+$", "abc", false), ("^\\p{Emoji}$", "😀", true),
            ("^\\u{1F600}$", "😀", true), ("^\\uD83D\\uDE00$", "😀", true), ("^[😀-😂]$", "😁", true),
            ("\\bfoo\\b", "a foo b", true), ("\\bfoo\\b", "afoo", false), ("\\Boo\\b", "foo", true),
            ("^\\cJ$", "\n", true),
            ("^\\x41\\0$", "A\0", true), ("^[\\d-]+$", "1-2", true), ("^\\-$", "-", true), ("a{0}b", "b", true),
            ("(^a|b$)", "cb", true), ("$a", "a", false), ("^(?<n>x)$", "x", true), ("x*?", "", true),
            ("^é+$", "éé", true),
        ]
    )
    func matches(pattern: String, text: String, isMatch: Bool) throws {
        #expect(try matches(pattern, text) == isMatch)
    }

    @Test(
        "what is not regular or not in the grammar is refused with its reason",
        arguments: [
            ("(?=a)", "look-around cannot be matched in linear time and is not supported"),
            ("(?<!a)b", "look-around cannot be matched in linear time and is not supported"),
            ("(a)\\1", "back-references cannot be matched in linear time and are not supported"),
            ("\\1", "reference to a group that does not exist"), ("(a", "missing )"), ("a)", "unmatched )"),
            ("[a", "missing ]"), ("*a", "nothing to repeat"), ("a**", "nothing to repeat"),
            ("[b-a]", "range out of order"), ("a{3,2}", "repeat counts out of order"), ("\\a", "invalid escape"),
            ("(?i)a", "unknown group"), ("\\p{Nope}", "unknown property"),
            ("((a{1,1000}){1,1000}){1,1000}", "the pattern expands to more than 20000 states"),
        ]
    )
    func refuses(pattern: String, reason: String) {
        do throws(PatternFault) {
            _ = try PatternMatcher(Array(pattern.utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.reason == reason)
        }
    }

    /// A group around the pattern takes it to the state table, a boundary that always holds to the simulation.
    @Test(
        "rows of classes match what the table and the simulation match",
        arguments: [
            "^evt_[A-Za-z0-9]{2,4}$", "^[a-z]{3}$", "^[a-z][a-z0-9-]{0,3}$", "^[A-Z0-9]{1,3}-[0-9]{2}$", "^ab",
            "^[ab]+", "^[ab]{2,}$", "^[ab]{0,2}c$", "^a{3}b?$", "^a?b?c?$", "^[0-9]*$", "^a{0}b$", "^a{2}a{2}$",
            "^a{1,2}a$", "^abcdefghijklmnopq[rs]$",
        ]
    )
    func runs(pattern: String) throws {
        let texts = [
            "", "a", "b", "ab", "aab", "abc", "aaa", "aaab", "aaaa", "ccc", "c", "evt_", "evt_a", "evt_a1", "evt_a1b2",
            "evt_a1b2c", "evt_é1", "A-12", "ABC-12", "ABCD-12", "A1-1", "a-b-", "a-b-c", "ab\n", "12", "é", "aé",
            "abcdefghijklmnopqr", "abcdefghijklmnopqt", "abcdefghijklmnopq",
        ]
        for text in texts {
            let verdict = try matches(pattern, text)
            #expect(try matches("(?:\(pattern))", text) == verdict, "\(text)")
            #expect(try matches("(?:\\b|\\B)(?:\(pattern))", text) == verdict, "\(text)")
        }
        #expect(try texts.contains { try matches(pattern, $0) })
        #expect(try texts.contains { try !matches(pattern, $0) })
    }

    @Test("nested repeats cost no more than their length")
    func isLinear() throws {
        let text = Array(String(repeating: "a", count: 200_000).utf8) + [UInt8(ascii: "!")]
        #expect(try !PatternMatcher(Array("^(a+)+$".utf8)).matches(text))
        #expect(try !PatternMatcher(Array("^(a|a)*\\b$".utf8)).matches(text))
    }
}
