#pragma once

#include "facts/backend.h"
#include "facts/query.h"

namespace ra {

// Whether pgpool refused the query because it has lost its main node. Its children compare each backend's answer to
// that of the main node, the lowest one that is up (pool_read_kind of Pgpool-II 4.0 to 4.6): a main node that has said
// nothing yet, "main(0)", is not the lowest. A child that could not reach the main node makes the next one the main
// node of all children (connect_backend), and only a failover, a failback or a restart takes that back. Answers that
// differ for another reason, such as two different pg_hba.conf, are no such loss.
[[nodiscard]] bool has_lost_main_node(const QueryFindings& found);

// Whether pgpool's children may have lost it. Only a query shows it: PCP reports that all is well. This happens only if
// the lowest attached node is a standby, and a query is worth its time only where all servers answer that pgpool would
// ask.
[[nodiscard]] bool may_have_lost_main_node(const RoleFacts& facts);

}  // namespace ra
