#include "pgpool/probe_protocol.h"

#include "tests/support/catch.h"

namespace ra {

namespace {

const NodeInfo node{1, "db.example", 5433, NodeStatus::down, NodeRole::primary, true};
const BackendState state{2,          true, 7301234567890123456U, 4000000000U,           18000000000000000000U, true,
                         "10.0.0.1", 5432, 1700000000000001,     "its replay is paused"};
const BackendFailure failure{3, Heard::answer, "FATAL: no"};

// The line as it is read: without its end.
template <typename Fact>
std::string line_of(const Fact& fact) {
    auto line = probe::to_line(fact);
    REQUIRE(line.back() == '\n');
    line.pop_back();
    REQUIRE(line.find('\n') == std::string::npos);
    return line;
}

bool is_nothing(const std::string& line) {
    return !probe::parse_node(line) && !probe::parse_state(line) && !probe::parse_failure(line);
}

TEST_CASE("each fact is read as it was written, and as nothing else") {
    CHECK(probe::parse_node(line_of(node)) == node);
    CHECK_FALSE(probe::parse_state(line_of(node)));
    CHECK_FALSE(probe::parse_failure(line_of(node)));
    CHECK(probe::parse_state(line_of(state)) == state);
    CHECK_FALSE(probe::parse_node(line_of(state)));
    CHECK(probe::parse_failure(line_of(failure)) == failure);
    CHECK_FALSE(probe::parse_node(line_of(failure)));

    CHECK(probe::parse_node(line_of(NodeInfo())) == NodeInfo());
    CHECK(probe::parse_state(line_of(BackendState())) == BackendState());
    CHECK(probe::parse_failure(line_of(BackendFailure())) == BackendFailure());
}

TEST_CASE("a text that would look like fields or lines stays one field") {
    const BackendFailure nasty{3, Heard::nothing, "first\nnode\t1\th\t1\t2\t2\t0\r\n"};
    const auto read = probe::parse_failure(line_of(nasty));
    REQUIRE(read);
    CHECK(read->message == "first node 1 h 1 2 2 0");

    BackendState odd = state;
    odd.upstream_host = "a\tb";
    CHECK(probe::parse_state(line_of(odd))->upstream_host == "a b");
}

TEST_CASE("a message is cut where no reader needs more") {
    CHECK(probe::parse_failure(line_of(BackendFailure{0, Heard::connection, std::string(5000, 'x')}))->message.size() <=
          300);
}

TEST_CASE("a line that is cut or longer is nothing") {
    for (const auto& line : {line_of(node), line_of(state), line_of(failure)}) {
        const auto last = line.rfind('\t');
        CHECK(is_nothing(line.substr(0, last)));
        CHECK(is_nothing(line.substr(0, line.find('\t'))));
        CHECK(is_nothing(line + "\tmore"));
        CHECK(is_nothing(" " + line));
    }
}

TEST_CASE("values that pgpool and PostgreSQL do not have are nothing") {
    for (const auto* line :
         {"", "\t", "node", "error in words", "node\t1\thost\t5432\t4\t2\t0", "node\t1\thost\t5432\t-1\t2\t0",
          "node\t1\thost\t5432\t2\t4\t0", "node\t1\thost\t65536\t2\t2\t0", "node\t\thost\t5432\t2\t2\t0",
          "node\tx\thost\t5432\t2\t2\t0", "node\t1\thost\t5432\t2\t2\t", "NODE\t1\thost\t5432\t2\t2\t0",
          "state\t1\t0\t-7\t1\t0\t0\t\t0\t1\t", "state\t1\t0\t7\t4294967296\t0\t0\t\t0\t1\t",
          "state\t1\tt\t7\t1\t0\t0\t\t0\t1\t", "state\t1\t0\t7\t1\t0\t0\t\t0\tlong ago\t", "failure\t1\tyes\twords",
          "failure\t1\t4\twords"}) {
        INFO("'" << line << "'");
        CHECK(is_nothing(line));
    }
}

TEST_CASE("a node that waits for its first client is attached as one that is up") {
    auto info = node;
    for (const auto& [status, attached] : {std::pair{NodeStatus::unused, false}, std::pair{NodeStatus::waiting, true},
                                           std::pair{NodeStatus::up, true}, std::pair{NodeStatus::down, false}}) {
        info.status = status;
        CHECK(info.attached() == attached);
    }
}

}  // namespace

}  // namespace ra
