import Accounts
import MySQLProtocol
import Platform

extension ServerContext {
    /// What follows when variables of components are set.
    func registerComponentVariables() {
        let prefix = PasswordValidation.prefix
        globals.onCheck(prefix + "changed_characters_percentage") { value throws(SQLError) in
            if value.number != 0 { throw SQLError(.notSupportedYet, prefix + "changed_characters_percentage") }
        }
        globals.onChange(prefix + "dictionary_file") { [passwordDictionary] value in passwordDictionary.load(value.text) }
        // A password is at least as long as what it must hold.
        for name in ["length", "mixed_case_count", "number_count", "special_char_count"] {
            globals.onChange(prefix + name) { [weak self] _ in
                guard let globals = self?.globals else { return }
                func number(_ name: String) -> UInt64 { globals.number(prefix + name) }
                let least = number("number_count") + number("special_char_count") + 2 * number("mixed_case_count")
                if number("length") < least { globals.store(prefix + "length", .number(least)) }
            }
        }
        let control = Component.connectionControl.variablePrefix
        globals.onCheck(control + "min_connection_delay") { [weak self] value throws(SQLError) in
            guard let most = self?.globals.number(control + "max_connection_delay"), value.number > most else { return }
            throw SQLError(.wrongValueForVar, control + "min_connection_delay", value.text)
        }
        globals.onCheck(control + "max_connection_delay") { [weak self] value throws(SQLError) in
            guard let least = self?.globals.number(control + "min_connection_delay"), value.number < least else { return }
            throw SQLError(.wrongValueForVar, control + "max_connection_delay", value.text)
        }
        globals.onChange(control + "failed_connections_threshold") { [connectionDelays] _ in connectionDelays.reset() }
        status.setSource("Component_connection_control_delay_generated") { [connectionDelays] in
            String(connectionDelays.counts.delays)
        }
        status.setSource("Component_connection_control_exempted_unknown_users") { [connectionDelays] in
            String(connectionDelays.counts.exempted)
        }
        status.setSource(prefix + "dictionary_file_words_count") { [passwordDictionary] in
            String(passwordDictionary.words.count)
        }
        status.setSource(prefix + "dictionary_file_last_parsed") { [passwordDictionary] in
            SystemValue.timestampText(passwordDictionary.parsedAt, digits: 0)
        }
    }

    /// How long the answer to a login shall wait: `component_connection_control`. `account` is nil for a user that does not
    /// exist.
    public func delay(account: AuthorizationID?, user: String, host: String, succeeded: Bool) -> Duration {
        guard components.isInstalled(.connectionControl) else { return .zero }
        return connectionDelays.record(account: account, user: user, host: host, succeeded: succeeded)
    }
}
