# The upstream packages pgpool-II
set(PGPOOL_BINARY "/usr/bin/pgpool" CACHE FILEPATH "Default of the parameter binary")
set(PGPOOL_CONFIG "/etc/pgpool-II/pgpool.conf" CACHE FILEPATH "Default of the parameter config")
set(PGPOOL_PCP_CONFIG "/etc/pgpool-II/pcp.conf" CACHE FILEPATH "Default of the parameter pcp_config")
set(PGPOOL_HBA_CONFIG "/etc/pgpool-II/pool_hba.conf" CACHE FILEPATH "Default of the parameter hba_config")
set(PGPOOL_USER "postgres" CACHE STRING "Default of the parameter user")
set(PGPOOL_LOG "/var/log/pgpool_log/pgpool.log" CACHE FILEPATH "Default of the parameter log")
set(PGPOOL_PID_FILE "/var/run/pgpool/pgpool.pid" CACHE FILEPATH "pgpool's own default of pid_file_name")
set(PGPOOL_SOCKET_DIR "/tmp" CACHE PATH "pgpool's own default of its socket directories")
