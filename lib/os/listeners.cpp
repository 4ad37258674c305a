#include "os/listeners.h"

#include <arpa/inet.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "base/files.h"
#include "base/text.h"
#include "os/sock_diag.h"

namespace ra {

namespace {

constexpr std::size_t table_limit = std::size_t{64} << 20;

// The kernel prints an address as 32-bit words in hexadecimal, each in the byte order of this machine.
std::optional<std::string> parse_address(std::string_view hex) {
    std::array<std::uint32_t, 4> words{};
    if (hex.size() != 8 && hex.size() != 32) return std::nullopt;
    for (std::size_t i = 0; i * 8 < hex.size(); ++i) {
        const auto word = parse_number<std::uint32_t>(hex.substr(i * 8, 8), 16);
        if (!word) return std::nullopt;
        words[i] = *word;
    }
    char text[INET6_ADDRSTRLEN];
    const int family = hex.size() == 8 ? AF_INET : AF_INET6;
    if (::inet_ntop(family, words.data(), text, sizeof text) == nullptr) return std::nullopt;
    return std::string(text);
}

// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
std::optional<TcpListener> parse_tcp_row(std::string_view row, const std::vector<std::uint16_t>& ports) {
    constexpr std::string_view listening = "0A";
    const auto words = split_words(row);
    if (words.size() < 10 || words[3] != listening) return std::nullopt;
    const auto local = split(words[1], ':');
    const auto port = local.size() == 2 ? parse_number<std::uint16_t>(local[1], 16) : std::nullopt;
    if (!port || std::ranges::find(ports, *port) == ports.end()) return std::nullopt;
    const auto inode = parse_number<ino_t>(words[9]);
    const auto address = parse_address(local[0]);
    if (!inode || !address) return std::nullopt;
    return TcpListener{*address, *port, *inode};
}

// Num: RefCount Protocol Flags Type St Inode Path
std::optional<UnixListener> parse_unix_row(std::string_view row) {
    constexpr unsigned accepts_connections = 1U << 16;
    const auto words = split_words(row);
    if (words.size() < 8) return std::nullopt;
    const auto flags = parse_number<unsigned>(words[3], 16);
    const auto inode = parse_number<ino_t>(words[6]);
    if (!flags || (*flags & accepts_connections) == 0 || !inode) return std::nullopt;
    // A path may hold blanks: it is the rest of the row, behind the inode.
    const auto path = row.substr(static_cast<std::size_t>(words[7].data() - row.data()));
    return UnixListener{std::string(trim(path)), *inode};
}

// Of several listeners with one path the file leads to the one whose file it is; a filesystem that numbers its files
// otherwise than the kernel does inside leaves it open.
void find_lost_files(ino_t file, const std::vector<UnixListener*>& listeners) {
    const auto is_its_file = [file](const UnixListener* listener) {
        const auto own = ask_for_file_of_unix_socket(listener->inode);
        return own && *own == static_cast<std::uint32_t>(file);
    };
    const auto owner = std::ranges::find_if(listeners, is_its_file);
    if (owner == listeners.end()) return;
    for (auto* listener : listeners) listener->has_file = listener == *owner;
}

}  // namespace

std::vector<TcpListener> parse_tcp_listeners(std::string_view content, const std::vector<std::uint16_t>& ports) {
    std::vector<TcpListener> listeners;
    for (const auto row : split(content, '\n'))
        if (auto listener = parse_tcp_row(row, ports)) listeners.push_back(std::move(*listener));
    return listeners;
}

std::vector<UnixListener> parse_unix_listeners(std::string_view content) {
    std::vector<UnixListener> listeners;
    for (const auto row : split(content, '\n'))
        if (auto listener = parse_unix_row(row)) listeners.push_back(std::move(*listener));
    return listeners;
}

Result<std::vector<TcpListener>> tcp_listeners(const std::filesystem::path& proc_root,
                                               const std::vector<std::uint16_t>& ports) {
    if (proc_root == "/proc")
        if (auto listeners = ask_for_tcp_listeners(ports)) return listeners;
    const auto version_4 = read_file(proc_root / "net/tcp", table_limit);
    if (!version_4) return version_4.error();
    auto listeners = parse_tcp_listeners(*version_4, ports);
    const auto version_6 = read_file(proc_root / "net/tcp6", table_limit);
    if (!version_6 && version_6.error().number != ENOENT) return version_6.error();
    if (version_6) std::ranges::move(parse_tcp_listeners(*version_6, ports), std::back_inserter(listeners));
    return listeners;
}

Result<std::vector<UnixListener>> unix_listeners(const std::filesystem::path& proc_root) {
    const auto content = read_file(proc_root / "net/unix", table_limit);
    if (!content) return content.error();
    return parse_unix_listeners(*content);
}

void find_lost_files(const std::filesystem::path& proc_root, const std::vector<std::filesystem::path>& paths,
                     std::vector<UnixListener>& listeners) {
    for (const auto& path : paths) {
        std::vector<UnixListener*> with_path;
        for (auto& listener : listeners)
            if (listener.path == path) with_path.push_back(&listener);
        if (with_path.empty()) continue;
        struct stat about {};
        const bool is_there = ::lstat(path.c_str(), &about) == 0;
        const bool is_known = is_there || errno == ENOENT || errno == ENOTDIR;
        if (is_known && !(is_there && S_ISSOCK(about.st_mode)))
            for (auto* listener : with_path) listener->has_file = false;
        else if (is_there && with_path.size() > 1 && proc_root == "/proc")
            find_lost_files(about.st_ino, with_path);
    }
}

}  // namespace ra
