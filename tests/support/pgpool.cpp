#include "tests/support/pgpool.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "tests/support/catch.h"
#include "tests/support/eventually.h"
#include "tests/support/ports.h"
#include "tests/support/postgres_pair.h"
#include "tests/support/processes.h"

namespace ra::test {

namespace {

constexpr auto title_of_idle_child = "pgpool: wait for connection request";

constexpr auto reason_prefix = "ocf-exit-reason:";

std::string next_instance() {
    static int count = 0;
    return "test-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

std::vector<std::string> reasons_in(const std::string& err) {
    std::vector<std::string> reasons;
    std::istringstream lines(err);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(reason_prefix)) reasons.push_back(line.substr(std::string(reason_prefix).size()));
    return reasons;
}

bool in_a_container(pid_t pid) {
    std::error_code gone;
    const auto of = [&gone](const std::string& who) {
        return std::filesystem::read_symlink("/proc/" + who + "/ns/pid", gone);
    };
    return of(std::to_string(pid)) != of("self");
}

// By whatever name the program is installed.
bool is_pgpool(const Process& process) { return process.name.starts_with("pgpool"); }

// All others are to say nothing on stdout.
bool prints(const std::string& action) { return action == "meta-data" || action == "explain"; }

std::vector<Backend> shared_servers() {
    const auto& servers = PostgresPair::shared();
    return {{"127.0.0.1", servers.primary_port()}, {"127.0.0.1", servers.standby_port()}};
}

std::string backend_lines(const std::vector<Backend>& backends) {
    std::ostringstream text;
    for (std::size_t id = 0; id < backends.size(); ++id)
        text << "backend_hostname" << id << " = '" << backends[id].host << "'\n"
             << "backend_port" << id << " = " << backends[id].port << "\n";
    return text.str();
}

// pgpool 4.4 has renamed the setting, and each version ignores the name that it does not know.
std::string socket_lines(const std::string& directory) {
    return "socket_dir = '" + directory + "'\nunix_socket_directories = '" + directory + "'\n";
}

}  // namespace

Pgpool::Pgpool() : Pgpool(shared_servers()) {}

Pgpool::Pgpool(const std::vector<Backend>& backends)
    : port_(free_port()), pcp_port_(free_port()), instance_(next_instance()) {
    const auto in_directory = [this](const char* name) { return "'" + (directory_.path() / name).native() + "'\n"; };
    std::ostringstream text;
    text << "backend_clustering_mode = 'streaming_replication'\n"
         << "listen_addresses = '127.0.0.1'\n"
         << "port = " << port_ << "\n"
         << "pcp_listen_addresses = '127.0.0.1'\n"
         << "pcp_port = " << pcp_port_ << "\n"
         << socket_lines(directory_.path().native()) << "pcp_socket_dir = " << in_directory("")
         << "pid_file_name = " << in_directory("pgpool.pid") << "logdir = " << in_directory("")
         << "num_init_children = 4\n"
         << backend_lines(backends) << "sr_check_user = 'postgres'\n"
         << "health_check_user = 'postgres'\n"
         << "health_check_period = 5\n";
    directory_.write("pgpool.conf", text.str());
    directory_.write("pcp.conf", "admin:5ebe2294ecd0e0f08eab7690d2a6ee69\n");  // "secret"
    directory_.write("pool_hba.conf", "local all all trust\nhost all all 127.0.0.1/32 trust\n");
    const auto passwords = directory_.write("pcppass", "*:*:admin:secret\n");
    std::filesystem::permissions(passwords, std::filesystem::perms{0600});
    environment = {{"OCF_ROOT", "/usr/lib/ocf"},
                   {"OCF_RA_VERSION_MAJOR", "1"},
                   {"OCF_RA_VERSION_MINOR", "1"},
                   {"OCF_RESOURCE_INSTANCE", instance_},
                   {"OCF_RESKEY_config", configuration()},
                   {"OCF_RESKEY_pcp_config", directory_.path() / "pcp.conf"},
                   {"OCF_RESKEY_hba_config", directory_.path() / "pool_hba.conf"},
                   {"OCF_RESKEY_log", log()},
                   {"OCF_RESKEY_CRM_meta_timeout", "20000"},
                   {"PCMK_logfile", directory_.path() / "agent.log"}};
}

Pgpool::~Pgpool() {
    const auto ended = [this] {
        const auto left = tree();
        for (const auto pid : left) ::kill(pid, SIGKILL);
        return left.empty();
    };
    if (!eventually(ended)) WARN("processes of pgpool are left that SIGKILL does not end");
    objects_.still_there().remove();
    std::error_code ignored;
    for (const auto& file : {state_file().native(), state_file().native() + ".lock", state_file().native() + ".pcp",
                             STATE_DIRECTORY "-pcp/" + instance_ + ".conf"})
        std::filesystem::remove(file, ignored);
}

Answer Pgpool::act(const std::string& action, const Variables& more) {
    note();
    auto variables = more;
    variables.insert(environment.begin(), environment.end());
    const std::chrono::milliseconds timeout(std::stol(variables.at("OCF_RESKEY_CRM_meta_timeout")));
    Program agent(runner + Words{AGENT_PROGRAM, action}, variables);
    const auto session = agent.pid();
    const auto ended = agent.wait(timeout);
    note();
    CHECK(living_in_session(session) == std::set<pid_t>{});
    const auto reasons = reasons_in(ended.err);
    const Answer answer{static_cast<ExitCode>(ended.exit_code), reasons.empty() ? "" : reasons.back(), ended.err};
    CHECK(ended.out.empty() != prints(action));
    CHECK(ended.output_closed);
    CHECK(reasons.size() <= 1);
    CHECK(answer.reason.size() <= 128);
    UNSCOPED_INFO(action << " answered " << ended.exit_code << " " << answer.reason);
    return answer;
}

Program Pgpool::begin(const std::string& action) const {
    return Program(runner + Words{AGENT_PROGRAM, action}, environment);
}

pid_t Pgpool::start() {
    const auto answer = act("start");
    if (answer.code != ExitCode::success) throw std::runtime_error("the start failed: " + answer.reason);
    return main();
}

void Pgpool::stop() {
    REQUIRE(act("stop").code == ExitCode::success);
    REQUIRE(remains() == std::set<std::string>{});
}

pid_t Pgpool::start_by_hand(const Words& words) {
    started_by_hand_.emplace_back(words);
    REQUIRE(eventually([this] { return accepts_clients(); }));
    // Its arguments may not tell; that it has just written the file does.
    const auto main = find_process(std::stoi(read_text(pid_file())));
    REQUIRE(main);
    sessions_.insert(main->session);
    starters_.insert(main->parent);
    return main->pid;
}

Words Pgpool::by_hand(const Words& options) const {
    return as_server_account(Words{PGPOOL_PROGRAM, "-f", configuration(), "-F", directory_.path() / "pcp.conf", "-a",
                                   directory_.path() / "pool_hba.conf"} +
                             options);
}

void Pgpool::put_sockets_in(const std::string& directory) const { configure(socket_lines(directory)); }

void Pgpool::configure(const std::string& line) const { std::ofstream(configuration(), std::ios::app) << line << "\n"; }

std::filesystem::path Pgpool::state_file() const { return std::filesystem::path(STATE_DIRECTORY) / instance_; }

bool Pgpool::accepts_clients() const {
    try {
        return client().alive();
    } catch (const std::runtime_error&) {
        return false;
    }
}

Words Pgpool::pcp_words(const std::string& command, const Words& options) const {
    return Words{command, "-h", directory_.path(), "-p", std::to_string(pcp_port_), "-U", "admin", "-w"} + options;
}

Variables Pgpool::pcp_password() const { return {{"PCPPASSFILE", directory_.path() / "pcppass"}}; }

void Pgpool::pcp(const std::string& command, const Words& options) const {
    output_of(pcp_words(command, options), pcp_password());
}

std::string Pgpool::answer_of_pcp(const std::string& command, const Words& options) const {
    Ended ended;
    const auto answered = [&] {
        ended = run(pcp_words(command, options), pcp_password());
        return !ended.out.empty();
    };
    if (!eventually(answered, 30s, 100ms)) throw std::runtime_error("'" + command + "' has no answer: " + ended.err);
    return ended.out;
}

std::string Pgpool::roles() const {
    const auto count = std::stoi(answer_of_pcp("pcp_node_count"));
    std::string roles;
    for (int id = 0; id < count; ++id) {
        std::istringstream words(answer_of_pcp("pcp_node_info", {"-n", std::to_string(id)}));
        std::string host, port, status, weight, status_name, pg_status, role;
        words >> host >> port >> status >> weight >> status_name >> pg_status >> role;
        roles += (id == 0 ? "" : ", ") + std::to_string(id) + (status_name == "down" ? " down " : " up ") + role;
    }
    return roles;
}

bool Pgpool::says(const std::string& expected) const {
    return eventually([&] { return roles() == expected; }, 30s, 100ms);  // each look is a program for each node
}

void Pgpool::show_nodes(const std::string& when) const {
    std::cout << "SHOW pool_nodes " << when << ":\n";
    for (const auto& row : client().rows("SHOW pool_nodes")) {
        std::cout << " ";
        for (const std::string column : {"node_id", "hostname", "port", "status", "pg_status", "role", "pg_role"})
            std::cout << " " << column << "=" << row.at(column);
        std::cout << "\n";
    }
    std::cout << std::flush;
}

pid_t Pgpool::main() {
    std::map<pid_t, pid_t> parents;
    for (const auto pid : tree())
        if (const auto process = find_process(pid); process && is_pgpool(*process))
            parents.emplace(pid, process->parent);
    for (const auto& [pid, parent] : parents)
        if (!parents.contains(parent) && !title_of(pid).starts_with("pgpool: ")) return pid;
    throw std::runtime_error("no main process of pgpool runs");
}

std::set<pid_t> Pgpool::tree() {
    note();
    std::set<pid_t> living;
    for (const auto session : sessions_) living.merge(std::set(living_in_session(session)));
    for (const auto starter : starters_) living.erase(starter);
    return living;
}

std::set<pid_t> Pgpool::titled(const std::string& title) {
    auto found = tree();
    std::erase_if(found, [&](pid_t pid) { return !title_of(pid).starts_with(title); });
    return found;
}

pid_t Pgpool::find_titled(const std::string& title) {
    std::set<pid_t> found;
    const auto is_there = [&] {
        found = titled(title);
        return !found.empty();
    };
    if (!eventually(is_there)) throw std::runtime_error("no process is called '" + title + "'");
    return *found.begin();
}

std::set<pid_t> Pgpool::idle_children() { return titled(title_of_idle_child); }

pid_t Pgpool::idle_child() { return find_titled(title_of_idle_child); }

std::set<std::string> Pgpool::remains() {
    std::set<std::string> remains;
    for (const auto pid : tree()) remains.insert("process " + std::to_string(pid));
    for (const auto port : {port_, pcp_port_})
        if (anybody_listens_on(port)) remains.insert("a listener on port " + std::to_string(port));
    for (const auto& name : directory_.names())
        if (name.starts_with(".s.PG") || name == "pgpool.pid") remains.insert("the file " + name);
    const auto objects = objects_.still_there();
    for (const int id : objects.shared_memory) remains.insert("shared memory " + std::to_string(id));
    for (const int id : objects.semaphore_sets) remains.insert("semaphore set " + std::to_string(id));
    if (std::filesystem::exists(state_file())) remains.insert("the state file");
    return remains;
}

void Pgpool::note() {
    const auto named = [this](const std::string& argument) { return argument.ends_with(configuration().native()); };
    const auto living = living_processes();
    for (const auto& process : living)
        if (is_pgpool(process) && !in_a_container(process.pid) && std::ranges::any_of(arguments_of(process.pid), named))
            sessions_.insert(process.session);
    for (const auto& process : living)
        if (sessions_.contains(process.session)) processes_.insert(process.pid);
    objects_.add(objects_of(processes_).without(older_objects_));
}

}  // namespace ra::test
