// Whoever uses the shell speaks with the values of its core: transactions, members, actions.
@_exported import GroupReplicationCore
