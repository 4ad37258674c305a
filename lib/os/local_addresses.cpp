#include "os/local_addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include <climits>
#include <memory>

#include "base/files.h"
#include "base/text.h"
#include "facts/address.h"

namespace ra {

namespace {

constexpr std::size_t longest_hosts_file = std::size_t{4} << 20;

std::string address_text(const struct sockaddr* address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address != nullptr && address->sa_family == AF_INET)
        ::inet_ntop(AF_INET, &reinterpret_cast<const struct sockaddr_in*>(address)->sin_addr, text, sizeof text);
    if (address != nullptr && address->sa_family == AF_INET6)
        ::inet_ntop(AF_INET6, &reinterpret_cast<const struct sockaddr_in6*>(address)->sin6_addr, text, sizeof text);
    return text;
}

// The same address in the words of inet_ntop(); empty for anything else.
std::string plain(const std::string& address) {
    unsigned char bytes[sizeof(struct in6_addr)];
    char text[INET6_ADDRSTRLEN] = "";
    for (const int family : {AF_INET, AF_INET6})
        if (::inet_pton(family, address.c_str(), bytes) == 1) ::inet_ntop(family, bytes, text, sizeof text);
    return text;
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
    if (const auto hosts = read_file("/etc/hosts", longest_hosts_file))
        addresses.merge(names_in_hosts(*hosts, addresses));
    return addresses;
}

std::set<std::string> names_in_hosts(std::string_view hosts, const std::set<std::string>& own) {
    std::set<std::string> names;
    for (const auto line : split(hosts, '\n')) {
        const auto words = split_words(line.substr(0, line.find('#')));
        if (words.empty()) continue;
        const auto address = plain(std::string(words.front()));
        if (address.empty() || (!own.contains(address) && !is_loopback(address))) continue;
        names.insert(words.begin() + 1, words.end());
    }
    return names;
}

}  // namespace ra
