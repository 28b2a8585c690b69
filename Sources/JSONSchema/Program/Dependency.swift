/// When the name `trigger` is there: `required` names must be, and `schema` must hold.
struct Dependency {
    var trigger: Int32
    var schema: Int32
    var requiredStart: Int32
    var requiredCount: Int32
}
