#include "facts/address.h"

#include <arpa/inet.h>

#include <algorithm>

namespace ra {

namespace {

bool is_address_of(int family, const std::string& host) {
    struct in6_addr parsed {};
    return ::inet_pton(family, host.c_str(), &parsed) == 1;
}

bool is_address(const std::string& host) { return is_address_of(AF_INET, host) || is_address_of(AF_INET6, host); }

// "db1" and "db1.example.com"
bool is_short_for(const std::string& first, const std::string& whole) {
    return !is_address(first) && !is_address(whole) && whole.starts_with(first + ".");
}

}  // namespace

bool addresses_collide(std::string_view address, std::string_view wanted, std::optional<bool> ipv6_only) {
    if (wanted == "*") return true;  // of either family
    const std::string listening(address);
    const std::string name(wanted);
    const bool is_ipv4 = is_address_of(AF_INET, listening);
    if (is_address_of(AF_INET, name)) {
        if (address == "::") return ipv6_only == false;
        return is_ipv4 && (address == wanted || address == "0.0.0.0" || wanted == "0.0.0.0");
    }
    // pgpool opens IPv6 sockets for IPv6 alone.
    if (is_address_of(AF_INET6, name)) return !is_ipv4 && (address == wanted || address == "::" || wanted == "::");
    if (address == "0.0.0.0" || address == "::") return true;
    return wanted == "localhost" && (address == "127.0.0.1" || address == "::1");
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_address(host));
}

bool is_on_this_host(const std::string& host, const std::set<std::string>& addresses) {
    if (host.empty() || host.starts_with('/') || is_loopback(host) || addresses.contains(host)) return true;
    return std::ranges::any_of(addresses, [&](const std::string& name) { return is_short_for(host, name); });
}

bool is_on_this_site(int backend, const std::string& host, const Site& site) {
    return site.backends ? site.backends->contains(backend) : is_on_this_host(host, site.addresses);
}

}  // namespace ra
