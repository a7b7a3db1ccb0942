/// The data files of this folder, embedded in the binary.
///
/// SwiftPM's generated `PackageResources` is internal to its module; this type hands its bytes on.
package enum RuleData {
  package static var portSets: [UInt8] { PackageResources.port_sets_yaml }
  package static var hipaa: [UInt8] { PackageResources.hipaa_yaml }
  package static var labels: [UInt8] { PackageResources.labels_yaml }
  package static var calls: [UInt8] { PackageResources.calls_yaml }
  package static var cni: [UInt8] { PackageResources.cni_yaml }
  package static var kustomize: [UInt8] { PackageResources.kustomize_yaml }
  package static var vendorPolicies: [UInt8] { PackageResources.vendor_policies_yaml }
  package static var ignoredKinds: [UInt8] { PackageResources.ignored_kinds_yaml }
}
