import Diagnostics

/// A tree of kustomizations in one input: lines `===` cut it into files whose names are known beforehand.
enum BuildFuzzer {
  private static let names = [
    "kustomization.yaml", "a.yaml", "b.yaml", "base/kustomization.yaml", "base/c.yaml", "component/kustomization.yaml",
    "other/kustomization.yaml",
  ]

  static func complaint(_ bytes: [UInt8]) -> String? {
    var files: [SourceFile] = []
    for (number, part) in parts(bytes).prefix(names.count).enumerated() {
      files.append(SourceFile(id: FileID(number), path: names[number], bytes: part))
    }
    return FindingsFuzzer.reports(files)
  }

  private static func parts(_ bytes: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.elementsEqual("===".utf8) {
        parts.append([])
      } else {
        parts[parts.count - 1] += line + [UInt8(ascii: "\n")]
      }
    }
    return parts
  }
}
