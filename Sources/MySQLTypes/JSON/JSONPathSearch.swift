/// Follows a path with several `**` through a document: each value is looked at once for each leg, and given once, however many
/// ways lead to it (without that, `$**[0]**[0]**[0]` takes as many steps as there are ways).
struct JSONPathSearch {
    private let legs: [JSONPath.Leg]
    /// Every value of the document, each before what it holds; those that a value holds stand at `children[value]`.
    private var values: [JSONValue] = []
    private var children: [[Int]] = []
    /// By value and leg.
    private var seen: [Bool] = []
    private var found: [JSONValue] = []

    init(legs: [JSONPath.Leg], document: JSONValue) {
        self.legs = legs
        add(document)
        seen = Array(repeating: false, count: values.count * (legs.count + 1))
    }

    @discardableResult
    private mutating func add(_ value: JSONValue) -> Int {
        let place = values.count
        values.append(value)
        children.append([])
        switch value {
        case .array(let elements): for element in elements { children[place].append(add(element)) }
        case .object(let members): for member in members { children[place].append(add(member.value)) }
        default: break
        }
        return place
    }

    /// The values, in the document's order.
    mutating func matches() -> [JSONValue] {
        follow(0, leg: 0)
        return found
    }

    /// No deeper than the document (at most 100 levels) and the path's legs on one level.
    private mutating func follow(_ place: Int, leg: Int) {
        guard !seen[place * (legs.count + 1) + leg] else { return }
        seen[place * (legs.count + 1) + leg] = true
        guard leg < legs.count else {
            found.append(values[place])
            return
        }
        let held = children[place]
        switch (legs[leg], values[place]) {
        case (.anything, _):
            follow(place, leg: leg + 1)
            for child in held { follow(child, leg: leg) }
        case (.member(let key), .object(let members)):
            if let index = members.firstIndex(where: { $0.key == key }) { follow(held[index], leg: leg + 1) }
        case (.anyMember, .object), (.anyElement, .array):
            for child in held { follow(child, leg: leg + 1) }
        case (.element(let index), .array):
            let place = index.resolve(held.count)
            if held.indices.contains(place) { follow(held[place], leg: leg + 1) }
        case (.range(let from, let to), .array):
            let first = max(0, from.resolve(held.count))
            let last = min(held.count - 1, to.resolve(held.count))
            if first <= last { for child in held[first...last] { follow(child, leg: leg + 1) } }
        case (.element(let index), _):
            // A scalar is an array of itself.
            if index.value == 0 { follow(place, leg: leg + 1) }
        case (.range(let from, let to), _):
            if from.resolve(1) <= 0 && to.resolve(1) >= 0 { follow(place, leg: leg + 1) }
        case (.member, _), (.anyMember, _), (.anyElement, _):
            break
        }
    }
}
