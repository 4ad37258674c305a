#pragma once

#include "act/operation.h"
#include "facts/address.h"

namespace ra {

// The site of this node: the backends that site_backends names for it, else those on this host. Asks Pacemaker for the
// name of this node where it has not said it.
[[nodiscard]] Site site_of(const Operation& operation);

}  // namespace ra
