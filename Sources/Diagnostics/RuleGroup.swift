/// What rules are about. A rule's id shows its group: the hundreds of `NP203` are those of `selectors`.
package enum RuleGroup: UInt16, CaseIterable, Sendable {
  case reading = 0
  case isolation, selectors, ports, exposure, flows, documentation, hipaa

  /// The word for it, in JSON.
  package var name: String { "\(self)" }

  /// The heading above its rules.
  package var title: String {
    switch self {
    case .reading: "What the API server refuses"
    case .isolation: "Default deny and isolation"
    case .selectors: "Selectors and labels"
    case .ports: "Ports"
    case .exposure: "Exposure"
    case .flows: "Flows across policies"
    case .documentation: "Documentation and suppressions"
    case .hipaa: "HIPAA"
    }
  }

  /// Whether its faults change who may connect to what, as far as the API server takes the policy at all.
  package var isAboutSecurity: Bool { ![.reading, .documentation].contains(self) }
}

extension RuleID {
  package var group: RuleGroup { RuleGroup(rawValue: number / 100) ?? .hipaa }
}

/// A setting of one rule in the config: a whole number from 1.
package struct RuleOption: Hashable, Sendable {
  package let name: String
  /// One line: what the number is.
  package let summary: String
  /// What counts where the config says nothing.
  package let standard: Int

  package init(_ name: String, _ summary: String, standard: Int) {
    self.name = name
    self.summary = summary
    self.standard = standard
  }
}
