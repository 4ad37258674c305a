#pragma once

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "pacemaker/command.h"

namespace ra::test {

// What Pacemaker makes of one of its nodes.
struct ClusterState {
    std::string node = "a";
    std::vector<std::string> members{"a"};
    std::vector<std::string> lost;                       // nodes that are in no membership with this one
    std::map<std::string, std::chrono::seconds> fenced;  // nodes, and how long ago
    bool has_quorum = true;
    bool is_two_node = true;
    bool runs = true;           // otherwise only a configuration on disk can be read
    bool has_output_as = true;  // otherwise crm_mon is an old one, with --as-xml alone

    // Transient attributes by name and node; a promotion score is "master-RESOURCE".
    std::map<std::string, std::map<std::string, std::string>> attributes;
    // By resource, the nodes on which Pacemaker takes it for active. All of them are in one group.
    std::map<std::string, std::set<std::string>> active;
    std::vector<std::string> stopped;  // by force, in that order; Pacemaker does not know
    int refreshes = 0;

    // So many refreshes have no effect: the result of an operation that was under way comes after them.
    int refreshes_in_vain = 0;
    // So many looks still show a refreshed resource as it was.
    std::map<std::string, int> looks_until_forgotten;

    std::string configuration;  // the CIB, of the running cluster
    std::string configuration_on_disk;
};

// A Pacemaker without a cluster, as its own commands show it on one node: it keeps what it is told, and answers from
// that. Nothing is run, and nothing waits: a command that times out does so at once.
class ScriptedCluster : public ClusterState {
 public:
    static constexpr int always = std::numeric_limits<int>::max();
    // From now on every command fails, so many times, in whose text `part` is found.
    void fail(const std::string& part, int times = always) {
        troubles_.push_back({part, "ended with exit status 1", times});
    }
    void time_out(const std::string& part, int times = always) {
        troubles_.push_back({part, "gave no answer in time", times});
    }

    [[nodiscard]] RunCommand runner() {
        return [this](const Command& command, Deadline deadline) -> Result<std::string> {
            commands_.push_back(command);
            if (deadline.passed()) return Error{fmt::format("'{}' gave no answer in time", text(command)), 0};
            return answer(command);
        };
    }

    // What was asked so far, those that failed among it.
    [[nodiscard]] const std::vector<Command>& commands() const { return commands_; }
    // The same as "crm_node -n".
    [[nodiscard]] std::vector<std::string> log() const {
        std::vector<std::string> lines;
        for (const auto& command : commands_) lines.push_back(text(command));
        return lines;
    }

 private:
    struct Trouble {
        std::string part;
        std::string ending;
        int times;
    };

    static std::string text(const Command& command) {
        return fmt::format("{} {}", command.program.filename().native(), fmt::join(command.arguments, " "));
    }
    static bool has(const Command& command, const std::string& argument) {
        return std::ranges::find(command.arguments, argument) != command.arguments.end();
    }
    static std::string value_of_option(const Command& command, const std::string& option) {
        const auto found = std::ranges::find(command.arguments, option);
        if (found == command.arguments.end() || std::next(found) == command.arguments.end()) return {};
        return *std::next(found);
    }
    static std::string variable(const Command& command, const std::string& name) {
        const auto found = command.environment.find(name);
        return found == command.environment.end() ? std::string() : found->second;
    }
    static Error error(const Command& command, const std::string& ending) {
        return Error{fmt::format("'{}' {}", text(command), ending)};
    }

    Result<std::string> answer(const Command& command) {
        for (auto& [part, ending, times] : troubles_)
            if (times > 0 && text(command).find(part) != std::string::npos) {
                if (times != always) --times;
                return error(command, ending);
            }
        const auto program = command.program.filename().native();
        if (program == "cibadmin") return query_configuration(command);
        if (!runs) return error(command, "ended with exit status 102");
        if (program == "attrd_updater") return query_attribute(command);
        if (program == "crm_attribute" || program == "crm_master") return change_attribute(command);
        if (program == "crm_node") return query_nodes(command);
        if (program == "crm_mon") return show_status(command);
        if (program == "corosync-cmapctl") return fmt::format("quorum.two_node (u8) = {}\n", is_two_node ? 1 : 0);
        if (program == "crm_resource") return act_on_resource(command);
        return error(command, "ended with exit status 127");
    }

    // Of all nodes, unless an option or the variables of an agent say which one is meant.
    Result<std::string> query_attribute(const Command& command) const {
        const auto name = value_of_option(command, "-n");
        const auto named = value_of_option(command, "-N");
        const auto only = named.empty() ? variable(command, "OCF_RESKEY_CRM_meta_on_node") : named;
        const auto known = attributes.find(name);
        if (known == attributes.end() || known->second.empty()) return error(command, "ended with exit status 6");
        std::string lines;
        for (const auto& [host, value] : known->second)
            if (only.empty() || host == only)
                lines += fmt::format("name=\"{}\" host=\"{}\" value=\"{}\"\n", name, host, value);
        return lines;
    }

    // Without a name it is the promotion score of the resource whose agent asks; without a node, that of this one.
    Result<std::string> change_attribute(const Command& command) {
        auto name = value_of_option(command, "-n");
        const auto instance = variable(command, "OCF_RESOURCE_INSTANCE");
        if (name.empty() && instance.empty()) return error(command, "ended with exit status 64");
        if (name.empty()) name = "master-" + instance.substr(0, instance.find(':'));
        const auto named = value_of_option(command, "-N");
        const auto of = named.empty() ? node : named;
        if (has(command, "-D")) {
            attributes[name].erase(of);
        } else {
            attributes[name][of] = value_of_option(command, "-v");
        }
        return std::string();
    }

    Result<std::string> query_nodes(const Command& command) const {
        if (has(command, "-n")) return node + "\n";
        return fmt::format("{} \n", fmt::join(members, " "));
    }

    Result<std::string> act_on_resource(const Command& command) {
        const auto resource = value_of_option(command, "-r");
        if (has(command, "--force-stop")) stopped.push_back(resource);
        if (has(command, "--refresh")) refresh(value_of_option(command, "-N"));
        return std::string();
    }

    void refresh(const std::string& on) {
        ++refreshes;
        if (refreshes <= refreshes_in_vain) return;
        for (const auto& [resource, nodes] : active) to_forget_.insert({resource, on});
    }

    void forget() {
        std::erase_if(to_forget_, [this](const auto& history) {
            const auto& [resource, on] = history;
            if (auto& looks = looks_until_forgotten[resource]; looks > 0) return --looks < 0;
            active[resource].erase(on);
            return true;
        });
    }

    Result<std::string> show_status(const Command& command) {
        if (!has_output_as && !has(command, "--as-xml")) return error(command, "ended with exit status 64");
        forget();
        std::string resources;
        for (const auto& [resource, nodes] : active) {
            resources += fmt::format(R"(<resource id="{}" role="{}" active="{}">)", resource,
                                     nodes.empty() ? "Stopped" : "Started", !nodes.empty());
            for (const auto& on : nodes) resources += fmt::format(R"(<node name="{}"/>)", on);
            resources += "</resource>";
        }
        return fmt::format(R"(<pacemaker-result><summary><current_dc with_quorum="{}"/></summary>)"
                           R"(<nodes>{}</nodes><resources><group id="service">{}</group></resources>)"
                           R"(<fence_history>{}</fence_history>)"
                           R"(<node_attributes>{}</node_attributes></pacemaker-result>)",
                           has_quorum, show_nodes(), resources, show_fencing(), show_attributes());
    }

    [[nodiscard]] std::string show_nodes() const {
        std::string nodes;
        for (const auto& name : members)
            nodes += fmt::format(R"(<node name="{}" online="true" unclean="false"/>)", name);
        for (const auto& name : lost) nodes += fmt::format(R"(<node name="{}" online="false" unclean="false"/>)", name);
        return nodes;
    }

    [[nodiscard]] std::string show_fencing() const {
        std::string events;
        for (const auto& [name, ago] : fenced)
            events += fmt::format(
                R"(<fence_event status="success" action="off" target="{}" completed="{:%Y-%m-%d %H:%M:%S}Z"/>)", name,
                fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - ago)));
        return events;
    }

    [[nodiscard]] std::string show_attributes() const {
        std::string shown;
        for (const auto& [name, values] : attributes)
            for (const auto& [host, value] : values)
                shown += fmt::format(R"(<node name="{}"><attribute name="{}" value="{}"/></node>)", host, name, value);
        return shown;
    }

    Result<std::string> query_configuration(const Command& command) const {
        const auto on_disk = !variable(command, "CIB_file").empty();
        const auto& known = on_disk ? configuration_on_disk : configuration;
        if (known.empty() || (!on_disk && !runs)) return error(command, "ended with exit status 102");
        return known;
    }

    std::vector<Trouble> troubles_;
    std::vector<Command> commands_;
    std::set<std::pair<std::string, std::string>> to_forget_;  // resource and node
};

}  // namespace ra::test
