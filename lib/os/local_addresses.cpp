#include "os/local_addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <climits>
#include <memory>

#include "facts/address.h"

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

void add_names_in_hosts_file(std::set<std::string>& own) {
    ::sethostent(0);
    while (const auto* entry = ::gethostent()) {
        char address[INET6_ADDRSTRLEN] = "";
        if (entry->h_addr_list[0] == nullptr) continue;
        ::inet_ntop(entry->h_addrtype, entry->h_addr_list[0], address, sizeof address);
        if (!own.contains(address) && !is_loopback(address)) continue;
        own.emplace(entry->h_name);
        for (char** alias = entry->h_aliases; *alias != nullptr; ++alias) own.emplace(*alias);
    }
    ::endhostent();
}

}  // namespace

std::set<std::string> local_addresses() {
    std::set<std::string> addresses;
    char name[HOST_NAME_MAX + 1] = "";
    if (::gethostname(name, sizeof name) == 0) addresses.emplace(name);
    struct ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return addresses;
    const std::unique_ptr<struct ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
    for (const auto* entry = list; entry != nullptr; entry = entry->ifa_next)
        if (auto text = address_text(entry->ifa_addr); !text.empty()) addresses.insert(std::move(text));
    add_names_in_hosts_file(addresses);
    return addresses;
}

}  // namespace ra
