/// What IF, CASE and NULLIF choose from. Where their results are of several types they are strings, but in another context
/// MySQL asks the chosen one itself: `IF(a, time, 'x') + 0` adds the time's number, not what its text begins with.
package final class ChosenSQL: Sendable {
    /// The SQL up to the first branch, between two, and after the last.
    private let pieces: [String]
    private let branches: [TypedSQL]

    /// `pieces` has one more than `branches`.
    package init(pieces: [String], branches: [TypedSQL]) {
        self.pieces = pieces
        self.branches = branches
    }

    /// The same choice with each branch converted by itself.
    package func sql(_ convert: (TypedSQL) -> String) -> String {
        var result = pieces[0]
        for (index, branch) in branches.enumerated() { result += convert(branch) + pieces[index + 1] }
        return result
    }

    /// Whether converting the text of the result would do as well.
    package var isPlainText: Bool {
        branches.allSatisfy { $0.type.isNull || $0.type.isString && !$0.isHexadecimal && $0.chosen == nil }
    }
}
