// Fault matrix: pgpool.conf and pcp.conf are not what they should be.

#include <sys/stat.h>

#include <filesystem>

#include "tests/integration/fault_matrix.h"
#include "tests/support/catch.h"

namespace ra::test {

namespace {

using enum ExitCode;

void make_fifo(const std::filesystem::path& file) {
    std::filesystem::remove(file);
    REQUIRE(::mkfifo(file.c_str(), 0666) == 0);
}

template <typename Before>
struct SyntaxError : Before {
    SyntaxError() { this->pgpool.configure("port = = 1"); }
};

template <typename Before>
struct HugeConfiguration : Before {
    HugeConfiguration() { this->pgpool.configure(std::string(std::size_t{16} << 20, '#')); }
};

template <typename Before>
struct BinaryConfiguration : Before {
    BinaryConfiguration() {
        std::filesystem::copy_file(PGPOOL_PROGRAM, this->pgpool.configuration(),
                                   std::filesystem::copy_options::overwrite_existing);
    }
};

template <typename Before>
struct FifoConfiguration : Before {
    FifoConfiguration() { make_fifo(this->pgpool.configuration()); }
};

template <typename Before>
struct FifoAccounts : Before {
    FifoAccounts() { make_fifo(this->pgpool.directory().path() / "pcp.conf"); }
};

std::vector<Cell> for_stopped(const std::string& validated, std::set<ExitCode> code, const std::string& reason) {
    return {
        {"monitor 0", {not_running}},
        {"probe", {not_running}},
        {"validate-all 10", {invalid_argument}, validated},
        {"start", std::move(code), reason},
        {"stop", {success}},
    };
}

const Cell refused_start{"start",
                         {invalid_argument},
                         "not a regular file",
                         "a start with a parameter that is wrong is refused, whatever runs"};

std::vector<Cell> for_running(const std::string& reason, const Cell& start = {"start", {success}}) {
    return {
        {"monitor 0", {success}},
        {"monitor 10", {degraded}, reason, "only the roles cannot be looked at"},
        {"reload", {degraded}, reason, "pgpool goes on as it was"},
        {"explain", {success}},
        start,
        {"stop", {success}},
    };
}

}  // namespace

TEST_CASE("fault matrix: the configuration is broken") {
    play("the configuration is broken",
         {{"a syntax error for a stopped one", put_up<SyntaxError<State>>,
           for_stopped("pgpool.conf", {generic_error}, "syntax error in configuration file")},
          {"a syntax error for one that runs", put_up<SyntaxError<Healthy>>, for_running("pgpool.conf")},
          {"16 MB for a stopped one", put_up<HugeConfiguration<State>>,
           for_stopped("larger than", {invalid_argument}, "larger than")},
          {"16 MB for one that runs", put_up<HugeConfiguration<Healthy>>, for_running("larger than")},
          {"no text for a stopped one", put_up<BinaryConfiguration<State>>,
           for_stopped("pgpool.conf", {generic_error}, "pgpool did not start")},
          {"no text for one that runs", put_up<BinaryConfiguration<Healthy>>, for_running("pgpool.conf")},
          {"a FIFO for a stopped one", put_up<FifoConfiguration<State>>,
           for_stopped("not a regular file", {invalid_argument}, "not a regular file")},
          {"a FIFO for one that runs", put_up<FifoConfiguration<Healthy>>,
           for_running("not a regular file", refused_start)},
          {"a FIFO for the accounts of a stopped one", put_up<FifoAccounts<State>>,
           for_stopped("not a regular file", {invalid_argument}, "not a regular file")},
          {"a FIFO for the accounts of one that runs",
           put_up<FifoAccounts<Healthy>>,
           {
               {"monitor 0", {success}},
               {"monitor 10", {success}},
               refused_start,
               {"stop", {success}},
           }}});
}

}  // namespace ra::test
