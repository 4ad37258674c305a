#include "pacemaker/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "pacemaker/cluster_report.h"

namespace ra {

namespace {

// A cluster property in a set of its own.
constexpr const char* history_set = "pgpool-history";
const std::string history_prefix = "pgpool-history-";

constexpr const char* configuration_on_disk = "/var/lib/pacemaker/cib/cib.xml";

// NAME="VALUE" one after another; one that is cut is left out.
std::map<std::string_view, std::string_view> quoted_pairs(std::string_view line) {
    constexpr std::string_view opening = "=\"";
    std::map<std::string_view, std::string_view> pairs;
    for (;;) {
        const auto begin = line.find(opening);
        if (begin == std::string_view::npos) return pairs;
        const auto before = split_words(line.substr(0, begin));
        line.remove_prefix(begin + opening.size());
        const auto end = line.find('"');
        if (end == std::string_view::npos) return pairs;
        if (!before.empty()) pairs.emplace(before.back(), line.substr(0, end));
        line.remove_prefix(end + 1);
    }
}

}  // namespace

bool Cluster::is_present() const { return !environment_->text("OCF_RESKEY_crm_feature_set").empty(); }

std::string Cluster::resource() const {
    const auto instance = environment_->instance();
    return instance.substr(0, instance.find(':'));
}

bool Cluster::is_clone() const { return !environment_->text("OCF_RESKEY_CRM_meta_clone").empty() || is_promotable(); }

bool Cluster::is_promotable() const {
    return environment_->text("OCF_RESKEY_CRM_meta_promotable") == "true" ||
           !environment_->text("OCF_RESKEY_CRM_meta_promoted_max").empty() ||
           !environment_->text("OCF_RESKEY_CRM_meta_master_max").empty();
}

Status Cluster::publish_score(int score, Deadline deadline) const {
    return change_score("-v", std::to_string(score), deadline);
}

Status Cluster::remove_score(Deadline deadline) const { return change_score("-D", "", deadline); }

Result<std::map<std::string, int>> Cluster::published_ranks(Deadline deadline) const {
    const auto lines = run("/usr/sbin/attrd_updater", {"-Q", "-A", "-n", rank_attribute()}, deadline);
    if (!lines) return lines.error();
    return parse_attributes(*lines);
}

Result<std::optional<History>> Cluster::history(Deadline deadline) const {
    constexpr std::string_view none = "none";
    const auto printed =
        run("/usr/sbin/crm_attribute",
            {"-t", "crm_config", "-n", history_prefix + resource(), "-G", "-q", "-d", std::string(none)}, deadline);
    if (!printed) return printed.error();
    const auto text = trim(*printed);
    if (text == none) return std::optional<History>();
    auto history = parse_history(text);
    if (!history)
        return Error{fmt::format("cannot use the cluster's property '{}{}': it says '{}'", history_prefix, resource(),
                                 one_line(text, 40))};
    return history;
}

Status Cluster::keep_history(const History& history, Deadline deadline) const {
    const auto kept = run(
        "/usr/sbin/crm_attribute",
        {"-t", "crm_config", "-s", history_set, "-n", history_prefix + resource(), "-v", to_text(history)}, deadline);
    return kept ? Status(Done{}) : Status(kept.error());
}

Status Cluster::publish_state(const std::string& text, Deadline deadline) const {
    constexpr std::size_t shown = 128;
    return change_state({"-v", one_line(text, shown)}, deadline);
}

Status Cluster::remove_state(Deadline deadline) const { return change_state({"-D"}, deadline); }

Status Cluster::change_state(std::vector<std::string> change, Deadline deadline) const {
    if (!is_present()) return Done{};
    change.insert(change.begin(), {"-l", "reboot", "-n", "pgpool-state-" + resource()});
    std::ranges::move(of_this_node(), std::back_inserter(change));
    const auto changed = run("/usr/sbin/crm_attribute", std::move(change), deadline);
    return changed ? Status(Done{}) : Status(changed.error());
}

std::string Cluster::rank_attribute() const { return "pgpool-rank-" + resource(); }

Status Cluster::change_score(const std::string& option, const std::string& value, Deadline deadline) const {
    if (!is_present()) return Done{};
    std::vector<std::string> arguments{"-l", "reboot", option};
    if (!value.empty()) arguments.push_back(value);
    std::ranges::move(of_this_node(), std::back_inserter(arguments));
    const auto* program = "/usr/sbin/crm_attribute";
    if (!is_promotable()) {
        arguments.insert(arguments.begin(), {"-n", rank_attribute()});
    } else if (environment_->knows_promoted()) {
        arguments.insert(arguments.begin(), "--promotion");
    } else {
        program = "/usr/sbin/crm_master";
    }
    const auto changed = run(program, std::move(arguments), deadline);
    return changed ? Status(Done{}) : Status(changed.error());
}

std::string Cluster::bearer_of_attributes() const {
    const auto host = environment_->text("OCF_RESKEY_CRM_meta_physical_host");
    const bool is_host = environment_->text("OCF_RESKEY_CRM_meta_container_attribute_target") == "host";
    return is_host && !host.empty() ? host : environment_->text("OCF_RESKEY_CRM_meta_on_node");
}

std::vector<std::string> Cluster::of_this_node() const {
    const auto bearer = bearer_of_attributes();
    if (bearer.empty()) return {};
    return {"-N", bearer};
}

Result<int> Cluster::node_attribute(const std::string& name, Deadline deadline) const {
    std::vector<std::string> arguments{"-Q", "-n", name};
    std::ranges::move(of_this_node(), std::back_inserter(arguments));
    const auto line = run("/usr/sbin/attrd_updater", std::move(arguments), deadline);
    if (!line) return line.error();
    auto node = bearer_of_attributes();
    if (node.empty()) {
        const auto asked = node_name(deadline);
        if (!asked) return asked.error();
        node = *asked;
    }
    const auto values = parse_attributes(*line);
    const auto own = values.find(node);
    if (own == values.end())
        return Error{fmt::format("node '{}' has no attribute '{}' that is a number: '{}' was printed", node, name,
                                 one_line(*line, 80))};
    return own->second;
}

Result<std::string> Cluster::node_name(Deadline deadline) const {
    if (auto told = environment_->text("OCF_RESKEY_CRM_meta_on_node"); !told.empty()) return told;
    const auto printed = run("/usr/sbin/crm_node", {"-n"}, deadline);
    if (!printed) return printed.error();
    return std::string(trim(*printed));
}

Result<std::vector<std::string>> Cluster::members(Deadline deadline) const {
    const auto printed = run("/usr/sbin/crm_node", {"-p"}, deadline);
    if (!printed) return printed.error();
    std::vector<std::string> members;
    for (const auto word : split_words(*printed)) members.emplace_back(word);
    return members;
}

Result<ClusterConfiguration> Cluster::configuration(Deadline deadline) const {
    const auto* program = "/usr/sbin/cibadmin";
    const auto live = run(program, {"--query"}, deadline);
    if (live) return parse_cluster_configuration(*live);
    const auto stored = run(program, {"--query"}, deadline, {{"CIB_file", configuration_on_disk}});
    if (!stored) return live.error();
    auto configuration = parse_cluster_configuration(*stored);
    if (configuration) configuration->is_live = false;
    return configuration;
}

Result<ClusterStatus> Cluster::status(const std::string& resource, Deadline deadline) const {
    // Pacemaker before 2.0 has the older option alone, and the newest ones have given it up.
    const auto* program = "/usr/sbin/crm_mon";
    auto xml = run(program, {"-1", "-r", "-A", "--fence-history=3", "--output-as=xml"}, deadline);
    if (!xml) xml = run(program, {"-1", "-r", "-A", "--as-xml"}, deadline);
    if (!xml) return xml.error();
    return parse_cluster_status(*xml, resource);
}

Result<Votes> Cluster::votes(Deadline deadline) const {
    const auto lines = run("/usr/sbin/corosync-cmapctl", {"quorum."}, deadline);
    if (!lines) return lines.error();
    return parse_votes(*lines);
}

Result<std::vector<std::string>> Cluster::active_nodes(const std::string& resource, Deadline deadline) const {
    const auto seen = status(resource, deadline);
    if (!seen) return seen.error();
    std::vector<std::string> nodes;
    for (const auto& active : seen->active) nodes.push_back(active.node);
    return nodes;
}

Status Cluster::force_stop(const std::string& resource, Deadline deadline) const {
    const auto stopped = run("/usr/sbin/crm_resource", {"--force-stop", "-r", resource}, deadline);
    return stopped ? Status(Done{}) : Status(stopped.error());
}

Status Cluster::refresh(const std::string& node, Deadline deadline) const {
    const auto refreshed = run("/usr/sbin/crm_resource", {"--refresh", "-r", resource(), "-N", node}, deadline);
    return refreshed ? Status(Done{}) : Status(refreshed.error());
}

// The program does not see the agent's OCF_RESKEY_*, parameters among them. With OCF_RESKEY_CRM_meta_on_node a command
// that asks for all nodes would, up to Pacemaker 2.1, ask for this one alone: which node is meant is said by -N.
Result<std::string> Cluster::run(const char* program, std::vector<std::string> arguments, Deadline deadline,
                                 Variables further) const {
    auto variables = environment_->variables();
    std::erase_if(variables, [](const auto& variable) { return variable.first.starts_with("OCF_RESKEY_"); });
    variables.merge(further);
    return run_({program, std::move(arguments), std::move(variables)}, deadline);
}

std::map<std::string, int> parse_attributes(std::string_view lines) {
    std::map<std::string, int> values;
    for (const auto line : split(lines, '\n')) {
        auto pairs = quoted_pairs(line);
        const auto host = pairs["host"];
        const auto value = parse_number<int>(pairs["value"]);
        if (!host.empty() && value) values.emplace(host, *value);
    }
    return values;
}

}  // namespace ra
