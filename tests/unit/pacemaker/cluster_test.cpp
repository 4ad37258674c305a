#include "pacemaker/cluster.h"

#include "os/subprocess.h"
#include "tests/support/catch.h"

namespace ra::test {

TEST_CASE("node attributes are read from what attrd_updater prints") {
    using Values = std::map<std::string, int>;
    CHECK(parse_attributes("name=\"pingd\" host=\"a\" value=\"1000\"\n") == Values{{"a", 1000}});
    CHECK(parse_attributes("name=\"r\" host=\"a\" value=\"0\"\nname=\"r\" host=\"c\" value=\"2500\"\n") ==
          Values{{"a", 0}, {"c", 2500}});
    CHECK(parse_attributes("name=\"host=\" host=\"value=\" value=\"7\"") == Values{{"value=", 7}});
    CHECK(parse_attributes("name=\"pingd\" host=\"a\" value=\"\"").empty());
    CHECK(parse_attributes("name=\"pingd\" host=\"a\" value=\"7").empty());
    CHECK(parse_attributes("name=\"pingd\" host=\"a\" value=\"much\"").empty());
    CHECK(parse_attributes("Could not query value of pingd: attribute does not exist").empty());
    CHECK(parse_attributes("").empty());
}

TEST_CASE("an instance of a clone is told from a primitive, and both have the name of their resource") {
    const Environment primitive(Variables{{"OCF_RESOURCE_INSTANCE", "pgpool-001"}});
    const Environment clone(Variables{{"OCF_RESOURCE_INSTANCE", "pgpool:1"}, {"OCF_RESKEY_CRM_meta_clone", "1"}});
    CHECK(Cluster(primitive).resource() == "pgpool-001");
    CHECK(Cluster(clone).resource() == "pgpool");
    CHECK_FALSE(Cluster(primitive).is_clone());
    CHECK(Cluster(clone).is_clone());
    CHECK_FALSE(Cluster(clone).is_promotable());
}

}  // namespace ra::test
