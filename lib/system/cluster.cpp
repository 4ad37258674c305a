#include "system/cluster.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <memory>

#include "system/launcher.h"

namespace ra {

namespace {

std::string address_text(const struct sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address != nullptr && address->sa_family == AF_INET)
        ::inet_ntop(AF_INET, &reinterpret_cast<const struct sockaddr_in*>(address)->sin_addr, text, sizeof text);
    if (address != nullptr && address->sa_family == AF_INET6)
        ::inet_ntop(AF_INET6, &reinterpret_cast<const struct sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
    return text;
}

// "pgpool:0" -> "pgpool": the instances of a clone share the name of their resource.
std::string resource_name(const std::string& instance) { return instance.substr(0, instance.find(':')); }

}  // namespace

std::vector<std::string> own_addresses() {
    std::vector<std::string> addresses;
    char name[HOST_NAME_MAX + 1] = "";
    if (::gethostname(name, sizeof name) == 0) addresses.emplace_back(name);
    struct ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return addresses;
    const std::unique_ptr<struct ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next)
        if (auto text = address_text(entry->ifa_addr); !text.empty()) addresses.push_back(std::move(text));
    return addresses;
}

bool ClusterAttributes::in_a_cluster() const { return !environment_.text("OCF_RESKEY_crm_feature_set").empty(); }

bool ClusterAttributes::is_promotable() const {
    return environment_.text("OCF_RESKEY_CRM_meta_promotable") == "true" ||
           !environment_.text("OCF_RESKEY_CRM_meta_promoted_max").empty() ||
           !environment_.text("OCF_RESKEY_CRM_meta_master_max").empty();
}

Status ClusterAttributes::publish_score(int score, Deadline deadline) const {
    return change_score("-v", std::to_string(score), deadline);
}

Status ClusterAttributes::remove_score(Deadline deadline) const { return change_score("-D", "", deadline); }

Status ClusterAttributes::change_score(const std::string& option, const std::string& value, Deadline deadline) const {
    if (!in_a_cluster()) return Done{};
    Command command{"/usr/sbin/crm_attribute", {}, environment_.variables()};
    if (!is_promotable()) {
        command.arguments = {"-l", "reboot", "-n", "pgpool-rank-" + resource_name(environment_.instance())};
    } else if (environment_.knows_promoted()) {
        command.arguments = {"--promotion", "-l", "reboot"};
    } else {
        command = {"/usr/sbin/crm_master", {"-l", "reboot"}, environment_.variables()};
    }
    command.arguments.push_back(option);
    if (!value.empty()) command.arguments.push_back(value);
    const auto output = run(command, deadline);
    if (!output) return output.error();
    if (output->succeeded()) return Done{};
    return Error{fmt::format("cannot change the score of this instance: '{}' {}", command.program.native(),
                             output->timed_out ? "gave no answer in time" : "ended with " + output->ending.text())};
}

}  // namespace ra
