# cpack -G DEB and cpack -G RPM, from a build directory. The paths that the agent has as defaults are those of
# PGPOOL_PACKAGING, so a package is built on the kind of system that it is for.

# Named after its provider, as other agents that come in a package of their own; no package system takes "_" or "A".
string(TOLOWER "resource-agents-${OCF_PROVIDER}-pgpool" CPACK_PACKAGE_NAME)
string(REPLACE "_" "-" CPACK_PACKAGE_NAME ${CPACK_PACKAGE_NAME})
set(CPACK_PACKAGE_VENDOR ${PROJECT_NAME})
set(CPACK_PACKAGE_CONTACT "${PROJECT_NAME} <noreply@${PROJECT_NAME}.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Pacemaker resource agent for Pgpool-II")
set(CPACK_PACKAGE_DESCRIPTION
"ocf:${OCF_PROVIDER}:pgpool manages Pgpool-II as a resource of a Pacemaker cluster
and takes the place of its init script. It looks at pgpool's whole process
tree, makes pgpool's node roles follow PostgreSQL, and gets the cluster out of
a cut of the network without an administrator. Installing it changes no
cluster and no pgpool.")

# The agent has absolute places below OCF_ROOT; the rest goes below /usr.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_RELOCATABLE OFF)

# pgpool, and its libpcp with it, is no dependency: a node that only votes needs none, pgpool may come from elsewhere, and
# an upgrade of it must not be held up by the agent. The agent calls crm_attribute and crm_resource. With fping a site that
# is cut off gives up sooner.
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "pacemaker-cli-utils")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "pgpool2, fping")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "pcs | crmsh")

# rpm wants a word about the licence; none was chosen. It finds the libraries by itself.
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_RELEASE 1)
set(CPACK_RPM_PACKAGE_RELEASE_DIST ON)
set(CPACK_RPM_PACKAGE_LICENSE "none chosen")
set(CPACK_RPM_PACKAGE_GROUP "System Environment/Base")
set(CPACK_RPM_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_RPM_PACKAGE_REQUIRES "pacemaker-cli")
set(CPACK_RPM_PACKAGE_AUTOREQ ON)
set(CPACK_RPM_SPEC_MORE_DEFINE "%define _build_id_links none")
# What has an absolute place would be taken for a configuration file, and kept as it was at an upgrade.
set(CPACK_RPM_USER_FILELIST
    "%attr(0755,root,root) ${OCF_ROOT}/resource.d/${OCF_PROVIDER}/pgpool"
    "%attr(0755,root,root) ${PGPOOL_ASK_DIRECTORY}/pgpool-ask-pcp"
    "%attr(0755,root,root) ${PGPOOL_ASK_DIRECTORY}/pgpool-ask-postgres")
# Directories that other packages own.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
    ${OCF_ROOT} ${OCF_ROOT}/resource.d ${OCF_ROOT}/lib /usr/${CMAKE_INSTALL_MANDIR} /usr/${CMAKE_INSTALL_MANDIR}/man7)

include(CPack)
