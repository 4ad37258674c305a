#include "pgpool/pid_file.h"

#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

using namespace std::string_literals;

TEST_CASE("a pid file says which pid") {
    struct Row {
        std::string content;
        pid_t pid;
    };
    const std::vector<Row> rows{{"4242\0"s, 4242}, {"4242\n", 4242},          {"4242", 4242}, {"1\0\n\0"s, 1}, {"", 0},
                                {"\n", 0},         {std::string(10, '\0'), 0}};
    const TemporaryDirectory directory;
    for (const auto& row : rows) {
        const auto file = read_pid_file(directory.write("pid", row.content));
        INFO(row.content);
        REQUIRE(file);
        REQUIRE(file->has_value());
        CHECK((*file)->pid == row.pid);
    }
}

TEST_CASE("a pid file with anything but a pid is an error and stays where it is") {
    const TemporaryDirectory directory;
    const std::vector<std::string> contents{"0",
                                            "-1",
                                            "-4242",
                                            "99999999999",
                                            "4242 4243",
                                            "4242\n4243\n",
                                            " 4242",
                                            "0x42",
                                            "#!/bin/sh\n",
                                            "42\0"
                                            "42"s,
                                            std::string(65, '\0'),
                                            std::string(1 << 20, '4')};
    for (const auto& content : contents) {
        INFO(content.substr(0, 80));
        const auto path = directory.write("pid", content);
        const auto file = read_pid_file(path);
        REQUIRE_FALSE(file);
        CHECK(file.error().message.find(path.native()) != std::string::npos);
        CHECK_FALSE(remove_pid_file(path));
        CHECK(std::filesystem::exists(path));
    }
}

TEST_CASE("a pid file that is missing is none") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "missing";
    REQUIRE(read_pid_file(path));
    CHECK_FALSE(read_pid_file(path)->has_value());
    CHECK(remove_pid_file(path).ok());
}

TEST_CASE("what is no file is no pid file") {
    const TemporaryDirectory directory;
    const auto fifo = directory.path() / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK_FALSE(read_pid_file(fifo));
    CHECK_FALSE(read_pid_file(directory.path()));
    CHECK_FALSE(remove_pid_file(directory.path()));
    CHECK_FALSE(remove_pid_file(fifo));
    CHECK(std::filesystem::exists(fifo));
}

TEST_CASE("removing a pid file that is a link removes the link alone") {
    const TemporaryDirectory directory;
    const auto target = directory.write("target", "4242");
    const auto link = directory.link("pid", target);
    CHECK((*read_pid_file(link))->pid == 4242);
    REQUIRE(remove_pid_file(link));
    CHECK_FALSE(std::filesystem::is_symlink(link));
    CHECK(std::filesystem::exists(target));
}

}  // namespace

}  // namespace ra
