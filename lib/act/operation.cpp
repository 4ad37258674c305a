#include "act/operation.h"

#include "act/detached.h"
#include "ocf/defaults.h"

namespace ra {

Operation operation_for(const Environment& environment, Milliseconds usual_timeout) {
    auto [parameters, problems] = parse_parameters(environment);
    const Instance instance{parameters.config, parameters.binary, parameters.user};
    const auto name = environment.instance();
    const auto time = working_time(environment.operation_timeout(usual_timeout));
    return {environment,
            std::move(parameters),
            std::move(problems),
            Observer(ProcFs(), instance, RecordFile(defaults::state_directory, name)),
            PcpAccountFiles(defaults::state_directory, name),
            Cluster(environment),
            begin_detached,
            time,
            Deadline::in(time)};
}

}  // namespace ra
