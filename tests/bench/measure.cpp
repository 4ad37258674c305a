// measure CASES FIRST-ROUND LAST-ROUND [WORD…]
//
// Runs every case of the file CASES once in each round, in an order that is drawn anew for each round, one after
// another, and prints a line for each run, with a tab between:
//
//   CASE ROUND WALL CPU MEMORY
//
// WALL and CPU are microseconds, CPU with that of all children that were waited for; MEMORY is the peak of the largest
// of these processes in KiB. A run that does not end with an expected exit code ends the whole, with what it wrote.
// With WORDs each command is run by these: strace, say.
//
// CASES has lines of words with a tab between. `case` begins a case, the others belong to the last one:
//
//   case NAME
//   every N       it is run in every Nth round only
//   expect CODE…  the exit codes that it may have, instead of 0
//   silent yes    it must not write anything
//   env VARIABLE=VALUE…
//   before WORD…  a command that is run before each run, and not measured; it has to end with 0
//   run WORD…     the command; where there are several they are begun at the same time, and the last to end counts

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/unique_fd.h"

namespace {

using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

struct Case {
    std::string name;
    int every = 1;
    std::set<int> expected{0};
    bool silent = false;
    Words environment{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
    std::vector<Words> before;
    std::vector<Words> commands;
};

struct Cost {
    Microseconds wall{};
    Microseconds cpu{};
    long memory = 0;  // KiB
};

int number_in(const std::string& text) {
    const auto number = ra::parse_number<int>(text);
    if (!number) throw std::runtime_error("cannot read the number '" + text + "'");
    return *number;
}

void add_line(std::vector<Case>& cases, const std::string& key, const Words& words) {
    if (key == "case") {
        cases.emplace_back();
        cases.back().name = words.at(0);
        return;
    }
    if (cases.empty()) throw std::runtime_error("there is no case before '" + key + "'");
    auto& last = cases.back();
    if (key == "every") {
        last.every = number_in(words.at(0));
    } else if (key == "expect") {
        last.expected.clear();
        for (const auto& word : words) last.expected.insert(number_in(word));
    } else if (key == "silent") {
        last.silent = true;
    } else if (key == "env") {
        last.environment.insert(last.environment.end(), words.begin(), words.end());
    } else if (key == "before") {
        last.before.push_back(words);
    } else if (key == "run") {
        last.commands.push_back(words);
    } else {
        throw std::runtime_error("cannot understand '" + key + "'");
    }
}

std::vector<Case> read_cases(const char* path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read '" + std::string(path) + "'");
    std::vector<Case> cases;
    for (std::string line; std::getline(file, line);) {
        const auto parts = ra::split(line, '\t');
        if (parts.size() < 2) throw std::runtime_error("cannot understand '" + line + "'");
        add_line(cases, std::string(parts.front()), Words(parts.begin() + 1, parts.end()));
    }
    return cases;
}

std::vector<char*> pointers_to(Words& words) {
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

// What programs write is kept for the one that fails.
class LastOutput {
 public:
    LastOutput() : file_(::memfd_create("output", MFD_CLOEXEC)) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, file_.get(), STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, file_.get(), STDERR_FILENO);
    }
    LastOutput(const LastOutput&) = delete;
    LastOutput& operator=(const LastOutput&) = delete;
    ~LastOutput() { ::posix_spawn_file_actions_destroy(&actions_); }

    void clear() const {
        if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0)
            throw std::runtime_error("cannot empty the file of the output");
    }
    [[nodiscard]] std::string text() const {
        std::string text(4096, '\0');
        const auto size = ::pread(file_.get(), text.data(), text.size(), 0);
        text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        return text;
    }
    [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
    ra::UniqueFd file_;
    posix_spawn_file_actions_t actions_{};
};

Microseconds to_microseconds(const struct timeval& time) {
    return std::chrono::seconds(time.tv_sec) + Microseconds(time.tv_usec);
}

class Runner {
 public:
    explicit Runner(Words wrapper) : wrapper_(std::move(wrapper)) {}

    Cost run(const Case& what) {
        for (const auto& words : what.before) expect(what.name, words, measure({words}, what.environment), {0});
        auto commands = what.commands;
        for (auto& words : commands) words.insert(words.begin(), wrapper_.begin(), wrapper_.end());
        const auto measured = measure(commands, what.environment);
        expect(what.name, what.commands.front(), measured, what.expected);
        if (const auto text = output_.text(); what.silent && !text.empty())
            throw std::runtime_error(what.name + " is not silent: " + text);
        return measured.cost;
    }

 private:
    struct Measured {
        Cost cost;
        std::set<int> codes;
    };

    Measured measure(const std::vector<Words>& commands, const Words& environment) const {
        output_.clear();
        auto variables = environment;
        const auto pointers = pointers_to(variables);
        Measured measured;
        const auto begin = Clock::now();
        for (auto words : commands) spawn(words, pointers);
        for (std::size_t i = 0; i < commands.size(); ++i) {
            int status = 0;
            struct rusage usage {};
            if (::wait4(-1, &status, 0, &usage) < 0) throw std::runtime_error("cannot wait for a command");
            measured.cost.wall = std::chrono::duration_cast<Microseconds>(Clock::now() - begin);
            measured.cost.cpu += to_microseconds(usage.ru_utime) + to_microseconds(usage.ru_stime);
            measured.cost.memory = std::max(measured.cost.memory, usage.ru_maxrss);
            measured.codes.insert(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        }
        return measured;
    }

    void spawn(Words& words, const std::vector<char*>& environment) const {
        pid_t pid = 0;
        const int failure = ::posix_spawn(&pid, words.front().c_str(), output_.actions(), nullptr,
                                          pointers_to(words).data(), environment.data());
        if (failure != 0) throw std::runtime_error("cannot run '" + words.front() + "': " + std::strerror(failure));
    }

    void expect(const std::string& name, const Words& words, const Measured& measured,
                const std::set<int>& expected) const {
        for (const int code : measured.codes) {
            if (expected.contains(code)) continue;
            throw std::runtime_error(name + ": '" + words.front() + "' ended with " + std::to_string(code) +
                                     " and wrote: " + output_.text());
        }
    }

    Words wrapper_;
    LastOutput output_;
};

void run_round(int round, std::vector<Case>& cases, Runner& runner, std::mt19937& random) {
    std::ranges::shuffle(cases, random);
    for (const auto& what : cases) {
        if (round % what.every != 0) continue;
        const auto cost = runner.run(what);
        std::cout << what.name << '\t' << round << '\t' << cost.wall.count() << '\t' << cost.cpu.count() << '\t'
                  << cost.memory << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc < 4) throw std::runtime_error("expected CASES FIRST-ROUND LAST-ROUND [WORD…]");
        auto cases = read_cases(argv[1]);
        Runner runner(Words(argv + 4, argv + argc));
        std::mt19937 random{std::random_device{}()};
        const int last = number_in(argv[3]);
        for (int round = number_in(argv[2]); round <= last; ++round) run_round(round, cases, runner, random);
        std::cout.flush();
        return std::cout.good() ? 0 : 1;
    } catch (const std::exception& failure) {
        std::cout.flush();
        std::cerr << "measure: " << failure.what() << '\n';
        return 1;
    }
}
