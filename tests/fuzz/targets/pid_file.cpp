#include "pgpool/pid_file.h"

#include "tests/fuzz/scratch_file.h"
#include "tests/fuzz/target.h"
#include "tests/support/temporary_directory.h"

namespace ra::fuzz {

void check(std::string_view input) {
    static const TemporaryDirectory directory;
    const auto file = directory.path() / "pgpool.pid";
    write_file(file, input);
    const auto read = read_pid_file(file);
    demand(!read || *read, "a file that is there is seen");
    demand(!read || (*read)->pid >= 0, "a pid is not below zero");
    demand(!read || input.find_first_not_of(std::string_view("0123456789\n\0", 12)) == std::string_view::npos,
           "what holds more than a pid is not pgpool's");
    demand(remove_pid_file(file).ok() == read.ok(), "only a file of pgpool's is removed");
    demand(std::filesystem::exists(file) != read.ok(), "it is removed, or it stays");
}

}  // namespace ra::fuzz
