struct PatternProperty {
    var pattern: Int32
    var schema: Int32
}
