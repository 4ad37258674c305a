#include "os/name_lookup.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace ra {

namespace {

// What the lookups have found so far. A lookup that is late outlives the one who waits for it.
struct Board {
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::string, Result<Addresses>> found;
};

std::string to_text(const struct addrinfo& info) {
    char text[NI_MAXHOST] = "";
    ::getnameinfo(info.ai_addr, info.ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
    return text;
}

Result<Addresses> look_up_now(const std::string& name) {
    struct addrinfo wanted {};
    wanted.ai_socktype = SOCK_STREAM;
    struct addrinfo* list = nullptr;
    if (const int failure = ::getaddrinfo(name.c_str(), nullptr, &wanted, &list); failure != 0)
        return Error{fmt::format("cannot look up the name '{}': {}", name, ::gai_strerror(failure))};
    const std::unique_ptr<struct addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
    Addresses addresses;
    for (const auto* info = list; info != nullptr; info = info->ai_next) addresses.push_back(to_text(*info));
    return addresses;
}

void begin(const std::string& name, const std::shared_ptr<Board>& board) {
    std::thread([name, board] {
        auto result = look_up_now(name);
        const std::lock_guard lock(board->mutex);
        board->found.emplace(name, std::move(result));
        board->changed.notify_one();
    }).detach();
}

}  // namespace

bool is_name(const std::string& host) {
    struct in6_addr parsed {};
    return !host.empty() && !host.starts_with('/') && !host.starts_with('@') &&
           ::inet_pton(AF_INET, host.c_str(), &parsed) != 1 && ::inet_pton(AF_INET6, host.c_str(), &parsed) != 1;
}

std::map<std::string, Result<Addresses>> look_up(const std::set<std::string>& names, Deadline deadline) {
    const auto board = std::make_shared<Board>();
    for (const auto& name : names) begin(name, board);
    std::unique_lock lock(board->mutex);
    board->changed.wait_for(lock, deadline.remaining(), [&] { return board->found.size() == names.size(); });
    auto results = board->found;
    for (const auto& name : names)
        results.emplace(name, Error{fmt::format("the look-up of the name '{}' gave no answer in time", name)});
    return results;
}

}  // namespace ra
