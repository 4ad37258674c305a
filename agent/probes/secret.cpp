#include "agent/probes/secret.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <span>

namespace ra::probe {

namespace {

std::string to_hex(std::span<const unsigned char> bytes) {
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace

Result<std::string> make_secret() {
    std::array<unsigned char, 16> random{};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
        return system_error("get", "random bytes", errno);
    const auto password = to_hex(random);
    std::array<unsigned char, 16> digest{};
    if (::EVP_Digest(password.data(), password.size(), digest.data(), nullptr, ::EVP_md5(), nullptr) != 1)
        return Error{"cannot make an md5, which pgpool's pcp.conf wants: this system's OpenSSL refuses it"};
    return fmt::format("{} {}\n", password, to_hex(digest));
}

}  // namespace ra::probe
