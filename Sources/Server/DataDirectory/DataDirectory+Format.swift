import Glibc

/// What a data directory was made as: the format of everything in it, and what cannot be changed afterwards. The one place
/// that writes and reads it is the file `grouplite.format`, which is made before anything else.
extension DataDirectory {
    /// The format that this program makes and reads. It changes with the layout of the SQLite file (2: objects are named by
    /// the dictionary's numbers; 3: pages have checksums; 4: the group log says how far it was synced, and so does the store;
    /// 5: the store hashes its transactions), of the group log or of any other file in the directory.
    public static let format: UInt64 = 5

    private static let formatFileName = "grouplite.format"

    /// Marks a new directory, or makes sure that this program can use the one that there is. Throws why not.
    public func settleFormat(isNew: Bool, lowerCaseTableNames: UInt64) throws(Failure) {
        guard lowerCaseTableNames <= 1 else {
            throw Failure(
                "lower_case_table_names=\(lowerCaseTableNames) is for file systems that are not case sensitive: use 0 or 1")
        }
        let file = resolve(Self.formatFileName)
        if isNew {
            try write(
                "[format]\nversion=\(Self.format)\nlower-case-table-names=\(lowerCaseTableNames)\n", to: file)
            return
        }
        guard access(file, F_OK) == 0 else { throw outdated(1) }
        var reader = OptionFileReader(groups: ["format"])
        do throws(OptionError) {
            try reader.read(required: file)
        } catch {
            throw Failure(error.description)
        }
        func number(_ name: String) -> UInt64? {
            reader.assignments.last { $0.name == name }?.value.flatMap { UInt64($0) }
        }
        guard let version = number("version"), let stored = number("lower_case_table_names") else {
            throw Failure("\(file) does not say which format the data directory has")
        }
        if version < Self.format { throw outdated(version) }
        guard version == Self.format else {
            throw Failure(
                "The data directory '\(path)' was made by a newer GroupLite (format \(version), this one reads "
                    + "\(Self.format)): run that version, or start with an empty directory and let this server get its data "
                    + "from the group")
        }
        guard stored == lowerCaseTableNames else {
            throw Failure(
                "Different lower_case_table_names settings for server ('\(lowerCaseTableNames)') and data dictionary "
                    + "('\(stored)').")
        }
    }

    private func outdated(_ version: UInt64) -> Failure {
        Failure(
            "The data directory '\(path)' was made by an older GroupLite (format \(version), this one reads "
                + "\(Self.format)): dump its data with the version that made it (mysqldump) and load it here, or start with an "
                + "empty directory and let this server get its data from the group")
    }
}
