#include "tests/support/processes.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/eventually.h"
#include "tests/support/temporary_directory.h"

namespace ra::test {

namespace {

std::filesystem::path proc(pid_t pid, const char* name) {
    return std::filesystem::path("/proc") / std::to_string(pid) / name;
}

Words split_at_nul(const std::string& text) {
    Words words;
    std::istringstream stream(text);
    for (std::string word; std::getline(stream, word, '\0');) words.push_back(word);
    return words;
}

std::vector<Process> all_processes() {
    std::vector<Process> processes;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto name = entry.path().filename().native();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        if (const auto process = find_process(std::stoi(name))) processes.push_back(*process);
    }
    return processes;
}

template <typename Predicate>
std::set<pid_t> living_that(Predicate matches) {
    std::set<pid_t> pids;
    for (const auto& process : living_processes())
        if (matches(process)) pids.insert(process.pid);
    return pids;
}

// A line of /proc/net/tcp, in its words.
struct TcpSocket {
    std::uint16_t local = 0;
    std::uint16_t remote = 0;
    std::string state;
    std::string inode;
};

std::uint16_t port_of(const std::string& address) {
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1), nullptr, 16));
}

std::vector<TcpSocket> tcp_sockets() {
    std::vector<TcpSocket> sockets;
    for (const auto* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        std::ifstream rows(table);
        std::string row;
        std::getline(rows, row);
        while (std::getline(rows, row)) {
            std::istringstream words(row);
            std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
            words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode;
            sockets.push_back({port_of(local), port_of(remote), state, inode});
        }
    }
    return sockets;
}

bool is_stopped(pid_t pid) {
    const auto process = find_process(pid);
    return process && process->state == 'T';
}

}  // namespace

std::optional<Process> find_process(pid_t pid) {
    const auto text = read_text(proc(pid, "stat"));
    const auto open = text.find('(');
    const auto close = text.rfind(')');
    if (close == std::string::npos) return std::nullopt;
    Process process{pid, text.substr(open + 1, close - open - 1)};
    pid_t group = 0;
    std::istringstream(text.substr(close + 1)) >> process.state >> process.parent >> group >> process.session;
    return process;
}

bool is_alive(pid_t pid) {
    const auto process = find_process(pid);
    return process && process->alive();
}

std::vector<Process> living_processes() {
    auto processes = all_processes();
    std::erase_if(processes, [](const Process& process) { return !process.alive(); });
    return processes;
}

std::set<pid_t> living_in_session(pid_t session) {
    return living_that([session](const Process& process) { return process.session == session; });
}

bool has_dead_child(pid_t parent) {
    return std::ranges::any_of(
        all_processes(), [parent](const Process& process) { return process.parent == parent && !process.alive(); });
}

std::set<pid_t> living_children(pid_t parent) {
    return living_that([parent](const Process& process) { return process.parent == parent; });
}

Words arguments_of(pid_t pid) { return split_at_nul(read_text(proc(pid, "cmdline"))); }

std::string title_of(pid_t pid) {
    const auto arguments = arguments_of(pid);
    return arguments.empty() ? "" : arguments.front();
}

Variables environment_of(pid_t pid) {
    Variables variables;
    for (const auto& assignment : split_at_nul(read_text(proc(pid, "environ")))) {
        const auto equals = assignment.find('=');
        variables.emplace(assignment.substr(0, equals), assignment.substr(equals + 1));
    }
    return variables;
}

Words status_of(pid_t pid, const std::string& field) {
    std::ifstream lines(proc(pid, "status"));
    Words words;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(field + ":")) continue;
        std::istringstream values(line.substr(field.size() + 1));
        for (std::string word; values >> word;) words.push_back(word);
    }
    return words;
}

bool blocks_sigint(pid_t pid) {
    constexpr unsigned long sigint = 1UL << (SIGINT - 1);
    const auto blocked = status_of(pid, "SigBlk");
    return !blocked.empty() && (std::stoul(blocked.front(), nullptr, 16) & sigint) != 0;
}

bool waits_for_a_child(pid_t pid) { return read_text(proc(pid, "wchan")) == "do_wait"; }

std::set<std::string> open_files(pid_t pid) {
    std::set<std::string> files;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(proc(pid, "fd"), gone))
        files.insert(std::filesystem::read_symlink(entry.path(), gone).native());
    return files;
}

bool anybody_listens_on(std::uint16_t port) {
    constexpr auto listening = "0A";
    return std::ranges::any_of(
        tcp_sockets(), [&](const TcpSocket& socket) { return socket.local == port && socket.state == listening; });
}

bool is_connected_to(pid_t pid, std::uint16_t port) {
    const auto files = open_files(pid);
    return std::ranges::any_of(tcp_sockets(), [&](const TcpSocket& socket) {
        return socket.remote == port && files.contains("socket:[" + socket.inode + "]");
    });
}

bool runs_in(const std::set<pid_t>& processes, const std::string& name) {
    return std::ranges::any_of(processes, [&](pid_t pid) {
        const auto process = find_process(pid);
        return process && process->name == name;
    });
}

void freeze(pid_t pid) {
    ::kill(pid, SIGSTOP);
    if (!eventually([pid] { return is_stopped(pid); }))
        throw std::runtime_error("cannot freeze process " + std::to_string(pid));
}

void freeze_all(const std::set<pid_t>& processes) {
    for (const auto pid : processes) ::kill(pid, SIGSTOP);
    for (const auto pid : processes)
        if (!eventually([pid] { return is_stopped(pid) || !is_alive(pid); }))
            throw std::runtime_error("cannot freeze process " + std::to_string(pid));
}

Frozen::~Frozen() { ::kill(pid_, SIGCONT); }

FrozenServer::FrozenServer(pid_t postmaster) : postmaster_(postmaster), children_(living_children(postmaster)) {
    freeze_all(children_);
}

FrozenServer::~FrozenServer() {
    for (const auto pid : children_) ::kill(pid, SIGCONT);
}

void kill_at_once(pid_t pid) {
    ::kill(pid, SIGKILL);
    if (!eventually([pid] { return !is_alive(pid); }))
        throw std::runtime_error("cannot kill process " + std::to_string(pid));
}

}  // namespace ra::test
