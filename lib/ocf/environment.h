#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/result.h"

namespace ra {

// What Pacemaker (or a person, or ocf-tester) hands over in environment variables.
class Environment {
 public:
    // The variables of this process.
    [[nodiscard]] static Environment of_process();
    explicit Environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}

    // Empty when the variable is not set.
    [[nodiscard]] std::string text(std::string_view name) const;

    // OCF_RESOURCE_INSTANCE, "default" when it is not set. Instances of a clone differ by their ":N".
    [[nodiscard]] std::string instance() const;

    // OCF_CHECK_LEVEL, which Pacemaker before 2.0.5 hands over as if it were a parameter; 0 when it is not set. An
    // error for anything that is not a number.
    [[nodiscard]] Result<int> check_level() const;

    // The operation's timeout (OCF_RESKEY_CRM_meta_timeout, milliseconds), `fallback` when there is none. At its
    // end Pacemaker kills the agent's whole process group with SIGKILL.
    [[nodiscard]] Milliseconds operation_timeout(Milliseconds fallback) const;

    // Pacemaker 2.1.0, crm_feature_set 3.9.0, is the first that speaks of promoted instances where older ones say
    // master, and that has crm_attribute --promotion. False when it is not known who asks.
    [[nodiscard]] bool knows_promoted() const;

    // A monitor with interval 0: Pacemaker asks what is there, and nothing may be changed.
    [[nodiscard]] bool is_probe() const;

    [[nodiscard]] const std::map<std::string, std::string>& variables() const { return variables_; }

 private:
    std::map<std::string, std::string> variables_;
};

// How long an action may work so that it can still finish and say why before it is killed.
[[nodiscard]] Milliseconds working_time(Milliseconds operation_timeout);

}  // namespace ra
