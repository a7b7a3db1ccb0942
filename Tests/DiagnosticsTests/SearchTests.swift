import Diagnostics
import Testing

@Suite struct SearchTests {
  @Test func thePartitioningIndexIsThatOfALinearSearch() {
    for count in 0..<12 {
      let numbers = (0..<count).map { $0 / 2 }
      for bound in -1...7 {
        let expected = numbers.firstIndex { $0 >= bound } ?? count
        #expect(numbers.partitioningIndex { $0 >= bound } == expected)
        // Indices of a slice do not start at 0.
        let slice = ([-9, -8] + numbers)[2...]
        #expect(slice.partitioningIndex { $0 >= bound } == expected + 2)
      }
    }
  }
}
