/// The sets behind `\p{…}` (ECMA-262, UnicodeMatchProperty), from the standard library's Unicode data and, for scripts,
/// a generated table.
enum UnicodeProperty {
    /// The set that `expression`, the text between the braces, names; `nil` for an unknown one.
    static func set(named expression: String) -> ScalarSet? {
        let parts = expression.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            switch parts[0] {
            case "General_Category", "gc": return category(parts[1])
            case "Script", "sc": return UnicodeScripts.set(named: parts[1], withExtensions: false)
            case "Script_Extensions", "scx": return UnicodeScripts.set(named: parts[1], withExtensions: true)
            default: return nil
            }
        }
        guard parts.count == 1 else { return nil }
        return category(expression) ?? binary(expression)
    }

    private static func category(_ name: String) -> ScalarSet? {
        guard let wanted = categories[name] else { return nil }
        return ScalarSet(wanted.flatMap { categoryRanges[$0] ?? [] })
    }

    private typealias Category = Unicode.GeneralCategory

    private static let categories: [String: [Category]] = {
        var table: [String: [Category]] = [:]
        for (names, categories) in categoryNames {
            for name in names { table[name] = categories }
        }
        return table
    }()

    private static let letters: [Category] = [
        .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    ]
    private static let marks: [Category] = [.nonspacingMark, .spacingMark, .enclosingMark]
    private static let numbers: [Category] = [.decimalNumber, .letterNumber, .otherNumber]
    private static let punctuation: [Category] = [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
    ]
    private static let symbols: [Category] = [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
    private static let separators: [Category] = [.spaceSeparator, .lineSeparator, .paragraphSeparator]
    private static let others: [Category] = [.control, .format, .surrogate, .privateUse, .unassigned]

    /// PropertyValueAliases.txt, gc: the names that ECMA-262 allows.
    private static let categoryNames: [([String], [Category])] = [
        (["L", "Letter"], letters), (["M", "Mark", "Combining_Mark"], marks), (["N", "Number"], numbers),
        (["P", "Punctuation", "punct"], punctuation), (["S", "Symbol"], symbols), (["Z", "Separator"], separators),
        (["C", "Other"], others),
        (["LC", "Cased_Letter"], [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]),
        (["Lu", "Uppercase_Letter"], [.uppercaseLetter]), (["Ll", "Lowercase_Letter"], [.lowercaseLetter]),
        (["Lt", "Titlecase_Letter"], [.titlecaseLetter]), (["Lm", "Modifier_Letter"], [.modifierLetter]),
        (["Lo", "Other_Letter"], [.otherLetter]), (["Mn", "Nonspacing_Mark"], [.nonspacingMark]),
        (["Mc", "Spacing_Mark"], [.spacingMark]), (["Me", "Enclosing_Mark"], [.enclosingMark]),
        (["Nd", "Decimal_Number", "digit"], [.decimalNumber]), (["Nl", "Letter_Number"], [.letterNumber]),
        (["No", "Other_Number"], [.otherNumber]), (["Pc", "Connector_Punctuation"], [.connectorPunctuation]),
        (["Pd", "Dash_Punctuation"], [.dashPunctuation]), (["Ps", "Open_Punctuation"], [.openPunctuation]),
        (["Pe", "Close_Punctuation"], [.closePunctuation]), (["Pi", "Initial_Punctuation"], [.initialPunctuation]),
        (["Pf", "Final_Punctuation"], [.finalPunctuation]), (["Po", "Other_Punctuation"], [.otherPunctuation]),
        (["Sm", "Math_Symbol"], [.mathSymbol]), (["Sc", "Currency_Symbol"], [.currencySymbol]),
        (["Sk", "Modifier_Symbol"], [.modifierSymbol]), (["So", "Other_Symbol"], [.otherSymbol]),
        (["Zs", "Space_Separator"], [.spaceSeparator]), (["Zl", "Line_Separator"], [.lineSeparator]),
        (["Zp", "Paragraph_Separator"], [.paragraphSeparator]), (["Cc", "Control", "cntrl"], [.control]),
        (["Cf", "Format"], [.format]), (["Cs", "Surrogate"], [.surrogate]), (["Co", "Private_Use"], [.privateUse]),
        (["Cn", "Unassigned"], [.unassigned]),
    ]

    /// Every category's ranges, found once by asking for every code point.
    private static let categoryRanges: [Category: [ClosedRange<UInt32>]] = {
        var result: [Category: [ClosedRange<UInt32>]] = [.surrogate: [0xD800...0xDFFF]]
        var open: (category: Category, start: UInt32)?
        for value in UInt32(0)...0x11_0000 {
            let category = Unicode.Scalar(value)?.properties.generalCategory
            if category == open?.category { continue }
            if let open { result[open.category, default: []].append(open.start...value - 1) }
            open = category.map { ($0, value) }
        }
        return result
    }()

    private static func binary(_ name: String) -> ScalarSet? {
        switch name {
        case "Any": .all
        case "ASCII": ScalarSet([0...0x7F])
        case "Assigned": category("Cn")?.inverted
        default: binaryProperties[name].map(collect)
        }
    }

    private static func collect(_ isMember: (Unicode.Scalar.Properties) -> Bool) -> ScalarSet {
        var ranges: [ClosedRange<UInt32>] = []
        var start: UInt32?
        for value in UInt32(0)...0x11_0000 {
            let isIn = Unicode.Scalar(value).map { isMember($0.properties) } ?? false
            if isIn, start == nil { start = value }
            if !isIn, let first = start {
                ranges.append(first...value - 1)
                start = nil
            }
        }
        return ScalarSet(ranges)
    }

    private typealias Test = @Sendable (Unicode.Scalar.Properties) -> Bool

    /// ECMA-262, table of binary Unicode properties, with their aliases.
    private static let binaryProperties: [String: Test] = {
        var table: [String: Test] = [:]
        let rows: [([String], Test)] = [
            (["ASCII_Hex_Digit", "AHex"], { $0.isASCIIHexDigit }), (["Alphabetic", "Alpha"], { $0.isAlphabetic }),
            (["Bidi_Control", "Bidi_C"], { $0.isBidiControl }), (["Bidi_Mirrored", "Bidi_M"], { $0.isBidiMirrored }),
            (["Case_Ignorable", "CI"], { $0.isCaseIgnorable }), (["Cased"], { $0.isCased }), (["Dash"], { $0.isDash }),
            (["Changes_When_Casefolded", "CWCF"], { $0.changesWhenCaseFolded }),
            (["Changes_When_Casemapped", "CWCM"], { $0.changesWhenCaseMapped }),
            (["Changes_When_Lowercased", "CWL"], { $0.changesWhenLowercased }),
            (["Changes_When_NFKC_Casefolded", "CWKCF"], { $0.changesWhenNFKCCaseFolded }),
            (["Changes_When_Titlecased", "CWT"], { $0.changesWhenTitlecased }),
            (["Changes_When_Uppercased", "CWU"], { $0.changesWhenUppercased }),
            (["Default_Ignorable_Code_Point", "DI"], { $0.isDefaultIgnorableCodePoint }),
            (["Deprecated", "Dep"], { $0.isDeprecated }), (["Diacritic", "Dia"], { $0.isDiacritic }),
            (["Emoji"], { $0.isEmoji }), (["Emoji_Modifier", "EMod"], { $0.isEmojiModifier }),
            (["Emoji_Modifier_Base", "EBase"], { $0.isEmojiModifierBase }),
            (["Emoji_Presentation", "EPres"], { $0.isEmojiPresentation }), (["Extender", "Ext"], { $0.isExtender }),
            (["Grapheme_Base", "Gr_Base"], { $0.isGraphemeBase }),
            (["Grapheme_Extend", "Gr_Ext"], { $0.isGraphemeExtend }), (["Hex_Digit", "Hex"], { $0.isHexDigit }),
            (["IDS_Binary_Operator", "IDSB"], { $0.isIDSBinaryOperator }),
            (["IDS_Trinary_Operator", "IDST"], { $0.isIDSTrinaryOperator }),
            (["ID_Continue", "IDC"], { $0.isIDContinue }), (["ID_Start", "IDS"], { $0.isIDStart }),
            (["Ideographic", "Ideo"], { $0.isIdeographic }), (["Join_Control", "Join_C"], { $0.isJoinControl }),
            (["Logical_Order_Exception", "LOE"], { $0.isLogicalOrderException }),
            (["Lowercase", "Lower"], { $0.isLowercase }), (["Math"], { $0.isMath }),
            (["Noncharacter_Code_Point", "NChar"], { $0.isNoncharacterCodePoint }),
            (["Pattern_Syntax", "Pat_Syn"], { $0.isPatternSyntax }),
            (["Pattern_White_Space", "Pat_WS"], { $0.isPatternWhitespace }),
            (["Quotation_Mark", "QMark"], { $0.isQuotationMark }), (["Radical"], { $0.isRadical }),
            (["Sentence_Terminal", "STerm"], { $0.isSentenceTerminal }),
            (["Soft_Dotted", "SD"], { $0.isSoftDotted }),
            (["Terminal_Punctuation", "Term"], { $0.isTerminalPunctuation }),
            (["Unified_Ideograph", "UIdeo"], { $0.isUnifiedIdeograph }), (["Uppercase", "Upper"], { $0.isUppercase }),
            (["Variation_Selector", "VS"], { $0.isVariationSelector }),
            (["White_Space", "space"], { $0.isWhitespace }), (["XID_Continue", "XIDC"], { $0.isXIDContinue }),
            (["XID_Start", "XIDS"], { $0.isXIDStart }),
        ]
        for (names, test) in rows {
            for name in names { table[name] = test }
        }
        return table
    }()
}
