internal import YAMLSource

/// What a client shows of a diagnostic besides its range and its message.
struct DiagnosticForm {
  private(set) var showsRelated = false
  /// Whether it shows unused code faint.
  private(set) var fadesUnused = false
  /// Where the pages of the rules are; `nil` where the client does not say it, or shows no links.
  private(set) var rulePage: RuleAddress?

  init() {}

  init(_ parameters: NodeRef?) {
    let document = parameters?.at("capabilities")?.at("textDocument")
    // From 3.18 on those who ask for diagnostics say it there.
    for said in [document?.at("publishDiagnostics"), document?.at("diagnostic")] {
      if said?.at("relatedInformation")?.isTrue ?? false { showsRelated = true }
      // Before 3.15 it was a flag.
      let tags = said?.at("tagSupport")
      if tags?.isTrue ?? false
        || tags?.at("valueSet")?.items.contains(where: { $0.int == DiagnosticsWriter.unused }) ?? false
      {
        fadesUnused = true
      }
      if said?.at("codeDescriptionSupport")?.isTrue ?? false {
        rulePage = parameters?.at("initializationOptions", "rulePage")?.textIfString.flatMap(RuleAddress.init)
      }
    }
  }
}
