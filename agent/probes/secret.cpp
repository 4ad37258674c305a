#include "agent/probes/secret.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <span>

namespace ra::probe {

namespace {

std::string to_hex(std::span<const unsigned char> bytes) {
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

// Not by getrandom(), which glibc has from 2.25 on.
bool read_random(std::span<unsigned char> bytes) {
    std::ifstream device("/dev/urandom", std::ios::binary);
    device.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return device.gcount() == static_cast<std::streamsize>(bytes.size());
}

}  // namespace

Result<std::string> make_secret() {
    std::array<unsigned char, 16> random{};
    if (!read_random(random)) return Error{"cannot make a PCP account: /dev/urandom gives no random bytes"};
    const auto password = to_hex(random);
    std::array<unsigned char, 16> digest{};
    if (::EVP_Digest(password.data(), password.size(), digest.data(), nullptr, ::EVP_md5(), nullptr) != 1)
        return Error{"cannot make a PCP account: it needs an md5, which OpenSSL refuses on this host (FIPS mode?)"};
    return fmt::format("{} {}\n", password, to_hex(digest));
}

}  // namespace ra::probe
