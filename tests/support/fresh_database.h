#pragma once

#include <cstdint>
#include <filesystem>

namespace ra::test {

// Puts a database of PostgreSQL into the directory `data`, as initdb leaves it, for the account of pgpool and
// PostgreSQL; everybody is trusted. initdb runs once in a build: what is put up is a copy, so that one can follow
// another.
void put_up_fresh_database(const std::filesystem::path& data);

// Makes the database in `data`, whose server does not run, a standby of the server on this port of 127.0.0.1.
void make_standby(const std::filesystem::path& data, std::uint16_t primary_port);

}  // namespace ra::test
