#pragma once

#include <string_view>

#include "act/operation.h"

namespace ra {

// One call of an action: what its Operation refers to. `environment` must outlive it.
class Call {
 public:
    // `usual_timeout` counts when the caller gives none.
    Call(const Environment& environment, std::string_view action, Milliseconds usual_timeout);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    [[nodiscard]] const Operation& operation() const { return operation_; }

 private:
    ParsedParameters parsed_;
    Observer observer_;
    PcpAccountFiles pcp_account_;
    Operation operation_;
};

}  // namespace ra
