import MySQLTypes
import SQLBinder
import SQLExpressions
import Storage

/// INSERT ... SELECT and REPLACE ... SELECT.
extension Session {
    func insertSelected(
        _ plan: InsertPlan, _ queryValues: [LiteralValue?], _ updateValues: [LiteralValue?],
        _ progress: inout InsertProgress
    ) throws {
        guard let query = plan.query else { return }
        // All rows are read before the first is written: the query may read the table.
        let rows = RowSpool(columnCount: plan.columns.count + plan.updateSources.count, memory: storage.memory)
        do {
            let statement = try storage.prepare(query)
            defer { storage.release(statement) }
            bind(queryValues, to: statement)
            context.rowNumber = 1
            while try storage.step(statement) {
                try rows.append(statement)
                context.rowNumber += 1
            }
        }
        var number = 0
        while let row = try rows.next() {
            defer { number += 1 }
            context.rowNumber = number + 1
            var values = [StoredValue](repeating: .null, count: plan.definition.columns.count)
            var isGiven = [Bool](repeating: false, count: values.count)
            for (position, column) in plan.columns.enumerated() {
                values[column] = row[position]
                isGiven[column] = true
            }
            progress.updateSources = Array(row[plan.columns.count...])
            try fill(&values, isGiven, plan, &progress)
            try store(values, plan, updateValues, &progress, remaining: rows.count - number)
        }
    }
}
