import Glibc
import Testing

@testable import Server

@Suite struct OptionFileReaderTests {
    private func parse(_ text: String) throws -> [OptionAssignment] {
        var reader = OptionFileReader(groups: ["mysqld", "server"])
        try reader.parse(text, path: "my.cnf")
        return reader.assignments
    }

    @Test("the manual's option file is read as it stands")
    func manual() throws {
        let options = try parse(
            """
            [mysqld]

            #
            # Disable other storage engines
            #
            disabled_storage_engines="MyISAM,BLACKHOLE,FEDERATED,ARCHIVE,MEMORY"
            server_id=1
              gtid-mode = ON
            plugin_load_add='group_replication.so'
            group_replication_local_address= "s1:33061" # the group port
            loose-group_replication_start_on_boot=off
            skip-name-resolve
            """)
        #expect(
            options.map(\.name) == [
                "disabled_storage_engines", "server_id", "gtid_mode", "plugin_load_add", "group_replication_local_address",
                "group_replication_start_on_boot", "skip_name_resolve",
            ])
        #expect(
            options.map(\.value) == [
                "MyISAM,BLACKHOLE,FEDERATED,ARCHIVE,MEMORY", "1", "ON", "group_replication.so", "s1:33061", "off", nil,
            ])
        #expect(options.map(\.isLoose) == [false, false, false, false, false, true, false])
        #expect(options[1].origin == .file(path: "my.cnf", line: 7))
    }

    @Test func otherGroupsAreLeftOut() throws {
        let options = try parse("[client]\nport=1\n[server]\na=2\n[mysqld]\nb=3\n[mysqldump]\nquick\n")
        #expect(options.map(\.name) == ["a", "b"])
    }

    @Test("quotes, escapes and comments", arguments: [
        ("a = x y ", "x y"), ("a='x # y'", "x # y"), ("a=x # y", "x"), ("a=\"\\\"q\\\"\"", "\"q\""), ("a=a\\tb\\s", "a\tb "),
        ("a=C:\\dir", "C:\\dir"), ("a=", ""), ("a=''", ""), ("a=b=c", "b=c"),
    ])
    func values(line: String, value: String) throws {
        #expect(try parse("[mysqld]\n" + line).first?.value == value)
    }

    @Test("what is no option file is refused", arguments: ["a=1", "[mysqld\na=1", "[mysqld]\n!includes x", "!include"])
    func malformed(text: String) {
        #expect(throws: OptionError.self) { try parse(text) }
    }

    @Test func includedFilesAreReadInPlace() throws {
        var template = Array("/tmp/grouplite-options-XXXXXX".utf8CString)
        let directory = String(cString: try #require(mkdtemp(&template)))
        defer {
            for name in ["main.cnf", "conf.d/b.cnf", "conf.d/a.cnf", "conf.d/c.txt"] { unlink("\(directory)/\(name)") }
            rmdir("\(directory)/conf.d")
            rmdir(directory)
        }
        mkdir("\(directory)/conf.d", 0o700)
        // It includes itself: that ends at a depth, with warnings.
        write("[mysqld]\nfirst=1\n!includedir \(directory)/conf.d\n[mysqld]\nlast=1\n!include \(directory)/main.cnf\n", "\(directory)/main.cnf")
        write("[mysqld]\nb=1\n", "\(directory)/conf.d/b.cnf")
        write("[mysqld]\na=1\n", "\(directory)/conf.d/a.cnf")
        write("[mysqld]\nnever=1\n", "\(directory)/conf.d/c.txt")
        var reader = OptionFileReader(groups: ["mysqld"])
        try reader.read(required: "\(directory)/main.cnf")
        #expect(reader.assignments.prefix(4).map(\.name) == ["first", "a", "b", "last"])
        #expect(!reader.warnings.isEmpty)
        #expect(throws: OptionError("Could not open required defaults file: \(directory)/none")) {
            try reader.read(required: "\(directory)/none")
        }
        chmod("\(directory)/conf.d/a.cnf", 0o666)
        reader = OptionFileReader(groups: ["mysqld"])
        try reader.read(required: "\(directory)/conf.d/a.cnf")
        #expect(reader.assignments.isEmpty)
    }

    private func write(_ text: String, _ path: String) {
        guard let file = fopen(path, "w") else { return }
        fputs(text, file)
        fclose(file)
    }
}
