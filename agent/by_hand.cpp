#include "agent/by_hand.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>

#include "ocf/defaults.h"
#include "ocf/parameters.h"
#include "pacemaker/cluster.h"

namespace ra {

namespace {

constexpr std::string_view prefix = "OCF_RESKEY_";

struct Request {
    bool has_flag = false;
    std::string resource;                           // empty: not given
    std::map<std::string, std::string> parameters;  // given by hand
};

bool is_parameter(std::string_view name) {
    return std::ranges::find(declared_parameters(), name, &ParameterDeclaration::name) != declared_parameters().end();
}

Result<Request> parse(const HandAction& action, std::span<const std::string_view> arguments) {
    Request request;
    for (const auto argument : arguments) {
        const auto equals = argument.find('=');
        if (argument == action.flag) {
            request.has_flag = true;
        } else if (argument.starts_with('-')) {
            return Error{fmt::format("{} has no option '{}' (expected {})", action.name, argument,
                                     action.flag.empty() ? "none" : action.flag)};
        } else if (equals != std::string_view::npos) {
            const auto name = argument.substr(0, equals);
            if (!is_parameter(name)) return Error{fmt::format("this agent has no parameter '{}'", name)};
            request.parameters[std::string(name)] = argument.substr(equals + 1);
        } else if (request.resource.empty()) {
            request.resource = argument;
        } else {
            return Error{fmt::format("cannot {} '{}' and '{}' at once (expected one resource)", action.name,
                                     request.resource, argument)};
        }
    }
    return request;
}

std::string list_resources(const ClusterConfiguration& configuration) {
    std::vector<std::string> ids;
    for (const auto& resource : configuration.pgpools) ids.push_back(resource.id);
    return ids.empty() ? "none" : fmt::format("{}", fmt::join(ids, ", "));
}

// Null if nobody was named and none is configured.
Result<const ConfiguredResource*> choose(const ClusterConfiguration& configuration, const std::string& name) {
    const auto& all = configuration.pgpools;
    if (name.empty() && all.size() > 1)
        return Error{fmt::format("which one? resources of ocf:{}:pgpool: {}", defaults::provider,
                                 list_resources(configuration))};
    if (name.empty()) return all.empty() ? nullptr : &all.front();
    for (const auto& resource : all)
        if (name == resource.id || name == resource.clone || name == resource.group) return &resource;
    return Error{fmt::format("there is no resource '{}' of ocf:{}:pgpool (there is: {})", name, defaults::provider,
                             list_resources(configuration))};
}

// What Pacemaker would hand over, as far as an action by hand needs it.
Variables variables_of(const ConfiguredResource& resource, const ClusterConfiguration& configuration) {
    Variables variables{{"OCF_RESOURCE_INSTANCE", resource.id}};
    for (const auto& [name, value] : resource.parameters) variables[fmt::format("{}{}", prefix, name)] = value;
    if (configuration.is_live) variables["OCF_RESKEY_crm_feature_set"] = configuration.feature_set;
    if (!resource.clone.empty()) variables["OCF_RESKEY_CRM_meta_clone"] = "0";
    if (resource.promotable) variables["OCF_RESKEY_CRM_meta_promotable"] = "true";
    return variables;
}

std::string origin_of(const Variables& by_hand, const ClusterConfiguration* configuration, bool is_configured) {
    if (!is_configured)
        return configuration == nullptr ? "from the environment, because the cluster cannot be asked"
                                        : "from the environment, because the cluster has no such resource";
    const auto overridden = std::ranges::any_of(by_hand, [](const auto& variable) {
        return variable.first.starts_with(prefix) &&
               is_parameter(std::string_view(variable.first).substr(prefix.size()));
    });
    return fmt::format("{}{}",
                       configuration->is_live ? "from the cluster"
                                              : "from the cluster's configuration on this disk: it does not run here",
                       overridden ? ", changed by hand" : "");
}

}  // namespace

std::variant<ByHand, Outcome> by_hand(const HandAction& action, std::span<const std::string_view> arguments,
                                      const Environment& environment) {
    const auto request = parse(action, arguments);
    if (!request) return Outcome{ExitCode::invalid_argument, request.error().message};
    if (::geteuid() != 0)
        return Outcome{ExitCode::no_permission,
                       fmt::format("{} must be run as root: only root sees every process", action.name)};

    auto configuration = observed(Cluster(environment).configuration(Deadline::in(patience_with_cluster)));
    const auto* configured = value_of(configuration);
    const ConfiguredResource* resource = nullptr;
    if (configured != nullptr) {
        const auto chosen = choose(*configured, request->resource);
        if (!chosen) return Outcome{ExitCode::invalid_argument, chosen.error().message};
        resource = *chosen;
    }

    auto variables = environment.variables();
    for (const auto& [name, value] : request->parameters) variables[fmt::format("{}{}", prefix, name)] = value;
    auto origin = origin_of(variables, configured, resource != nullptr);
    if (resource != nullptr) {
        variables.erase("OCF_RESOURCE_INSTANCE");
        variables.merge(variables_of(*resource, *configured));
    } else if (!request->resource.empty()) {
        variables["OCF_RESOURCE_INSTANCE"] = request->resource;
    }
    return ByHand{request->has_flag, Environment(std::move(variables)), std::move(configuration), std::move(origin)};
}

}  // namespace ra
