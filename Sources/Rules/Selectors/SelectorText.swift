internal import Diagnostics
internal import Model

extension LabelSelector {
  /// The selector for messages, with what kustomizations added to it told apart: who reads it looks for what is written.
  ///
  /// - Parameter sources: the files that the labels may be written in.
  func text(_ sources: SourceTable) -> String {
    if addedLabels.isEmpty { return "\(selector)" }
    let keys = Set(addedLabels.map(\.key))
    let written = Selector(selector.requirements.filter { !keys.contains($0.key) })
    let files = Set(addedLabels.map { sources.path(of: $0.keySpan) }).sorted().joined(separator: " and ")
    let added = addedLabels.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    return written == .everything ? "\(added), added by \(files)," : "\(written), with labels added by \(files),"
  }
}
