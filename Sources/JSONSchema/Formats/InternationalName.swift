internal import StrictJSON

/// Internationalised host names: IDNA 2008 (RFC 5890 to 5893) and Punycode (RFC 3492).
enum InternationalName {
    /// Whether every label is a valid LDH label, A-label or U-label (RFC 5891 section 4.2).
    static func isHostname(_ text: ByteView) -> Bool {
        guard text.count > 0, text.count <= 4 * 253 else { return false }
        let scalars = String(decoding: text.copy(), as: UTF8.self).unicodeScalars.map(\.value)
        // RFC 3490 section 3.1: the full stops that separate labels.
        let labels = scalars.split(omittingEmptySubsequences: false) { scalar in
            scalar == 0x2E || scalar == 0x3002 || scalar == 0xFF0E || scalar == 0xFF61
        }
        var length = labels.count - 1
        var decoded: [[UInt32]] = []
        for label in labels {
            guard let (unicode, encodedLength) = checked(Array(label)) else { return false }
            decoded.append(unicode)
            length += encodedLength
        }
        guard length <= 253 else { return false }
        // RFC 5893 section 1.4: one right-to-left label makes the rule apply to all.
        guard decoded.contains(where: isRightToLeft) else { return true }
        return decoded.allSatisfy(satisfiesBidiRule)
    }

    /// Whether the label, which starts with `xn--`, stands for a valid U-label.
    static func isALabel(_ label: ByteView) -> Bool {
        guard let (unicode, _) = checked(label.copy().map(UInt32.init)) else { return false }
        return !isRightToLeft(unicode) || satisfiesBidiRule(unicode)
    }

    /// The label's code points and the length of its ASCII form; `nil` when it is not valid.
    private static func checked(_ label: [UInt32]) -> (unicode: [UInt32], length: Int)? {
        guard let first = label.first, let last = label.last, first != 0x2D, last != 0x2D else { return nil }
        guard label.allSatisfy({ $0 < 0x80 }) else {
            guard isULabel(label), let encoded = Punycode.encode(label), encoded.count + 4 <= 63 else { return nil }
            return (label, encoded.count + 4)
        }
        guard label.count <= 63, label.allSatisfy({ isLetterDigitHyphen($0) }) else { return nil }
        let lower = label.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 32 : $0 }
        guard lower.count >= 4, lower[2] == 0x2D, lower[3] == 0x2D else { return (label, label.count) }
        guard lower[0] == 0x78, lower[1] == 0x6E else { return nil }
        let rest = Array(lower[4...])
        guard let unicode = Punycode.decode(rest), unicode.contains(where: { $0 >= 0x80 }), isULabel(unicode),
            Punycode.encode(unicode) == rest
        else { return nil }
        return (unicode, label.count)
    }

    private static func isLetterDigitHyphen(_ scalar: UInt32) -> Bool {
        ScalarSet.word.contains(scalar) && scalar != 0x5F || scalar == 0x2D
    }

    /// RFC 5891 section 4.2.
    private static func isULabel(_ label: [UInt32]) -> Bool {
        guard let first = label.first, let last = label.last, first != 0x2D, last != 0x2D else { return false }
        if label.count >= 4, label[2] == 0x2D, label[3] == 0x2D { return false }
        guard let leading = Unicode.Scalar(first) else { return false }
        switch leading.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return false
        default: break
        }
        for index in label.indices where !valid.contains(label[index]) {
            guard isInContext(label, index) else { return false }
        }
        return isNormalized(label)
    }

    private static let valid = NameTables.ranges(NameTables.valid.description)
    private static let joining = NameTables.parse(NameTables.joining)
    private static let bidirectional = NameTables.parse(NameTables.bidirectional)

    // MARK: - Contextual rules, RFC 5892 appendix A

    private static func isInContext(_ label: [UInt32], _ index: Int) -> Bool {
        let before = index > 0 ? label[index - 1] : nil
        let after = index + 1 < label.count ? label[index + 1] : nil
        switch label[index] {
        case 0x200C: return isVirama(before) || joins(label, index)
        case 0x200D: return isVirama(before)
        case 0xB7: return before == 0x6C && after == 0x6C
        case 0x375: return isOf(after, "Greek")
        case 0x5F3, 0x5F4: return isOf(before, "Hebrew")
        case 0x30FB:
            return label.contains { isOf($0, "Hiragana") || isOf($0, "Katakana") || isOf($0, "Han") }
        case 0x660...0x669: return !label.contains { (0x6F0...0x6F9).contains($0) }
        case 0x6F0...0x6F9: return !label.contains { (0x660...0x669).contains($0) }
        default: return false
        }
    }

    private static func isVirama(_ scalar: UInt32?) -> Bool {
        scalar.flatMap(Unicode.Scalar.init)?.properties.canonicalCombiningClass == .virama
    }

    private static func isOf(_ scalar: UInt32?, _ script: String) -> Bool {
        guard let scalar else { return false }
        return UnicodeScripts.set(named: script, withExtensions: false)?.contains(scalar) ?? false
    }

    /// (L or D) T* ZWNJ T* (R or D).
    private static func joins(_ label: [UInt32], _ index: Int) -> Bool {
        func has(_ type: String, _ scalar: UInt32) -> Bool { joining[type]?.contains(scalar) ?? false }
        var left = index - 1
        while left >= 0, has("T", label[left]) { left -= 1 }
        guard left >= 0, has("L", label[left]) || has("D", label[left]) else { return false }
        var right = index + 1
        while right < label.count, has("T", label[right]) { right += 1 }
        return right < label.count && (has("R", label[right]) || has("D", label[right]))
    }

    // MARK: - Direction, RFC 5893 section 2

    private static func directions(_ label: [UInt32]) -> [String] {
        label.map { scalar in bidirectional.first { $0.value.contains(scalar) }?.key ?? "" }
    }

    private static func isRightToLeft(_ label: [UInt32]) -> Bool {
        ["R", "AL", "AN"].contains { kind in
            label.contains { bidirectional[kind]?.contains($0) ?? false }
        }
    }

    private static func satisfiesBidiRule(_ label: [UInt32]) -> Bool {
        let kinds = directions(label)
        guard let first = kinds.first, let last = kinds.last(where: { $0 != "NSM" }) else { return false }
        let neutral: Set<String> = ["EN", "ES", "CS", "ET", "ON", "BN", "NSM"]
        if first == "R" || first == "AL" {
            guard kinds.allSatisfy({ neutral.contains($0) || ["R", "AL", "AN"].contains($0) }) else { return false }
            guard ["R", "AL", "EN", "AN"].contains(last) else { return false }
            return !(kinds.contains("EN") && kinds.contains("AN"))
        }
        guard first == "L", kinds.allSatisfy({ neutral.contains($0) || $0 == "L" }) else { return false }
        return last == "L" || last == "EN"
    }

    // MARK: - Normal form C, UAX 15

    private static let compositions: [UInt32: ScalarSet] = {
        var table: [UInt32: ScalarSet] = [:]
        for (name, firsts) in NameTables.parse(NameTables.compositions) {
            if let second = UInt32(name, radix: 36) { table[second] = firsts }
        }
        return table
    }()

    /// Whether no two code points could be composed or would have to change places.
    private static func isNormalized(_ label: [UInt32]) -> Bool {
        var starter: UInt32?
        var lastClass: UInt8 = 0
        var isAdjacent = false
        for scalar in label {
            let combining = Unicode.Scalar(scalar)?.properties.canonicalCombiningClass.rawValue ?? 0
            if combining != 0, combining < lastClass { return false }
            let isBlocked = !isAdjacent && lastClass >= combining
            if let starter, !isBlocked, composes(starter, scalar) { return false }
            if combining == 0 { starter = scalar }
            isAdjacent = combining == 0
            lastClass = combining
        }
        return true
    }

    private static func composes(_ first: UInt32, _ second: UInt32) -> Bool {
        // Hangul syllables compose by arithmetic (Unicode, section 3.12).
        if first >= 0x1100, first <= 0x1112, second >= 0x1161, second <= 0x1175 { return true }
        if first >= 0xAC00, first <= 0xD7A3, (first - 0xAC00) % 28 == 0, second > 0x11A7, second <= 0x11C2 {
            return true
        }
        return compositions[second]?.contains(first) ?? false
    }
}

/// RFC 3492.
enum Punycode {
    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var shift = 0
        while delta > 455 {
            delta /= 35
            shift += 36
        }
        return shift + 36 * delta / (delta + 38)
    }

    private static func threshold(_ position: Int, _ bias: Int) -> Int {
        min(max(position - bias, 1), 26)
    }

    /// Section 6.2; labels are short, so nothing overflows before it is refused.
    static func decode(_ input: [UInt32]) -> [UInt32]? {
        var output: [UInt32] = []
        var index = 0
        if let delimiter = input.lastIndex(of: 0x2D) {
            output = Array(input[..<delimiter])
            index = delimiter + 1
        }
        guard index < input.count else { return nil }
        var scalar = 128
        var place = 0
        var bias = 72
        while index < input.count {
            let old = place
            var weight = 1
            var position = 36
            while true {
                guard index < input.count else { return nil }
                let digit: Int
                switch input[index] {
                case 0x61...0x7A: digit = Int(input[index] - 0x61)
                case 0x30...0x39: digit = Int(input[index] - 0x30) + 26
                default: return nil
                }
                index += 1
                place += digit * weight
                guard place < 1 << 40 else { return nil }
                let threshold = threshold(position, bias)
                if digit < threshold { break }
                weight *= 36 - threshold
                guard weight < 1 << 40 else { return nil }
                position += 36
            }
            let count = output.count + 1
            bias = adapt(place - old, count, isFirst: old == 0)
            scalar += place / count
            place %= count
            guard scalar <= 0x10_FFFF, Unicode.Scalar(UInt32(scalar)) != nil else { return nil }
            output.insert(UInt32(scalar), at: place)
            place += 1
        }
        return output
    }

    /// Section 6.3.
    static func encode(_ input: [UInt32]) -> [UInt32]? {
        guard input.count <= 253 else { return nil }
        var output = input.filter { $0 < 0x80 }
        var handled = output.count
        let basic = handled
        if basic > 0 { output.append(0x2D) }
        var scalar = 128
        var delta = 0
        var bias = 72
        while handled < input.count {
            guard let next = input.filter({ Int($0) >= scalar }).min() else { return nil }
            delta += (Int(next) - scalar) * (handled + 1)
            scalar = Int(next)
            for value in input {
                if Int(value) < scalar { delta += 1 }
                guard Int(value) == scalar else { continue }
                var rest = delta
                var position = 36
                while true {
                    let threshold = threshold(position, bias)
                    if rest < threshold { break }
                    output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
                    rest = (rest - threshold) / (36 - threshold)
                    position += 36
                }
                output.append(digit(rest))
                bias = adapt(delta, handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            scalar += 1
        }
        return output
    }

    private static func digit(_ value: Int) -> UInt32 {
        UInt32(value < 26 ? value + 0x61 : value - 26 + 0x30)
    }
}
