import MySQLTypes
import Testing

@testable import SQLEngine

/// What MySQL 9.7 wrote by SELECT ... INTO OUTFILE.
struct FieldWriterTests {
    private func write(
        _ row: [String?], numbers: Set<Int> = [], _ change: (inout FieldFormat) -> Void
    ) -> (text: String, isAmbiguous: Bool) {
        var format = FieldFormat()
        change(&format)
        let columns = row.indices.map {
            FieldWriter.Column(isString: !numbers.contains($0), lengths: CharacterLengths(.utf8mb4), width: 4)
        }
        let writer = FieldWriter(format, columns, hasLargeColumns: false)
        var output: [UInt8] = []
        writer.append(row.map { $0.map { Array($0.utf8) } }, to: &output)
        return (String(decoding: output, as: UTF8.self), writer.isAmbiguousTerminator)
    }

    @Test func terminatorsAndZerosAreEscaped() {
        #expect(write(["x\ty\n", nil, "a\\\0"]) { _ in } == ("x\\\ty\\\n\t\\N\ta\\\\\\0\n", false))
    }

    @Test func enclosedFieldsEscapeTheirEnclosure() {
        let written = write(["a\"b", "c,d", "1", nil], numbers: [2]) {
            $0.fieldTerminator = Array(",".utf8)
            $0.enclosure = UInt8(ascii: "\"")
            $0.isOptionallyEnclosed = true
        }
        #expect(written == ("\"a\\\"b\",\"c,d\",1,\\N\n", false))
    }

    @Test func anEnclosureThatMeansSomethingBehindAnEscapeIsDoubled() {
        let written = write(["nnan", "b"]) {
            $0.fieldTerminator = Array(",".utf8)
            $0.enclosure = UInt8(ascii: "n")
        }
        #expect(written == ("nnnnnannn,nbn\n", false))
    }

    @Test func anAmbiguousTerminatorIsLeftAsItIs() {
        let letter = write(["nnan", "b", "12"], numbers: [2]) { $0.fieldTerminator = Array("n".utf8) }
        #expect(letter == ("nnannbn12\n", true))
        let digit = write(["1", "x\ty\n"], numbers: [0]) { $0.fieldTerminator = Array("1".utf8) }
        #expect(digit == ("11x\ty\\\n\n", true))
    }

    @Test func withoutEscapesNullIsAWord() {
        #expect(write(["a\tb", nil]) { $0.escape = nil } == ("a\tb\tNULL\n", false))
    }

    @Test func fixedWidthsAreFilledWithSpaces() {
        #expect(write(["ab", nil, "abcdef"]) { $0.fieldTerminator = [] } == ("ab      abcd\n", false))
    }

    @Test func linesHaveTheirOwnEnds() {
        let written = write(["a", "b"]) {
            $0.lineStarter = Array(">".utf8)
            $0.lineTerminator = []
        }
        #expect(written == (">a\tb\t", false))
    }

    @Test func bytesOfWideCharactersAreNotLookedAt() {
        #expect(write(["é日\t"]) { $0.fieldTerminator = Array("\u{A9}".utf8) } == ("é日\t\n", false))
    }
}
