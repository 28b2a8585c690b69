import Foundation
import GatewayTestSupport
import StrictJSON
import Testing

/// github.com/nst/JSONTestSuite, `test_parsing`: `y_` must be accepted, `n_` refused, `i_` is up to the parser.
@Suite("JSONTestSuite", .enabled(if: SharedData.isAvailable, "needs ../shared/suites"))
struct JSONTestSuiteTests {
    private static let directory = "suites/JSONTestSuite/test_parsing"

    private static func files(_ prefix: String) throws -> [String] {
        let path = try #require(SharedData.root) + "/" + directory
        return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix(prefix) }.sorted()
    }

    private static func bytes(_ file: String) throws -> [UInt8] {
        Array(try SharedData.read(directory + "/" + file))
    }

    @Test("all 188 texts outside the grammar are refused as malformed or too deep, whatever the policy")
    func refusesInvalid() throws {
        let files = try Self.files("n_")
        #expect(files.count == 188)
        for file in files {
            for policy in [JSONPolicy.default, .rfc8259] {
                let fault = fault(try Self.bytes(file), policy)
                let isDeep = file.hasPrefix("n_structure_open_array_object") || file.hasPrefix("n_structure_100000")
                #expect(fault?.kind.faultClass == (isDeep ? .tooDeep : .malformed), "\(file)")
            }
        }
    }

    /// The four files that the contract's policy refuses although the grammar allows them.
    private static let refusedByPolicy: [String: JSONFaultKind] = [
        "y_object_duplicated_key.json": .duplicateMember,
        "y_object_duplicated_key_and_value.json": .duplicateMember,
        "y_object_escaped_null_in_key.json": .nulCharacter,
        "y_string_null_escape.json": .nulCharacter,
    ]

    @Test("all 95 texts of the grammar are accepted, but for duplicate members and U+0000, which have their switches")
    func acceptsValid() throws {
        let files = try Self.files("y_")
        #expect(files.count == 95)
        for file in files {
            let bytes = try Self.bytes(file)
            #expect(fault(bytes)?.kind == Self.refusedByPolicy[file], "\(file)")
            #expect(fault(bytes, .rfc8259) == nil, "\(file)")
        }
    }

    /// What becomes of the texts that RFC 8259 leaves open: `nil` is accepted.
    private static let open: [(String, JSONFaultKind?)] = [
        // Numbers: exact integers of up to 64 digits are accepted and flagged, exponents beyond 400 refused.
        ("i_number_double_huge_neg_exp.json", .exponentTooLarge),
        ("i_number_huge_exp.json", .exponentTooLarge),
        ("i_number_neg_int_huge_exp.json", .exponentTooLarge),
        ("i_number_pos_double_huge_exp.json", .exponentTooLarge),
        ("i_number_real_neg_overflow.json", .exponentTooLarge),
        ("i_number_real_pos_overflow.json", .exponentTooLarge),
        ("i_number_real_underflow.json", .exponentTooLarge),
        ("i_number_too_big_neg_int.json", nil),
        ("i_number_too_big_pos_int.json", nil),
        ("i_number_very_big_negative_int.json", nil),
        // Escaped surrogates without a partner.
        ("i_object_key_lone_2nd_surrogate.json", .loneSurrogate),
        ("i_string_1st_surrogate_but_2nd_missing.json", .loneSurrogate),
        ("i_string_1st_valid_surrogate_2nd_invalid.json", .loneSurrogate),
        ("i_string_incomplete_surrogate_and_escape_valid.json", .loneSurrogate),
        ("i_string_incomplete_surrogate_pair.json", .loneSurrogate),
        ("i_string_incomplete_surrogates_escape_valid.json", .loneSurrogate),
        ("i_string_invalid_lonely_surrogate.json", .loneSurrogate),
        ("i_string_invalid_surrogate.json", .loneSurrogate),
        ("i_string_inverted_surrogates_U+1D11E.json", .loneSurrogate),
        ("i_string_lone_second_surrogate.json", .loneSurrogate),
        // Bytes that are not UTF-8.
        ("i_string_UTF-8_invalid_sequence.json", .invalidUTF8),
        ("i_string_UTF8_surrogate_U+D800.json", .invalidUTF8),
        ("i_string_invalid_utf-8.json", .invalidUTF8),
        ("i_string_iso_latin_1.json", .invalidUTF8),
        ("i_string_lone_utf8_continuation_byte.json", .invalidUTF8),
        ("i_string_not_in_unicode_range.json", .invalidUTF8),
        ("i_string_overlong_sequence_2_bytes.json", .invalidUTF8),
        ("i_string_overlong_sequence_6_bytes.json", .invalidUTF8),
        ("i_string_overlong_sequence_6_bytes_null.json", .invalidUTF8),
        ("i_string_truncated-utf-8.json", .invalidUTF8),
        // UTF-16 and byte order marks.
        ("i_string_UTF-16LE_with_BOM.json", .byteOrderMark),
        ("i_structure_UTF-8_BOM_empty_object.json", .byteOrderMark),
        ("i_string_utf16BE_no_BOM.json", .unexpectedByte),
        ("i_string_utf16LE_no_BOM.json", .unexpectedByte),
        // 500 arrays in one another.
        ("i_structure_500_nested_arrays.json", .tooDeep),
    ]

    @Test("the 35 texts that RFC 8259 leaves open have the documented verdict")
    func judgesOpenCases() throws {
        #expect(try Self.files("i_") == Self.open.map(\.0).sorted())
        for (file, kind) in Self.open {
            #expect(fault(try Self.bytes(file))?.kind == kind, "\(file)")
        }
    }

    @Test("every prefix and every single-byte change of the accepted texts is judged without a trap")
    func survivesMutations() throws {
        let document = JSONDocument()
        for file in try Self.files("y_") + Self.files("i_") {
            var bytes = try Self.bytes(file)
            guard bytes.count < 200 else { continue }
            for length in 0..<bytes.count { _ = document.parse(array: Array(bytes[..<length])) }
            for position in bytes.indices {
                let original = bytes[position]
                for byte in [UInt8(0), 0x22, 0x5C, 0x7B, 0x5D, 0x2C, 0x30, 0x80, 0xED, 0xF4, 0xFF] {
                    bytes[position] = byte
                    _ = document.parse(array: bytes, policy: .rfc8259)
                }
                bytes[position] = original
            }
        }
    }
}
