import StrictJSON

/// One JSON object on one line, for the `--json` of commands; members come out in the order they are added.
package struct JSONLine {
    private var writer = JSONWriter()

    /// An empty object.
    package init() { writer.beginObject() }

    /// Adds a text, or `null`.
    package mutating func add(_ name: String, _ value: String?) {
        writer.name(name)
        if let value { writer.string(value) } else { writer.null() }
    }

    /// Adds a whole number.
    package mutating func add(_ name: String, _ value: Int) {
        writer.name(name)
        writer.integer(value)
    }

    /// Adds `true` or `false`.
    package mutating func add(_ name: String, _ value: Bool) {
        writer.name(name)
        writer.boolean(value)
    }

    /// The object, without a line feed.
    package var text: String {
        var complete = writer
        complete.endObject()
        return String(decoding: complete.bytes, as: UTF8.self)
    }
}
