#pragma once

#include <string>
#include <vector>

#include "tests/unit/decide/cases/case_file.h"
#include "tests/unit/decide/cases/vocabulary.h"

namespace ra::cases {

// A state that changes with time, and by what pgpool is told.
class World {
 public:
    // "after 2 waits: LINE" is a line of state that comes true later. The error names file, line and text.
    [[nodiscard]] static Result<World> of(const Case& described, const std::filesystem::path& file,
                                          const std::vector<Phrases>& vocabulary);

    [[nodiscard]] const State& state() const { return state_; }
    [[nodiscard]] int waits() const { return waits_; }
    [[nodiscard]] bool has_time_for_effect() const { return waits_ < told_at_ + state_.time_for_effect; }

    [[nodiscard]] Classification look_at_processes() const;
    // As an action begins: main and one of its children, if that is enough.
    [[nodiscard]] Classification glance_at_processes() const;
    [[nodiscard]] RoleSight look_at_roles(bool is_whole) const;

    void wait();
    // pgpool does it at once, after some waits, or never; or it says why it refuses, or closes PCP.
    [[nodiscard]] std::string tell(const PcpRequest& request);
    void interrupt_stuck_workers();
    void end_streaming_check();
    // A standby becomes a primary on the next timeline, without pgpool's knowing.
    void promote_server(int id);

 private:
    struct Later {
        int waits;
        std::string line;
    };
    struct Pending {
        int waits;
        PcpRequest request;
    };

    [[nodiscard]] bool take_later(std::string_view line);
    void show_in_pcp(RoleFacts& facts) const;
    void have_effect();
    void fail_over(int lost);

    State state_;
    std::vector<Phrases> vocabulary_;
    std::vector<Later> later_;
    std::vector<Pending> pending_;
    int waits_ = 0;
    int told_at_ = 0;
};

}  // namespace ra::cases
