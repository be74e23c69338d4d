import Glibc
import Platform
import SQLEngine
import SystemCatalog

/// `secure_file_priv`: where statements with the FILE privilege may read and make files.
enum SecureFileDirectory {
    /// A directory that somebody names has to be there. MySQL's default need not: without it there are no files.
    static func check(_ variables: GlobalVariables) throws(OptionError) {
        let name = "secure_file_priv"
        let value = variables.text(name)
        guard let place = SystemVariable.place(of: name), variables.origin(place) != .compiled, !value.isEmpty,
            value.lowercased() != "null"
        else { return }
        var status = stat()
        guard stat(value, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, access(value, R_OK | X_OK) == 0 else {
            throw OptionError(
                "Failed to access directory for --secure-file-priv. Please make sure that directory exists and is "
                    + "accessible by MySQL Server. Supplied value : \(value)")
        }
    }
}
