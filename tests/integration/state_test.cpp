#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/namespace_holder.h"
#include "tests/support/pgpool.h"

namespace ra::test {

using Catch::Matchers::Contains;

namespace {

// A pgpool whose agent has a /run of its own, so that nothing else notices what is done to it.
class PgpoolWithOwnRun : public Pgpool {
 public:
    PgpoolWithOwnRun() : mounts_(NamespaceHolder::with_own_mounts()) {
        inside("mount -t tmpfs -o mode=0755 tmpfs /run");
        runner = mounts_.inside({});
    }

    // Runs a command of the shell where the agent runs; $STATE is the agent's directory and $FILE its file.
    std::string inside(const std::string& command) const {
        return output_of(mounts_.inside({"sh", "-c", command}),
                         {{"STATE", state_file().parent_path()}, {"FILE", state_file()}});
    }

    // The start fails, says so in these words, and has no effect; a stop succeeds.
    void check_refusal(const std::string& words) {
        const auto answer = act("start");
        CHECK(answer.code != ExitCode::success);
        CHECK_THAT(answer.reason, Contains(words));
        CHECK(remains() == std::set<std::string>{});
        CHECK(act("monitor").code == ExitCode::not_running);
        CHECK(act("stop").code == ExitCode::success);
    }

 private:
    NamespaceHolder mounts_;
};

}  // namespace

TEST_CASE("the state is kept where only root can go, and removed by a stop") {
    PgpoolWithOwnRun pgpool;
    pgpool.start();
    CHECK(pgpool.inside("stat -c '%U %a %F' $STATE") == "root 700 directory\n");
    CHECK(pgpool.inside("stat -c '%U %a %F' $FILE") == "root 600 regular file\n");
    CHECK(pgpool.inside("find $STATE -mindepth 1 ! '(' -type f -user root -perm 600 ')'") == "");
    pgpool.stop();
    CHECK(pgpool.inside("ls -A $STATE") == "");
}

TEST_CASE("a link in place of the state directory is not followed") {
    PgpoolWithOwnRun pgpool;
    const auto directory = pgpool.state_file().parent_path().native();
    const std::string make_link =
        "mkdir -m 700 /run/elsewhere; echo precious > /run/elsewhere/$(basename $FILE); ln -s /run/elsewhere $STATE";
    const std::string look = "cd /run/elsewhere; ls -A | wc -l; cat $(basename $FILE)";
    SECTION("by a start") {
        pgpool.inside(make_link);
        pgpool.check_refusal(directory);
    }
    SECTION("by a stop") {
        pgpool.start();
        pgpool.inside("rm -r $STATE; " + make_link);
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        pgpool.stop();
    }
    CHECK(pgpool.inside(look) == "1\nprecious\n");
}

TEST_CASE("a link in place of the state file is not followed") {
    PgpoolWithOwnRun pgpool;
    const std::string make_link = "echo precious > /run/elsewhere; ln -sf /run/elsewhere $FILE";
    SECTION("by a start") {
        pgpool.inside("mkdir -m 700 $STATE; " + make_link);
        pgpool.act("start");
    }
    SECTION("by a stop") {
        pgpool.start();
        pgpool.inside(make_link);
        CHECK(pgpool.act("monitor").code == ExitCode::success);
    }
    pgpool.stop();
    CHECK(pgpool.inside("cat /run/elsewhere") == "precious\n");
}

TEST_CASE("a link to the state of another pgpool does not make that one ours") {
    PgpoolWithOwnRun other;
    Pgpool pgpool;
    const auto main = other.start();
    pgpool.runner = other.runner;
    other.inside("ln -s $FILE " + pgpool.state_file().native());
    CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    CHECK(pgpool.act("stop").code == ExitCode::success);
    CHECK(other.main() == main);
    CHECK(other.act("monitor").code == ExitCode::success);
}

TEST_CASE("a state directory that others may enter is refused") {
    PgpoolWithOwnRun pgpool;
    pgpool.inside("mkdir -m 755 $STATE");
    pgpool.check_refusal("mode 0755");
}

TEST_CASE("a state that cannot be written makes a start fail with the reason") {
    struct Row {
        const char* name;
        const char* command;
        const char* reason;
    };
    const auto row = GENERATE(values<Row>({
        {"a read-only directory", "mkdir -m 700 $STATE; mount --bind $STATE $STATE; mount -o remount,bind,ro $STATE",
         "Read-only file system"},
        {"a read-only /run", "mount -o remount,ro /run", "Read-only file system"},
        {"a full disk",
         "mkdir $STATE; mount -t tmpfs -o size=8k,mode=700 tmpfs $STATE; cat /dev/zero > $STATE/full 2>&1 || true",
         "No space left on device"},
    }));
    DYNAMIC_SECTION(row.name) {
        PgpoolWithOwnRun pgpool;
        pgpool.inside(row.command);
        pgpool.check_refusal(row.reason);
    }
}

TEST_CASE("on a full disk a role is kept, so that no monitor contradicts what Pacemaker was told") {
    PgpoolWithOwnRun pgpool;
    pgpool.inside("mkdir $STATE; mount -t tmpfs -o size=64k,mode=700 tmpfs $STATE");
    pgpool.start();
    pgpool.inside("cat /dev/zero > $STATE/full 2>&1 || true");
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.act("monitor").code == ExitCode::running_promoted);
    CHECK(pgpool.act("demote").code == ExitCode::success);
    CHECK(pgpool.act("monitor").code == ExitCode::success);
    pgpool.inside("rm $STATE/full");
    CHECK(pgpool.act("promote").code == ExitCode::success);
    CHECK(pgpool.act("monitor").code == ExitCode::running_promoted);
}

TEST_CASE("a state that cannot be written any more hinders neither monitor nor stop") {
    const std::string command =
        GENERATE("mount --bind $STATE $STATE; mount -o remount,bind,ro $STATE", "rm -r $STATE", "chmod 755 $STATE",
                 "echo garbage > $FILE", ": > $FILE", "head -c 100000 /dev/zero > $FILE", "rm $FILE; mkfifo $FILE");
    DYNAMIC_SECTION(command) {
        PgpoolWithOwnRun pgpool;
        const auto main = pgpool.start();
        pgpool.inside(command);
        CHECK(pgpool.act("monitor").code == ExitCode::success);
        const auto adopted = pgpool.start();
        CHECK(adopted == main);
        pgpool.stop();
        CHECK(pgpool.act("monitor").code == ExitCode::not_running);
    }
}

}  // namespace ra::test
