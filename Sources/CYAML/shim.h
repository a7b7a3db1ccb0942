// The whole of libyaml's C API. Only the target YAMLSource imports this module.
#ifndef NETPOL_LINT_CYAML_SHIM_H
#define NETPOL_LINT_CYAML_SHIM_H
#include <yaml.h>
#endif
