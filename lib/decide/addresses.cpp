#include "decide/addresses.h"

namespace ra {

bool addresses_collide(std::string_view address, std::string_view wanted) {
    const bool any = address == "0.0.0.0" || address == "::";
    if (any || wanted == "*" || wanted == "0.0.0.0" || wanted == "::") return true;
    if (wanted == "localhost") return address == "127.0.0.1" || address == "::1";
    return address == wanted;
}

}  // namespace ra
