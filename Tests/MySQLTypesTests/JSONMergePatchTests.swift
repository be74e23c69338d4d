import Testing

@testable import MySQLTypes

/// JSON_MERGE_PATCH() of two documents (RFC 7396).
struct JSONMergePatchTests {
    private func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(unsorted: members.map { JSONMember(key: Array($0.0.utf8), value: $0.1) })
    }

    @Test func membersAreReplacedRemovedByNullAndAdded() {
        let document = object([("a", .integer(1)), ("b", .integer(2)), ("c", object([("d", .integer(3))]))])
        let patch = object([("a", .null), ("b", .integer(9)), ("c", object([("e", .integer(4))])), ("f", .integer(5))])
        #expect(
            document.mergingPatch(patch)
                == object([
                    ("b", .integer(9)), ("c", object([("d", .integer(3)), ("e", .integer(4))])), ("f", .integer(5)),
                ]))
        #expect(document.mergingPatch(.integer(7)) == .integer(7))
        #expect(JSONValue.integer(7).mergingPatch(patch) == object([
            ("b", .integer(9)), ("c", object([("e", .integer(4))])), ("f", .integer(5)),
        ]))
    }

    /// A search for each member would take minutes.
    @Test func manyMembersAreFoundByTheirKeys() {
        let members = (0..<100_000).map { ("k\($0)", JSONValue.integer(Int64($0))) }
        let changed = members.map { ($0.0, JSONValue.null) }
        #expect(object(members).mergingPatch(object(changed)) == object([]))
    }
}
