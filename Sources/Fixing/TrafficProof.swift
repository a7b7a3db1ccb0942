internal import Diagnostics
internal import Engine
internal import Model
internal import Queries
internal import Traffic
internal import YAMLSource

/// Shows that fixes change nothing in what is allowed: the engine is asked before and after, in every world, about the
/// pods that were read and those that selectors stand for.
///
/// Where the engine does not know what a policy means, or whether it is applied, nothing is shown.
enum TrafficProof {
  static func holds(_ batch: FixBatch, _ old: Project, _ new: Project) -> Bool {
    let fixes = batch.fixes.filter { !changesCommentsAlone($0.fix, old) }
    return fixes.isEmpty || fixes.allSatisfy { isKnown($0.finding, old) } && isSame(old, new)
  }

  /// Whether nothing but comments is changed, with the blanks around them: no program reads these.
  private static func changesCommentsAlone(_ fix: Fix, _ project: Project) -> Bool {
    fix.edits.allSatisfy { edit in
      let file = project.sources[edit.span.file]
      let blanks = CharacterRun(edit.span, in: file.bytes)
      guard !edit.replacement.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return false }
      return DocumentSplitter.split(file.bytes).contains { chunk in
        guard chunk.range.contains(blanks.start), let tree = try? YAMLReader.read(chunk, of: file) else { return false }
        return tree.comments(of: chunk).contains { comment in
          // What stays of a comment begins with its sign.
          (blanks.start > comment.span.start || edit.replacement.isEmpty && blanks.start == comment.span.start)
            && blanks.end <= comment.span.end
        }
      }
    }
  }

  /// An edit's place without the blanks around it.
  private struct CharacterRun {
    var start: Int
    var end: Int

    init(_ span: SourceSpan, in bytes: [UInt8]) {
      let text = bytes[Int(span.start)..<Int(span.end)]
      start = text.firstIndex { $0 > 0x20 } ?? Int(span.start)
      end = text.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? start
    }
  }

  private static func isSame(_ old: Project, _ new: Project) -> Bool {
    var options = ConnectionOptions()
    options.includesInferred = true
    options.includesSelf = true
    // No world is called like this, so that names stay as they are.
    let root = "\u{0}"
    guard let diff = try? Diff(DiffSide(old, root: root), DiffSide(new, root: root), options) else { return false }
    return diff.isEmpty
  }

  /// Whether the policy that a finding is about is in a world, and all of it counts in each world that has it.
  private static func isKnown(_ finding: Finding, _ project: Project) -> Bool {
    guard let object = finding.object, object.kind == "NetworkPolicy" else { return false }
    var isSeen = false
    for view in project.worlds {
      let world = view.world
      for policy in world.policies
      where policy.meta.name.value == object.name && policy.meta.namespace == object.namespace {
        let isWhole =
          policy.isSound && policy.open == nil
          && PolicyType.allCases.allSatisfy { type in
            policy.rules(type).items.allSatisfy { $0.isSound }
          }
        guard isWhole else { return false }
        isSeen = true
      }
      // A build that nobody knows may take the policy and change it.
      guard world.doubts.isEmpty else { return false }
    }
    return isSeen
  }
}
