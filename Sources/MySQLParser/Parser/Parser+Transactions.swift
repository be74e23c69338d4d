extension Parser {
    /// START or STOP: a transaction, a replica, group replication.
    mutating func startOrStop() throws(ParseError) -> Statement {
        let isStart = at(.start)
        advance()
        switch current.keyword {
        case .transaction where isStart:
            advance()
            return .startTransaction(try transactionCharacteristics())
        case .groupReplication:
            advance()
            guard isStart else { return .stopGroupReplication }
            return .startGroupReplication(try groupReplicationOptions())
        case .replica, .slave:
            advance()
            let statement = try replicaThreads(isStart: isStart)
            return isStart ? .startReplica(statement) : .stopReplica(statement)
        default:
            throw syntaxError()
        }
    }

    private mutating func transactionCharacteristics() throws(ParseError) -> TransactionCharacteristics {
        var characteristics = TransactionCharacteristics()
        guard at(.with) || at(.read) else { return characteristics }
        repeat {
            if accept(.with) {
                try expect(.consistent)
                try expect(.snapshot)
                characteristics.withConsistentSnapshot = true
            } else {
                let mark = current.start
                let access = try transactionAccess()
                if characteristics.access != nil, characteristics.access != access { throw syntaxError(at: mark) }
                characteristics.access = access
            }
        } while accept(.comma)
        return characteristics
    }

    /// READ ONLY, READ WRITE.
    private mutating func transactionAccess() throws(ParseError) -> TransactionAccess {
        try expect(.read)
        if accept(.only) { return .readOnly }
        try expect(.write)
        return .readWrite
    }

    mutating func transactionStatement(_ keyword: Keyword) throws(ParseError) -> Statement {
        advance()
        switch keyword {
        case .begin:
            _ = accept(.work)
            return .startTransaction(TransactionCharacteristics())
        case .commit:
            return .commit(try completion())
        case .rollback:
            let mark = index
            _ = accept(.work)
            if accept(.to) {
                _ = accept(.savepoint)
                return .rollbackTo(savepoint: try name())
            }
            rewind(to: mark)
            return .rollback(try completion())
        case .savepoint:
            return .savepoint(try name())
        default:
            try expect(.savepoint)
            return .releaseSavepoint(try name())
        }
    }

    private mutating func completion() throws(ParseError) -> TransactionCompletion {
        var completion = TransactionCompletion()
        _ = accept(.work)
        if accept(.and) {
            let isNo = accept(.no)
            try expect(.chain)
            completion.chain = !isNo
        }
        if at(.no), peek().keyword == .release {
            advance()
            advance()
            completion.release = false
        } else if at(.release) {
            if completion.chain == true { throw syntaxError() }
            advance()
            completion.release = true
        }
        return completion
    }

    /// After SET [scope] TRANSACTION.
    mutating func setTransaction(scope: VariableScope?) throws(ParseError) -> Statement {
        var isolation: IsolationLevel?
        var access: TransactionAccess?
        repeat {
            if at(.isolation), isolation == nil {
                advance()
                try expect(.level)
                isolation = try isolationLevel()
            } else {
                guard access == nil else { throw syntaxError() }
                access = try transactionAccess()
            }
        } while accept(.comma)
        return .setTransaction(scope: scope, isolation: isolation, access: access)
    }

    private mutating func isolationLevel() throws(ParseError) -> IsolationLevel {
        if accept(.serializable) { return .serializable }
        if accept(.repeatable) {
            try expect(.read)
            return .repeatableRead
        }
        try expect(.read)
        if accept(.committed) { return .readCommitted }
        try expect(.uncommitted)
        return .readUncommitted
    }

    // MARK: Locks

    mutating func lockStatement() throws(ParseError) -> Statement {
        let isLock = at(.lock)
        advance()
        if accept(.instance) {
            guard isLock else { return .unlockInstance }
            try expect(.for)
            try expect(.backup)
            return .lockInstance
        }
        guard accept(.tables) || accept(.table) else { throw syntaxError() }
        guard isLock else { return .unlockTables }
        var locks: [TableLock] = []
        repeat {
            let table = try objectName()
            let alias: String? = at(.read) || at(.write) || at(.lowPriority) ? nil : try tableAlias()
            let kind: TableLock.Kind
            if accept(.read) {
                kind = accept(.local) ? .readLocal : .read
            } else {
                _ = accept(.lowPriority)
                try expect(.write)
                kind = .write
            }
            locks.append(TableLock(table: table, alias: alias, kind: kind))
        } while accept(.comma)
        return .lockTables(locks)
    }

    // MARK: XA

    mutating func xaStatement() throws(ParseError) -> Statement {
        advance()
        if accept(.begin) || accept(.start) {
            let identifier = try xaIdentifier()
            if accept(.join) { return .xa(.start(identifier, .join)) }
            if accept(.resume) { return .xa(.start(identifier, .resume)) }
            return .xa(.start(identifier, .plain))
        }
        if accept(.end) {
            let identifier = try xaIdentifier()
            guard accept(.suspend) else { return .xa(.end(identifier, .plain)) }
            guard accept(.for) else { return .xa(.end(identifier, .suspend)) }
            try expect(.migrate)
            return .xa(.end(identifier, .suspendForMigrate))
        }
        if accept(.prepare) { return .xa(.prepare(try xaIdentifier())) }
        if accept(.commit) {
            let identifier = try xaIdentifier()
            guard accept(.one) else { return .xa(.commit(identifier, onePhase: false)) }
            try expect(.phase)
            return .xa(.commit(identifier, onePhase: true))
        }
        if accept(.rollback) { return .xa(.rollback(try xaIdentifier())) }
        try expect(.recover)
        guard accept(.convert) else { return .xa(.recover(convertXID: false)) }
        try expect(.xid)
        return .xa(.recover(convertXID: true))
    }

    private mutating func xaIdentifier() throws(ParseError) -> XAIdentifier {
        let globalID = try anyText()
        let branch = accept(.comma) ? try anyText() : []
        let format = !branch.isEmpty && accept(.comma) ? try unsigned() : 1
        return XAIdentifier(globalID: globalID, branch: branch, formatID: format)
    }
}
