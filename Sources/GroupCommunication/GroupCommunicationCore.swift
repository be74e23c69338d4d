// Whoever uses the shell speaks with the values of its core: views, positions, commands.
@_exported import GroupCommunicationCore
