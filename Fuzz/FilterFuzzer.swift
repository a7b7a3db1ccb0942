import TestSupport

/// Looks for documents that the kind filter passes by and that hold what somebody looks at.
enum FilterFuzzer {
  static func complaint(_ bytes: [UInt8]) -> String? { FilterAgreement.outcome(bytes, parsesAll: false).complaint }
}
