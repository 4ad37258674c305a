// Fault matrix: two actions at once.

#include "tests/integration/fault_matrix.h"
#include "tests/support/catch.h"

namespace ra::test {

namespace {

using enum ExitCode;

}  // namespace

TEST_CASE("fault matrix: two actions at once") {
    play_pairs("two actions at once",
               {
                   {"it does not run", put_up<State>, {"start", {success}}, {"start", {success}}, {success}},
                   {"it does not run",
                    put_up<State>,
                    {"start", {success, generic_error}},
                    {"stop", {success}},
                    {success, not_running}},
                   {"it does not run",
                    put_up<State>,
                    {"start", {success}},
                    {"monitor 10", {success, degraded, not_running, generic_error}},
                    {success}},
                   {"it does not run", put_up<State>, {"stop", {success}}, {"stop", {success}}, {not_running}},
                   {"its main process is dead", put_up<Orphans>, {"start", {success}}, {"start", {success}}, {success}},
                   {"its main process is dead",
                    put_up<Orphans>,
                    {"start", {success, generic_error}},
                    {"stop", {success}},
                    {success, not_running}},
                   {"its main process is dead",
                    put_up<Orphans>,
                    {"stop", {success}},
                    {"monitor 0", {generic_error, not_running}},
                    {not_running}},
                   {"it serves", put_up<Healthy>, {"stop", {success}}, {"stop", {success}}, {not_running}},
                   {"it serves",
                    put_up<Healthy>,
                    {"stop", {success}},
                    {"start", {success, generic_error}},
                    {success, not_running}},
                   {"it serves",
                    put_up<Healthy>,
                    {"stop", {success}},
                    {"monitor 10", {success, degraded, not_running, generic_error}},
                    {not_running}},
                   {"it serves",
                    put_up<Healthy>,
                    {"stop", {success}},
                    {"promote", {success, not_running, generic_error}},
                    {not_running}},
                   {"it serves",
                    put_up<Healthy>,
                    {"monitor 10", {success, running_promoted}},
                    {"promote", {success}},
                    {running_promoted}},
                   {"it serves", put_up<Healthy>, {"monitor 20", {success}}, {"monitor 10", {success}}, {success}},
                   {"it serves", put_up<Healthy>, {"reload", {success}}, {"monitor 10", {success}}, {success}},
               });
}

}  // namespace ra::test
