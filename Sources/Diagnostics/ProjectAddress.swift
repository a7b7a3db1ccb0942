/// Where the project is to be found: the one place that says so, for reports and for what `make dist` makes.
package struct ProjectAddress: Hashable, Sendable {
  /// `nil` until the project has an address: a link that leads nowhere, or to somebody else, is worse than none. Reports
  /// leave it out, or have `null`, until then; `explain` has every rule's page. With it `OWNER` goes from the documentation.
  package static let current: ProjectAddress? = nil

  /// `https://…`, without a slash at its end.
  package let text: String

  package init(_ text: String) { self.text = text }

  /// The page of a rule, as it is in a release.
  package func page(of rule: RuleID, version: String) -> String { "\(text)/blob/v\(version)/docs/rules/\(rule).md" }
}
