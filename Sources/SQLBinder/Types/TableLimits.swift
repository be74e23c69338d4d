/// Limits of InnoDB's tables (manual, "InnoDB Limits" and "Limits on Table Column Count and Row Size").
package enum TableLimits {
    package static let columns = 1017
    package static let indexes = 64
    package static let keyParts = 16
    package static let keyBytes = 3072
    package static let rowBytes = 65535
    package static let enumerationMembers = 65535
    package static let setMembers = 64
}
