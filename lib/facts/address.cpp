#include "facts/address.h"

#include <arpa/inet.h>

#include <algorithm>

namespace ra {

namespace {

bool is_address(const std::string& host) {
    struct in6_addr parsed {};
    return ::inet_pton(AF_INET, host.c_str(), &parsed) == 1 || ::inet_pton(AF_INET6, host.c_str(), &parsed) == 1;
}

// "db1" and "db1.example.com"
bool is_short_for(const std::string& first, const std::string& whole) {
    return !is_address(first) && !is_address(whole) && whole.starts_with(first + ".");
}

}  // namespace

bool addresses_collide(std::string_view address, std::string_view wanted) {
    const bool any = address == "0.0.0.0" || address == "::";
    if (any || wanted == "*" || wanted == "0.0.0.0" || wanted == "::") return true;
    if (wanted == "localhost") return address == "127.0.0.1" || address == "::1";
    return address == wanted;
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_address(host));
}

bool is_on_this_host(const std::string& host, const std::set<std::string>& addresses) {
    if (host.empty() || host.starts_with('/') || is_loopback(host) || addresses.contains(host)) return true;
    return std::ranges::any_of(addresses, [&](const std::string& name) { return is_short_for(host, name); });
}

}  // namespace ra
