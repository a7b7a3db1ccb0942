internal import Config
internal import Model
internal import Traffic

extension EvidenceChecks {
  /// Plaintext, its twins, and ports that say nothing of TLS.
  mutating func addPorts(_ world: WorldEvidence, _ context: EvidenceContext) {
    for group in world.zones.ephi {
      let name = world.name(of: group)
      let subject = world.subject(group.workloads[0], context)
      for reason in PolicyType.allCases.compactMap({ world.zones.openness(of: group, $0) }) {
        for id in ["plaintext-port-allowed", "plaintext-and-tls-both-allowed", "tls-undecidable-port"] {
          add(id, .undecided, reason, subject)
        }
      }
      for use in PortUses(of: group, in: world.zones).all {
        let way = use.direction == .ingress ? "into" : "out of"
        let place = "\(world.view.world[use.policy].meta.qualifiedName) \(use.path) (\(context.place(use.span)))"
        if use.holdsPlaintextPorts, !use.isToldElsewhere {
          for id in ["plaintext-port-allowed", "plaintext-and-tls-both-allowed"] {
            add(
              id, .undecided,
              "\(use.text)\(use.text == "every port" ? "" : ", with known plaintext ports among them,") is allowed \(way) "
                + "\(name): \(place)", subject)
          }
        }
        switch use.security {
        case .tls, .toldElsewhere: break
        case .plain(let title):
          add("plaintext-port-allowed", .fail, "\(title) on \(use.text) \(way) \(name): \(place)", subject)
          if let twin = use.twin {
            add(
              "plaintext-and-tls-both-allowed", .fail, "\(use.text) beside \(twin) with TLS \(way) \(name): \(place)",
              subject)
          }
        case .undecided(let reason):
          add("tls-undecidable-port", .undecided, "\(reason): \(place)", subject)
        case .attested(let component):
          add(
            "tls-undecidable-port", .notAssessed,
            CheckResult.attestation
              + "the config says that \(component.name) takes TLS alone (\(use.text) \(way) \(name))", subject)
        }
      }
    }
  }
}

extension PortUse {
  fileprivate var isToldElsewhere: Bool { if case .toldElsewhere = security { true } else { false } }
}
