#include "system/own_addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include <climits>
#include <memory>

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

}  // namespace

std::set<std::string> own_addresses() {
    std::set<std::string> addresses;
    char name[HOST_NAME_MAX + 1] = "";
    if (::gethostname(name, sizeof name) == 0) addresses.emplace(name);
    struct ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return addresses;
    const std::unique_ptr<struct ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next)
        if (auto text = address_text(entry->ifa_addr); !text.empty()) addresses.insert(std::move(text));
    return addresses;
}

bool is_on_this_host(const std::string& host, const std::set<std::string>& own) {
    return host.empty() || host.starts_with('/') || host == "localhost" || own.contains(host);
}

}  // namespace ra
