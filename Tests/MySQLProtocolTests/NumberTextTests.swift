import Testing

@testable import MySQLProtocol

@Suite struct NumberTextTests {
    @Test("a DOUBLE is printed as a real MySQL printed it", arguments: [
        (1e14, "100000000000000"), (1e15, "1e15"), (1e-5, "0.00001"), (1e-15, "0.000000000000001"), (1e-16, "1e-16"),
        (1.5e-15, "0.0000000000000015"), (1.234567890123e-10, "0.0000000001234567890123"), (1e100, "1e100"),
        (-1.5e300, "-1.5e300"), (0.30000000000000004, "0.30000000000000004"), (1.2345678901234568e17, "1.2345678901234568e17"),
        (0.3333333333333333, "0.3333333333333333"), (0.0, "0"), (-0.5, "-0.5"), (100.0, "100"), (123.25, "123.25"),
    ] as [(Double, String)])
    func doubles(value: Double, text: String) {
        #expect(String(decoding: NumberText.shortest(value), as: UTF8.self) == text)
    }

    @Test("a FLOAT is printed as a real MySQL printed it", arguments: [
        (Float(3.14159274), "3.14159"), (1e10, "10000000000"), (1234567, "1234570"), (16777216, "16777200"),
        (1e-7, "0.0000001"), (1e15, "1e15"), (1.5e16, "1.5e16"), (1.5e-37, "1.5e-37"), (0, "0"), (-2.5, "-2.5"),
    ] as [(Float, String)])
    func floats(value: Float, text: String) {
        #expect(String(decoding: NumberText.shortest(value), as: UTF8.self) == text)
    }
}
