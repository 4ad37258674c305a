#pragma once

#include "base/result.h"
#include "facts/settings.h"
#include "pgpool/pgpool_conf.h"

namespace ra {

// What pgpool.conf says, with pgpool's defaults. Of its endpoints a value that pgpool would refuse is an error that
// names the parameter, the value and the file; any other that cannot be read counts as the default, because pgpool
// itself refuses it at its start.
[[nodiscard]] PgpoolSettings read_settings(const PgpoolConf& conf);

// The same of the file. A syntax error names the file and the line.
[[nodiscard]] Result<PgpoolSettings> read_settings(const std::filesystem::path& file);

// Where it says that pgpool is reached, and which files it leaves behind.
[[nodiscard]] Result<Endpoints> endpoints(const PgpoolConf& conf);

}  // namespace ra
