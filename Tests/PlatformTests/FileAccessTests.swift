import Glibc
import Platform
import Testing

@Suite(.serialized) struct FileAccessTests {
    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func withDirectory(_ body: (String) throws -> Void) rethrows {
        let path = "/tmp/grouplite-access-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        mkdir(path, 0o777)
        defer { system("rm -rf \(path)") }
        try body(path)
    }

    @Test func whatIsMadeIsStrictWhateverTheUmask() {
        withDirectory { path in
            let before = umask(0)
            defer { umask(before) }
            for (name, kind, expected) in [("a", .data, 0o640), ("b", .secret, 0o600)] as [(String, FileAccess.Kind, mode_t)] {
                let file = FileAccess.open("\(path)/\(name)", O_WRONLY, kind)
                #expect(file >= 0 && mode("\(path)/\(name)") == expected)
                #expect(fcntl(file, F_GETFD) & FD_CLOEXEC != 0)
                close(file)
            }
            #expect(FileAccess.makeDirectory(path + "/d") == 0 && mode(path + "/d") == 0o750)
        }
    }

    @Test func whatIsThereIsTightenedAndNeverLoosened() {
        withDirectory { path in
            for (given, kind, expected) in [
                (0o666, .data, 0o640), (0o644, .secret, 0o600), (0o600, .data, 0o600), (0o400, .data, 0o400), (0o777, .data, 0o640),
            ] as [(mode_t, FileAccess.Kind, mode_t)] {
                let file = path + "/f"
                close(open(file, O_WRONLY | O_CREAT, 0o600))
                for opens in [true, false] {
                    chmod(file, given)
                    if opens { close(FileAccess.open(file, O_RDONLY, kind)) } else { #expect(FileAccess.tighten(file, kind)) }
                    #expect(mode(file) == expected)
                }
                unlink(file)
            }
            mkdir(path + "/d", 0o700)
            chmod(path + "/d", 0o777)
            FileAccess.tighten(path + "/d")
            #expect(mode(path + "/d") == 0o750)
            // Not what a link points to.
            close(open(path + "/target", O_WRONLY | O_CREAT, 0o600))
            chmod(path + "/target", 0o644)
            symlink(path + "/target", path + "/link")
            FileAccess.tighten(path + "/link")
            #expect(mode(path + "/target") == 0o644)
            #expect(FileAccess.tighten(path + "/nothing"))
        }
    }
}
