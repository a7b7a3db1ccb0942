import Diagnostics
import Foundation
import Input
import SystemPackage
import Testing

@Suite struct InputReaderTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test func filesGetIdsInTheOrderInWhichTheyWereFound() async throws {
    let paths = try (0..<40).map { try folder.write("\($0 + 10).yaml", String(repeating: "a: \($0)\n", count: 9000)) }
    var finder = InputFinder(InputFinder.Options())
    let found = finder.find([InputPath(folder.path.string)], context: [])
    for jobs in [1, 4] {
      let input = await InputReader.read(found, jobs: jobs, firstID: 3)
      #expect(input.files.map(\.id) == (3..<43).map { FileID($0) } && input.paths == paths)
      #expect(input.files.map { $0.bytes.last } == Array(repeating: 0x0A, count: 40))
    }
  }

  @Test func aFileThatHasGoneIsSkippedAndTheOthersAreRead() async throws {
    try folder.write("a.yaml")
    let gone = try folder.write("b.yaml")
    try folder.write("c.yaml")
    var finder = InputFinder(InputFinder.Options())
    let found = finder.find([InputPath(folder.path.string)], context: [])
    try FileManager.default.removeItem(atPath: gone.string)
    let input = await InputReader.read(found, jobs: 2, firstID: 0)
    #expect(input.files.map(\.id) == [FileID(0), FileID(1)] && input.hasUnreadable)
    #expect(
      input.skipped == [
        SkippedInput(file: gone.string, reason: "the file cannot be read: No such file or directory")
      ])
  }
}
