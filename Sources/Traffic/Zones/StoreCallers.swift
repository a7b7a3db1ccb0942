internal import Config
package import Engine
internal import Model

/// Who may call an ePHI store and is none of its clients.
package enum StoreCallers: Sendable {
  /// No component that the store belongs to has a list of clients.
  case noList
  /// A client that is listed cannot be found.
  case unknownClient(EndProblem)
  /// More pairs of pods than are looked at.
  case tooMany
  /// Workloads, witnesses of selectors, strangers, the ingress controller and addresses: those that are let in, or may be.
  case others([TrafficPair])
}

extension Zones {
  /// So many pairs of pods are looked at for one store.
  private static let mostPairs = 1_000_000

  /// Looks for the callers of a store that its components do not list.
  package func undeclaredCallers(of store: Group) -> StoreCallers {
    let lists = store.member.components.compactMap(\.clients)
    if lists.isEmpty { return .noList }
    var clients: [ResolvedEnd] = []
    for name in lists.joined() {
      do throws(EndProblem) {
        clients.append(try view.resolve(try End(name), isSource: true))
      } catch {
        // A client that is not there cannot call; pods with its labels are it all the same.
        guard case .nothing = error.reason else { return .unknownClient(error) }
        guard let component = view.ends.component(name), let end = try? End(name) else { continue }
        clients.append(ResolvedEnd(end: end, parts: [], component: component))
      }
    }
    guard let end = try? End("internet") else { return .tooMany }
    var left = Zones.mostPairs
    let target = ResolvedEnd(end: end, parts: [store.end], component: nil)
    let pairs = OtherCallers(view, clients).pairs(to: store.end, target, PortQuestion(nil), left: &left)
    return pairs.map { .others($0.filter { !isItself($0, store) }) } ?? .tooMany
  }

  /// Whether pods that no manifest shows (`Strangers`) are worth telling as callers of a group: they are let in where not
  /// everybody is, and not as one without labels in any namespace is already. False for all other pods.
  package func isTellingStranger(_ id: ClassID, of group: Group) -> Bool {
    guard view.strangerClasses.contains(id), view.isClosed(group.podClass, .ingress) == .yes else { return false }
    guard let any = view.reach.podClass(of: Strangers.elsewhere), any != id else { return true }
    let all = view.reach.ports(from: .pods(any), to: .pods(group.podClass))
    let own = view.reach.ports(from: .pods(id), to: .pods(group.podClass))
    return !own.certain.isSubset(of: all.certain) || !own.possible.isSubset(of: all.possible)
  }

  /// The same of pods that a group may send to for certain: addresses may be those of any pods.
  package func isTellingDestination(_ id: ClassID, of group: Group) -> Bool {
    guard view.strangerClasses.contains(id), view.isClosed(group.podClass, .egress) == .yes else { return false }
    let own = view.reach.ports(from: .pods(group.podClass), to: .pods(id)).certain
    if own.isEmpty { return false }
    guard let any = view.reach.podClass(of: Strangers.elsewhere), any != id else { return true }
    return !own.isSubset(of: view.reach.ports(from: .pods(group.podClass), to: .pods(any)).certain)
  }

  /// Pods of the store itself, and of other groups of the same class, are told from it by name alone.
  private func isItself(_ pair: TrafficPair, _ store: Group) -> Bool {
    guard case .pods(let id, let workloads) = pair.source, id == store.podClass else { return false }
    return workloads.allSatisfy(store.workloads.contains)
  }
}
