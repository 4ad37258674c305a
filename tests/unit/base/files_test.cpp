#include "base/files.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

constexpr std::size_t enough = 1000;

std::vector<std::string> names_in(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) names.push_back(entry.path().filename());
    return names;
}

// No file grows over this size while it lives: what a full disk does, without one.
class FileSizeLimit {
 public:
    explicit FileSizeLimit(rlim_t bytes) : previous_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &previous_);
        const struct rlimit limit { bytes, previous_.rlim_max };
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &previous_);
        std::signal(SIGXFSZ, previous_handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
    struct rlimit previous_ {};
    void (*previous_handler_)(int);
};

TEST_CASE("a file is read whole with its NUL bytes") {
    const TemporaryDirectory directory;
    const std::string content("a\0b\n", 4);
    CHECK(*read_file(directory.write("file", content), enough) == content);
    CHECK(read_file(directory.write("empty", ""), enough)->empty());
}

TEST_CASE("a file of exactly the limit is read and a larger one is refused") {
    const TemporaryDirectory directory;
    const auto file = directory.write("file", std::string(100, 'x'));
    CHECK(read_file(file, 100)->size() == 100);
    const auto refused = read_file(file, 99);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().number == EFBIG);
}

TEST_CASE("a file whose stated size is zero is read to its end") {
    CHECK(read_file("/proc/self/stat", 4096)->size() > 40);
}

TEST_CASE("what is no regular file is refused at once") {
    const TemporaryDirectory directory;
    const auto fifo = directory.path() / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(read_file(fifo, enough).error().message == "cannot read '" + fifo.native() + "': it is not a regular file");
    CHECK(read_file("/dev/zero", enough).error().number == EINVAL);
    CHECK(read_file(directory.path(), enough).error().number == EISDIR);
    CHECK(read_file(directory.path() / "missing", enough).error().number == ENOENT);
}

TEST_CASE("the tail of a file starts at the offset and is no longer than the limit") {
    const TemporaryDirectory directory;
    const auto file = directory.write("log", "0123456789");
    CHECK(*read_tail(file, 4, enough) == "456789");
    CHECK(*read_tail(file, 0, 3) == "789");
    CHECK(read_tail(file, 10, enough)->empty());
    CHECK(read_tail(file, 1000, enough)->empty());  // truncated meanwhile
}

TEST_CASE("a private directory is made for its owner alone whatever the umask says") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "private";
    const auto previous = ::umask(0);
    const auto made = open_private_directory(path);
    ::umask(previous);
    REQUIRE(made);
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 07777) == 0700);
    CHECK(open_private_directory(path).ok());
}

TEST_CASE("a directory that somebody else can reach is not private") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "private";
    REQUIRE(open_private_directory(path));

    SECTION("a link to it") { CHECK_FALSE(open_private_directory(directory.link("link", path))); }
    SECTION("a link that leads nowhere") {
        CHECK_FALSE(open_private_directory(directory.link("link", directory.path() / "nowhere")));
        CHECK_FALSE(std::filesystem::exists(directory.path() / "nowhere"));
    }
    SECTION("one that the group may read") {
        std::filesystem::permissions(path, std::filesystem::perms{0740});
        const auto refused = open_private_directory(path);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().number == EPERM);
        CHECK(refused.error().message.find("mode 0740") != std::string::npos);
    }
    SECTION("one of another owner") {
        const bool is_root = ::geteuid() == 0;
        if (is_root) REQUIRE(::chown(path.c_str(), 65534, 65534) == 0);
        const auto refused = open_private_directory(is_root ? path : "/");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().number == EPERM);
    }
    SECTION("a file in its place") { CHECK_FALSE(open_private_directory(directory.write("file", ""))); }
    SECTION("one whose parent is missing") {
        CHECK(open_private_directory(directory.path() / "a/b").error().number == ENOENT);
    }
}

TEST_CASE("a replaced file has the new content and nothing else is left") {
    const TemporaryDirectory directory;
    const auto opened = open_private_directory(directory.path() / "state");
    REQUIRE(replace_file(*opened, "record", "old"));
    REQUIRE(replace_file(*opened, "record", "new"));
    CHECK(*read_file(directory.path() / "state/record", enough) == "new");
    CHECK(names_in(directory.path() / "state") == std::vector<std::string>{"record"});
    struct stat about {};
    REQUIRE(::stat((directory.path() / "state/record").c_str(), &about) == 0);
    CHECK((about.st_mode & 07777) == 0600);
}

TEST_CASE("replacing a link replaces the link and not what it leads to") {
    const TemporaryDirectory directory;
    const auto target = directory.write("target", "precious");
    const auto opened = open_private_directory(directory.path() / "state");
    directory.link("state/record", target);
    directory.link("state/.record." + std::to_string(::getpid()), target);
    REQUIRE(replace_file(*opened, "record", "new"));
    CHECK(*read_file(target, enough) == "precious");
    CHECK(*read_file(directory.path() / "state/record", enough) == "new");
    CHECK(names_in(directory.path() / "state") == std::vector<std::string>{"record"});
}

TEST_CASE("a file that cannot be written in full keeps its old content") {
    const TemporaryDirectory directory;
    const auto opened = open_private_directory(directory.path() / "state");
    REQUIRE(replace_file(*opened, "record", "old"));
    const auto status = [&] {
        const FileSizeLimit limit(10);
        return replace_file(*opened, "record", std::string(100, 'x'));
    }();
    REQUIRE_FALSE(status);
    CHECK(status.error().message == "cannot write 'record': File too large");
    CHECK(*read_file(directory.path() / "state/record", enough) == "old");
    CHECK(names_in(directory.path() / "state") == std::vector<std::string>{"record"});
}

TEST_CASE("a file that cannot be put in place leaves nothing behind") {
    const TemporaryDirectory directory;
    const auto opened = open_private_directory(directory.path() / "state");
    std::filesystem::create_directory(directory.path() / "state/record");
    CHECK_FALSE(replace_file(*opened, "record", "new"));
    CHECK(names_in(directory.path() / "state") == std::vector<std::string>{"record"});
}

}  // namespace

}  // namespace ra
