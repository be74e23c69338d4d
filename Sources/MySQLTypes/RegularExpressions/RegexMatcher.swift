/// Matches a compiled pattern against one text by backtracking.
final class RegexMatcher {
    private let expression: RegularExpression
    private let text: [UInt32]
    private(set) var groups: [Range<Int>?]
    private(set) var failure: RegularExpression.Failure?
    private var steps = 0
    private var depth = 0
    private var nextLook = RegularExpression.stepsBetweenLooks
    private let mustStop: () -> Bool

    init(_ expression: RegularExpression, _ text: [UInt32], _ mustStop: @escaping () -> Bool) {
        self.mustStop = mustStop
        self.expression = expression
        self.text = text
        groups = Array(repeating: nil, count: expression.groupCount + 1)
    }

    /// The end of a match that begins at `start`.
    func match(at start: Int) -> Int? {
        for index in groups.indices { groups[index] = nil }
        var end: Int?
        let isFound = step(expression.root, start) { position in
            end = position
            return true
        }
        return isFound && failure == nil ? end : nil
    }

    /// Looks at the limit of steps, and whether the caller wants to go on.
    private var isOver: Bool {
        nextLook = steps + RegularExpression.stepsBetweenLooks
        if steps > RegularExpression.maxSteps {
            failure = .timeOut
        } else if mustStop() {
            failure = .interrupted
        }
        return failure != nil
    }

    private func isLineBreak(_ character: UInt32) -> Bool {
        if expression.options.contains(.unixLines) { return character == 10 }
        return character >= 10 && character <= 13 || character == 0x85 || character == 0x2028 || character == 0x2029
    }

    private func isWord(_ position: Int) -> Bool {
        position >= 0 && position < text.count && RegexClass.word.contains(text[position])
    }

    @inline(__always)
    private func single(_ node: RegexNode, _ position: Int) -> Bool {
        guard position < text.count else { return false }
        switch node {
        case .character(let wanted, let caseless):
            return text[position] == wanted || caseless && RegularExpression.folded(text[position]) == wanted
        case .any(let matchesLines): return matchesLines || !isLineBreak(text[position])
        case .set(let set): return set.contains(text[position])
        default: return false
        }
    }

    /// Whether `node` matches at `position` in a way that lets `next` succeed.
    private func step(_ node: RegexNode, _ position: Int, _ next: (Int) -> Bool) -> Bool {
        if failure != nil { return false }
        steps += 1
        if steps > nextLook, isOver { return false }
        depth += 1
        defer { depth -= 1 }
        if depth > RegularExpression.maxDepth {
            failure = .stackOverflow
            return false
        }
        switch node {
        case .empty: return next(position)
        case .character, .any, .set: return single(node, position) && next(position + 1)
        case .lineStart(let multiline):
            return (position == 0 || multiline && isLineBreak(text[position - 1])) && next(position)
        case .lineEnd(let multiline):
            let isEnd = position == text.count || position == text.count - 1 && isLineBreak(text[position])
            return (isEnd || multiline && position < text.count && isLineBreak(text[position])) && next(position)
        case .textStart: return position == 0 && next(position)
        case .textEnd: return position == text.count && next(position)
        case .wordBoundary(let isNegated):
            return (isWord(position - 1) != isWord(position)) != isNegated && next(position)
        case .group(let inner, let number):
            let saved = groups[number]
            let isFound = step(inner, position) { end in
                let before = groups[number]
                groups[number] = position..<end
                if next(end) { return true }
                groups[number] = before
                return false
            }
            if !isFound { groups[number] = saved }
            return isFound
        case .sequence(let nodes): return sequence(nodes[...], position, next)
        case .alternatives(let branches):
            for branch in branches where step(branch, position, next) { return true }
            return false
        case .repeated(let inner, let low, let high, let mode):
            if inner.isSingle { return repeatSingle(inner, low, high, mode, position, next) }
            return repeatGroup(inner, low, high, mode, 0, position, -1, next)
        case .backReference(let number, let caseless):
            guard number < groups.count, let range = groups[number] else { return false }
            guard position + range.count <= text.count else { return false }
            for offset in 0..<range.count {
                let (a, b) = (text[range.lowerBound + offset], text[position + offset])
                if a != b && !(caseless && RegularExpression.folded(a) == RegularExpression.folded(b)) { return false }
            }
            return next(position + range.count)
        case .look(let inner, let ahead, let isNegated):
            var isFound = false
            if ahead {
                isFound = step(inner, position) { _ in true }
            } else {
                // Try every start before; the match must end here.
                var start = position
                while start >= 0 && !isFound {
                    isFound = step(inner, start) { $0 == position }
                    start -= 1
                }
            }
            return failure == nil && isFound != isNegated && next(position)
        case .atomic(let inner):
            var end: Int?
            _ = step(inner, position) { found in
                end = found
                return true
            }
            guard let end, failure == nil else { return false }
            return next(end)
        }
    }

    private func sequence(_ nodes: ArraySlice<RegexNode>, _ position: Int, _ next: (Int) -> Bool) -> Bool {
        guard let first = nodes.first else { return next(position) }
        let rest = nodes.dropFirst()
        if rest.isEmpty { return step(first, position, next) }
        // Plain characters need no call each.
        if first.isSingle {
            var place = position
            var left = nodes
            while let node = left.first, node.isSingle {
                guard single(node, place) else { return false }
                place += 1
                left = left.dropFirst()
            }
            steps += place - position
            return sequence(left, place, next)
        }
        return step(first, position) { self.sequence(rest, $0, next) }
    }

    private func repeatSingle(
        _ node: RegexNode, _ low: Int, _ high: Int, _ mode: RegexNode.RepeatMode, _ position: Int, _ next: (Int) -> Bool
    ) -> Bool {
        var count = 0
        switch mode {
        case .lazy:
            while count < low {
                guard single(node, position + count) else { return false }
                count += 1
            }
            while true {
                if next(position + count) { return true }
                if failure != nil || count >= high || !single(node, position + count) { return false }
                count += 1
                steps += 1
            }
        case .greedy, .possessive:
            while count < high && single(node, position + count) { count += 1 }
            steps += count
            guard count >= low else { return false }
            if mode == .possessive { return next(position + count) }
            while true {
                if next(position + count) { return true }
                if failure != nil || count == low { return false }
                count -= 1
                steps += 1
                if steps > nextLook, isOver { return false }
            }
        }
    }

    private func repeatGroup(
        _ node: RegexNode, _ low: Int, _ high: Int, _ mode: RegexNode.RepeatMode, _ count: Int, _ position: Int,
        _ last: Int,
        _ next: (Int) -> Bool
    ) -> Bool {
        // An empty repetition changes nothing more.
        if position == last && count >= low { return next(position) }
        if count < low {
            return step(node, position) { self.repeatGroup(node, low, high, mode, count + 1, $0, position, next) }
        }
        switch mode {
        case .lazy:
            if next(position) { return true }
            if failure != nil || count >= high { return false }
            return step(node, position) { self.repeatGroup(node, low, high, mode, count + 1, $0, position, next) }
        case .greedy:
            if count < high,
                step(node, position, { self.repeatGroup(node, low, high, mode, count + 1, $0, position, next) })
            {
                return true
            }
            return failure == nil && next(position)
        case .possessive:
            var place = position
            var done = count
            while done < high {
                var end: Int?
                _ = step(node, place) { found in
                    end = found
                    return true
                }
                guard let end, end > place, failure == nil else { break }
                place = end
                done += 1
            }
            return failure == nil && next(place)
        }
    }
}
