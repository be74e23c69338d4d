import Testing

@testable import Platform

@Suite struct FreeSpaceTests {
    @Test func littleIsATwentiethWithinBounds() {
        #expect(FreeSpace.Amount(free: 0, total: 100 << 30).bound == 1 << 30)
        #expect(FreeSpace.Amount(free: 0, total: 10 << 30).bound == 512 << 20)
        #expect(FreeSpace.Amount(free: 0, total: 400 << 20).bound == 64 << 20)
        #expect(FreeSpace.Amount(free: 0, total: 40 << 20).bound == 10 << 20)
    }

    @Test func eachChangeIsToldOnce() {
        var space = FreeSpace()
        let total: UInt64 = 10 << 30
        func see(_ mebibytes: UInt64) -> FreeSpace.Change? {
            space.observe(FreeSpace.Amount(free: mebibytes << 20, total: total))
        }
        #expect([600, 512, 511, 100, 0, 511, 530, 639, 640, 700, 511].map(see) == [
            nil, nil, .becameLow, nil, nil, nil, nil, nil, .recovered, nil, .becameLow,
        ])
    }

    @Test func theSystemTells() throws {
        let amount = try #require(FreeSpace.Amount(of: "/"))
        #expect(amount.total > 0 && amount.free <= amount.total)
        #expect(FreeSpace.Amount(of: "/no/such/directory") == nil)
    }
}
