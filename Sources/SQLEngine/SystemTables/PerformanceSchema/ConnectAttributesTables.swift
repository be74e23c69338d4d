/// session_connect_attrs and session_account_connect_attrs: what clients said of themselves at login.
enum ConnectAttributesTables {
    static let all: SystemTableRows = { context in rows(context) { _ in true } }

    static let ownAccount: SystemTableRows = { context in
        let user = context.session.userName
        return rows(context) { $0.user == user }
    }

    private static func rows(
        _ context: SystemTableContext, _ isWanted: (SessionHandle.State) -> Bool
    ) -> [[SystemValue]] {
        ProcessListTable.allSessions(context).filter { isWanted($0.state) }.flatMap { line in
            line.state.attributes.enumerated().map { place, attribute in
                [.unsigned(line.id), .text(attribute.name), .text(attribute.value), .count(place)]
            }
        }
    }
}
