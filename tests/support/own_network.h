#pragma once

#include <string>

#include "base/unique_fd.h"

namespace ra::test {

// As long as it lives, this process and what it starts have a network of their own with nothing but 127.0.0.0/8.
class OwnNetwork {
 public:
    OwnNetwork();
    ~OwnNetwork();
    OwnNetwork(const OwnNetwork&) = delete;
    OwnNetwork& operator=(const OwnNetwork&) = delete;

    // From now on what is sent to this address of 127.0.0.0/8 is lost without an answer.
    void lose_what_goes_to(const std::string& address) const;

 private:
    UniqueFd previous_;
};

}  // namespace ra::test
