#include "ocf/environment.h"

#include "tests/support/catch.h"

namespace ra {

namespace {

using namespace std::chrono_literals;

using Variables = std::map<std::string, std::string>;

const Environment nothing_set{Variables()};

Environment with(const std::string& name, const std::string& value) { return Environment(Variables{{name, value}}); }

TEST_CASE("a variable that is not set is empty") {
    CHECK(nothing_set.text("OCF_RESKEY_config").empty());
    CHECK(with("OCF_RESKEY_config", "/x").text("OCF_RESKEY_config") == "/x");
}

TEST_CASE("an instance without a name is the default one") {
    CHECK(nothing_set.instance() == "default");
    CHECK(with("OCF_RESOURCE_INSTANCE", "pool:0").instance() == "pool:0");
}

TEST_CASE("the check level is a number that is not negative") {
    CHECK(*nothing_set.check_level() == 0);
    CHECK(*with("OCF_CHECK_LEVEL", "").check_level() == 0);
    CHECK(*with("OCF_CHECK_LEVEL", "20").check_level() == 20);
    CHECK(*with("OCF_RESKEY_OCF_CHECK_LEVEL", "10").check_level() == 10);
    CHECK(*Environment({{"OCF_RESKEY_OCF_CHECK_LEVEL", "10"}, {"OCF_CHECK_LEVEL", "20"}}).check_level() == 20);
    for (const auto* level : {"-1", "ten", "10 ", "99999999999", "1.5"}) {
        INFO("OCF_CHECK_LEVEL=" << level);
        const auto refused = with("OCF_CHECK_LEVEL", level).check_level();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find(level) != std::string::npos);
    }
}

TEST_CASE("a timeout that is no positive number of milliseconds does not count") {
    const auto timeout = [](const char* text) {
        return with("OCF_RESKEY_CRM_meta_timeout", text).operation_timeout(30s);
    };
    CHECK(timeout("20000") == 20s);
    CHECK(timeout("1") == 1ms);
    for (const auto* text : {"", "0", "-1", "20s", "1e3", "18446744073709551616"}) {
        INFO("OCF_RESKEY_CRM_meta_timeout=" << text);
        CHECK(timeout(text) == 30s);
    }
    CHECK(nothing_set.operation_timeout(30s) == 30s);
}

TEST_CASE("the code for degraded is used only with a Pacemaker that is known to know it") {
    const auto knows = [](const char* version) { return with("OCF_RESKEY_crm_feature_set", version).knows_promoted(); };
    for (const auto* version : {"3.9.0", "3.10.0", "3.16.2", "4.0.0", "4"}) {
        INFO("crm_feature_set " << version);
        CHECK(knows(version));
    }
    for (const auto* version : {"", "3", "3.8.9", "3.0.14", "2.99.99", "new", "3.x.0", "..."}) {
        INFO("crm_feature_set " << version);
        CHECK_FALSE(knows(version));
    }
}

TEST_CASE("an action stops working before it is killed and has at least half of its time") {
    for (const auto timeout : {1ms, 10ms, 499ms, 500ms, 600ms, 999ms, 1000ms, 5000ms, 20000ms, 60000ms, 3600000ms}) {
        const auto time = working_time(timeout);
        INFO("timeout " << timeout.count() << " ms, working time " << time.count() << " ms");
        CHECK(time < timeout);
        CHECK(time >= timeout / 2);
        CHECK(timeout - time <= 5s);
    }
    CHECK(working_time(20s) == 18s);
}

}  // namespace

}  // namespace ra
