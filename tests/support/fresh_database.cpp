#include "tests/support/fresh_database.h"

#include <fstream>
#include <string>

#include "tests/support/program.h"
#include "tests/support/servers_directory.h"

namespace ra::test {

namespace {

const std::filesystem::path original = FRESH_DATABASE;

void copy_directory(const std::filesystem::path& from, const std::filesystem::path& to) {
    output_of({"cp", "--archive", "--no-target-directory", from.native(), to.native()});
}

// Several tests may do so at once. The first one's is kept: a directory that is there and not empty is not replaced.
void make_original() {
    const ServersDirectory directory;
    const auto made = directory.path() / "data";
    output_of(as_server_account(
        {postgres_program("initdb"), "--no-sync", "-A", "trust", "-U", "postgres", "-D", made.native()}));
    const std::filesystem::path beside = original.native() + "." + directory.path().filename().native();
    copy_directory(made, beside);
    std::error_code there_already;
    std::filesystem::rename(beside, original, there_already);
    if (there_already) std::filesystem::remove_all(beside);
}

}  // namespace

void put_up_fresh_database(const std::filesystem::path& data) {
    if (!std::filesystem::exists(original)) make_original();
    copy_directory(original, data);
}

void make_standby(const std::filesystem::path& data, std::uint16_t primary_port) {
    output_of(as_server_account({"touch", (data / "standby.signal").native()}));
    std::ofstream(data / "postgresql.auto.conf", std::ios::app)
        << "primary_conninfo = 'host=127.0.0.1 user=postgres port=" << primary_port << "'\n";
}

}  // namespace ra::test
