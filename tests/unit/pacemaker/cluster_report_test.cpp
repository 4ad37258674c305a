#include "pacemaker/cluster_report.h"

#include "tests/support/catch.h"

namespace {

using namespace ra;
using namespace std::chrono_literals;
using Values = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

// A configuration as cibadmin prints it, with these resources and constraints.
std::string cib(const std::string& resources, const std::string& constraints = "", const std::string& options = "") {
    return "<cib crm_feature_set=\"3.16.1\" have-quorum=\"1\"><configuration>"
           "<crm_config><cluster_property_set id=\"o\">" +
           options + "</cluster_property_set></crm_config><nodes/><resources>" + resources +
           "</resources><constraints>" + constraints +
           "</constraints>"
           "<rsc_defaults><meta_attributes id=\"d\"><nvpair name=\"failure-timeout\" value=\"60s\"/>"
           "<nvpair name=\"multiple-active\" value=\"stop_only\"/></meta_attributes></rsc_defaults>"
           "</configuration><status/></cib>";
}

std::string pgpool(const std::string& content) {
    return "<primitive id=\"pgpool\" class=\"ocf\" provider=\"custom\" type=\"pgpool\">" + content + "</primitive>";
}

const std::string blocking =
    "<meta_attributes id=\"m\"><nvpair name=\"multiple-active\" value=\"block\"/></meta_attributes>";

ConfiguredResource only_pgpool(const std::string& xml) {
    const auto configuration = parse_cluster_configuration(xml);
    REQUIRE(configuration);
    REQUIRE(configuration->pgpools.size() == 1);
    return configuration->pgpools.front();
}

std::string status(const std::string& root, const std::string& resources) {
    return "<" + root +
           "><summary><current_dc present=\"true\" with_quorum=\"true\"/></summary><nodes>"
           "<node name=\"a\" online=\"true\" unclean=\"false\"/><node name=\"c\" online=\"false\" unclean=\"false\"/>"
           "<node name=\"d\" online=\"true\" unclean=\"true\"/></nodes><resources>" +
           resources +
           "</resources><node_attributes><node name=\"a\"><attribute name=\"pingd\" value=\"1\"/></node>"
           "</node_attributes></" +
           root + ">";
}

}  // namespace

TEST_CASE("a primitive has its parameters, and its own meta attributes before the defaults for all") {
    const auto resource = only_pgpool(
        cib(pgpool("<instance_attributes id=\"i\"><nvpair name=\"user\" value=\"pg &amp; co\"/></instance_attributes>" +
                   blocking)));
    CHECK(resource.id == "pgpool");
    CHECK(resource.parameters == Values{{"user", "pg & co"}});
    CHECK(resource.meta == Values{{"multiple-active", "block"}, {"failure-timeout", "60s"}});
    CHECK_FALSE(resource.promotable);
    CHECK_FALSE(resource.has_role_monitor);
}

TEST_CASE("a resource in a group knows the others of it, and has the group's meta attributes behind its own") {
    const auto resource = only_pgpool(cib("<group id=\"service\">" + blocking +
                                          "<primitive id=\"vip\" class=\"ocf\" provider=\"heartbeat\" "
                                          "type=\"IPaddr2\"/>" +
                                          pgpool("") + "<primitive id=\"web\" class=\"lsb\" type=\"web\"/></group>"));
    CHECK(resource.group == "service");
    CHECK(resource.other_members == Names{"vip", "web"});
    CHECK(resource.meta.at("multiple-active") == "block");
}

TEST_CASE("a clone is promotable by its meta attribute, or by its element in older versions") {
    const auto [open, close, promotable] = GENERATE(table<std::string, std::string, bool>({
        {"<clone id=\"k\"><meta_attributes id=\"m\"><nvpair name=\"promotable\" value=\"true\"/></meta_attributes>",
         "</clone>", true},
        {"<clone id=\"k\">", "</clone>", false},
        {"<master id=\"k\">", "</master>", true},
    }));
    const auto resource = only_pgpool(cib(open + pgpool("") + close));
    CHECK(resource.clone == "k");
    CHECK(resource.promotable == promotable);
}

TEST_CASE("a monitor that looks at roles is found by its level") {
    const auto with_level = [](const std::string& name, const std::string& level) {
        return only_pgpool(cib(pgpool("<operations><op name=\"" + name +
                                      "\" interval=\"30s\"><instance_attributes id=\"x\"><nvpair "
                                      "name=\"OCF_CHECK_LEVEL\" value=\"" +
                                      level + "\"/></instance_attributes></op></operations>")))
            .has_role_monitor;
    };
    CHECK(with_level("monitor", "10"));
    CHECK(with_level("monitor", "20"));
    CHECK_FALSE(with_level("monitor", "0"));
    CHECK_FALSE(with_level("start", "10"));
}

TEST_CASE("the shortest interval of the recurring monitors, in each unit that Pacemaker reads") {
    const auto with_intervals = [](const std::vector<std::string>& intervals) {
        std::string operations;
        for (const auto& interval : intervals) operations += "<op name=\"monitor\" interval=\"" + interval + "\"/>";
        return only_pgpool(
                   cib(pgpool("<operations><op name=\"start\" interval=\"1s\"/>" + operations + "</operations>")))
            .shortest_monitor;
    };
    CHECK(with_intervals({}) == 0s);
    CHECK(with_intervals({"0s", "0"}) == 0s);
    CHECK(with_intervals({"30s", "10s", "0s"}) == 10s);
    CHECK(with_intervals({"1min", "20"}) == 20s);
    CHECK(with_intervals({"1m", "2h"}) == 60s);
    CHECK(with_intervals({"1500ms"}) == 1500ms);
    CHECK(with_intervals({"3sec", "PT1S", ""}) == 3s);
}

TEST_CASE("the rules of locations name the attributes that they ask for") {
    const auto constrained_by = [](const std::string& constrained, const std::string& expression) {
        return only_pgpool(cib("<group id=\"service\">" + pgpool("") + "</group>",
                               "<rsc_location id=\"l\" rsc=\"" + constrained +
                                   "\"><rule id=\"r\" score=\"-INFINITY\">" + expression + "</rule></rsc_location>"));
    };
    const std::string low = "<expression attribute=\"pingd\" operation=\"lt\" value=\"1\"/>";
    const std::string missing = "<expression attribute=\"pingd\" operation=\"not_defined\"/>";
    const auto constrained = GENERATE(as<std::string>(), "service", "pgpool");
    CHECK(constrained_by(constrained, low).attributes_of_locations == std::set<std::string>{"pingd"});
    CHECK_FALSE(constrained_by(constrained, low).has_rule_on_missing_attribute);
    CHECK(constrained_by(constrained, low + missing).has_rule_on_missing_attribute);
    CHECK(constrained_by("other", low).attributes_of_locations.empty());
}

TEST_CASE("fencing needs a device, and to be enabled") {
    const std::string device = "<primitive id=\"f\" class=\"stonith\" type=\"fence_ipmilan\"/>";
    const std::string off = "<nvpair name=\"stonith-enabled\" value=\"false\"/>";
    CHECK(parse_cluster_configuration(cib(device))->fences);
    CHECK(parse_cluster_configuration(cib("<clone id=\"k\">" + device + "</clone>"))->fences);
    CHECK_FALSE(parse_cluster_configuration(cib(device, "", off))->fences);
    CHECK_FALSE(parse_cluster_configuration(cib(""))->fences);
}

TEST_CASE("resources of other agents, and other providers' pgpool, are not ours") {
    const auto configuration =
        parse_cluster_configuration(cib("<primitive id=\"x\" class=\"ocf\" provider=\"heartbeat\" type=\"pgpool\"/>"
                                        "<primitive id=\"y\" class=\"lsb\" type=\"pgpool\"/>"));
    REQUIRE(configuration);
    CHECK(configuration->pgpools.empty());
}

TEST_CASE("the answers of old and new versions tell where the resource is active") {
    const auto root = GENERATE(as<std::string>(), "pacemaker-result", "crm_mon");
    const auto found = parse_cluster_status(
        status(root,
               "<group id=\"service\"><resource id=\"pgpool\" role=\"Started\" active=\"true\" blocked=\"true\" "
               "managed=\"true\"><node name=\"a\"/><node name=\"c\"/></resource>"
               "<resource id=\"other\" role=\"Started\" active=\"true\" blocked=\"false\"><node name=\"d\"/></resource>"
               "</group>"),
        "pgpool");
    REQUIRE(found);
    CHECK(found->active == std::vector<ClusterStatus::Active>{{"a", "Started"}, {"c", "Started"}});
    CHECK(found->is_blocked);
    CHECK(found->is_managed);
    CHECK(found->has_quorum);
    CHECK(found->online == Names{"a"});
    CHECK(found->offline == Names{"c", "d"});
    CHECK(found->attributes.at("a") == Values{{"pingd", "1"}});
}

TEST_CASE("the instances of a clone are gathered, and a stopped one is active nowhere") {
    const auto found = parse_cluster_status(
        status("crm_mon",
               "<clone id=\"k\"><resource id=\"pgpool:0\" role=\"Promoted\" active=\"true\" blocked=\"false\" "
               "managed=\"false\"><node name=\"a\"/></resource>"
               "<resource id=\"pgpool:1\" role=\"Stopped\" active=\"false\" blocked=\"false\"/></clone>"),
        "pgpool");
    REQUIRE(found);
    CHECK(found->active == std::vector<ClusterStatus::Active>{{"a", "Promoted"}});
    CHECK_FALSE(found->is_blocked);
    CHECK_FALSE(found->is_managed);
}

TEST_CASE("a node is fenced at the last time that it was powered off with success") {
    const auto fenced = [](const std::string& events) {
        const auto found = parse_cluster_status(
            "<pacemaker-result><nodes/><fence_history>" + events + "</fence_history></pacemaker-result>", "pgpool");
        REQUIRE(found);
        return found->fenced;
    };
    const auto event = [](const std::string& action, const std::string& status, const std::string& completed) {
        return "<fence_event action=\"" + action + "\" target=\"a\" status=\"" + status + "\" completed=\"" +
               completed + "\"/>";
    };
    using Fenced = std::map<std::string, std::chrono::sys_seconds>;
    const std::chrono::sys_seconds moment{std::chrono::seconds(1'769'862'605)};  // 2026-01-31 12:30:05 UTC
    for (const auto* text : {"2026-01-31 12:30:05Z", "2026-01-31 12:30:05.123456Z", "2026-01-31 12:30:05.1 +00:00",
                             "2026-01-31 13:30:05 +01:00", "2026-01-31 07:00:05 -05:30"}) {
        INFO(text);
        CHECK(fenced(event("off", "success", text)) == Fenced{{"a", moment}});
        CHECK(fenced(event("reboot", "success", text)) == Fenced{{"a", moment}});
        CHECK(fenced(event("on", "success", text)).empty());
        CHECK(fenced(event("off", "failed", text)).empty());
        CHECK(fenced(event("off", "pending", text)).empty());
    }
    for (const auto* text : {"", "yesterday", "2026-01-31", "2026-01-31 12:30:05", "2026-01-31 12:30:05Z, or so"})
        CHECK(fenced(event("off", "success", text)).empty());
    CHECK(fenced(event("off", "success", "2026-01-31 12:30:05Z") + event("off", "success", "2026-01-30 12:30:05Z")) ==
          Fenced{{"a", moment}});
}

TEST_CASE("what is no XML, or not the expected one, is an error") {
    CHECK_FALSE(parse_cluster_configuration(""));
    CHECK_FALSE(parse_cluster_configuration("Could not connect to the CIB"));
    CHECK_FALSE(parse_cluster_configuration("<cib><configuration/></cib>"));
    CHECK_FALSE(parse_cluster_status("", "pgpool"));
    CHECK_FALSE(parse_cluster_status("<crm_mon>", "pgpool"));
}

TEST_CASE("the votes of Corosync tell of two nodes and of a third vote") {
    const auto two = parse_votes("quorum.provider (str) = corosync_votequorum\nquorum.two_node (u8) = 1\n");
    CHECK(two.two_node);
    CHECK_FALSE(two.has_device);
    CHECK(parse_votes("quorum.two_node (u8) = 1\nquorum.device.model (str) = net\n").has_device);
    CHECK_FALSE(parse_votes("quorum.two_node (u8) = 0\n").two_node);
    CHECK_FALSE(parse_votes("").two_node);
}
