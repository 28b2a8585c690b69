import StrictJSON
import Testing

@Suite("JSONDocument look-up")
struct NavigationTests {
    private static let text = """
        {"a":{"b":[10,20,{"c":"x\\u00e9\\n\\ud83d\\ude00"}]},"\\u0061b":1,"~/":true,"":null,"n":12345678901,"d":1.50}
        """

    @Test("a pointer leads through members and elements")
    func findsByPointer() throws {
        let parsed = try Parsed(Self.text)
        let document = parsed.document
        let bytes = parsed.bytes
        #expect(try document.integer(parsed.find("/a/b/1"), inArray: bytes) == 20)
        #expect(try document.string(parsed.find("/a/b/2/c"), inArray: bytes) == "xé\n😀")
        #expect(try document.kind(of: parsed.find("/~0~1")) == .true)
        #expect(try document.kind(of: parsed.find("/")) == .null)
        #expect(try document.integer(parsed.find("/ab"), inArray: bytes) == 1)
        #expect(try parsed.find("") == document.root)
        for missing in ["/x", "/a/b/3", "/a/b/01", "/a/b/-", "/n/0", "/a/b/99999999999999999999"] {
            let pointer = try #require(JSONPointer(missing))
            #expect(document.find(pointer, inArray: bytes) == nil)
        }
    }

    @Test("members and elements come in reading order")
    func iterates() throws {
        let parsed = try Parsed(Self.text)
        let document = parsed.document
        let root = try #require(document.root)
        let names = document.members(of: root).map { document.string($0.name, inArray: parsed.bytes) }
        #expect(names == ["a", "ab", "~/", "", "n", "d"])
        #expect(document.count(of: root) == 6)
        let list = try parsed.find("/a/b")
        let kinds = document.elements(of: list).map { document.kind(of: $0) }
        #expect(kinds == [.number, .number, .object])
        #expect(document.members(of: list).map(\.value).isEmpty)
        #expect(document.element(2, of: list) == document.elements(of: list).map { $0 }.last)
        #expect(document.element(3, of: list) == nil)
        #expect(document.element(-1, of: list) == nil)
    }

    @Test("strings are compared as decoded bytes")
    func compares() throws {
        let parsed = try Parsed(Self.text)
        let node = try parsed.find("/a/b/2/c")
        #expect(parsed.document.equals(node, text: "xé\n😀", inArray: parsed.bytes))
        #expect(!parsed.document.equals(node, text: "xé\n", inArray: parsed.bytes))
        #expect(!parsed.document.equals(node, text: "xe\u{301}\n😀", inArray: parsed.bytes))
        let root = try #require(parsed.document.root)
        let name = parsed.document.members(of: root).map(\.name)[1]
        #expect(parsed.document.equals(name, text: "ab", inArray: parsed.bytes))
    }

    @Test("a whole number is one however it is written")
    func readsIntegers() throws {
        let cases: [(String, Int64?)] = [
            ("0", 0), ("-0", 0), ("1.0", 1), ("1e2", 100), ("12.5e1", 125), ("1.5", nil), ("1e-1", nil),
            ("9223372036854775807", .max), ("9223372036854775808", nil), ("-9223372036854775808", .min),
            ("-9223372036854775809", nil), ("999999999", 999_999_999), ("-1234567890", -1_234_567_890), ("1e19", nil),
        ]
        for (text, value) in cases {
            let parsed = try Parsed(text)
            let root = try #require(parsed.document.root)
            #expect(parsed.document.integer(root, inArray: parsed.bytes) == value, "\(text)")
            #expect(parsed.document.textRange(of: root) == 0..<text.utf8.count)
        }
    }

    @Test("a refused text leaves nothing behind")
    func refusedIsEmpty() throws {
        let parsed = try Parsed("[1,2]")
        #expect(parsed.document.parse(array: Array("[1,".utf8)) != nil)
        #expect(parsed.document.root == nil)
        let pointer = try #require(JSONPointer("/0"))
        #expect(parsed.document.find(pointer, inArray: Array("[1,".utf8)) == nil)
    }

    @Test("code points are counted after decoding")
    func countsCodePoints() throws {
        let parsed = try Parsed("[\"aé😀\\u00e9\\ud83d\\ude00\\n漢字\"]")
        #expect(parsed.document.tape[1].extra == 8)
    }
}

@Suite("JSONPointer")
struct JSONPointerTests {
    @Test(
        "RFC 6901 section 5: the examples",
        arguments: [
            ("", []), ("/foo", ["foo"]), ("/foo/0", ["foo", "0"]), ("/", [""]), ("/a~1b", ["a/b"]), ("/c%d", ["c%d"]),
            ("/m~0n", ["m~n"]), ("/~01", ["~1"]), ("//", ["", ""]),
        ]
    )
    func parses(text: String, names: [String]) throws {
        let pointer = try #require(JSONPointer(text))
        #expect(pointer.tokens.map { String(decoding: $0.name, as: UTF8.self) } == names)
        #expect(pointer.description == text)
    }

    @Test("anything else is refused", arguments: ["a", "#/a", "/~", "/~2", "/a~", " /a"])
    func refuses(text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test("an array index has no leading zero and no sign")
    func indices() {
        let texts = ["0", "7", "10", "01", "+1", "-", "", "1e0", "999999999", "1000000000"]
        let indices = texts.map { JSONPointer.Token(name: Array($0.utf8)).index }
        #expect(indices == [0, 7, 10, nil, nil, nil, nil, nil, 999_999_999, nil])
    }
}
