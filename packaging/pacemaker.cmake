# What the metadata says differs between releases of Pacemaker: by default it is written for the one of this machine, or for a
# new one where there is none.

find_program(CRM_RESOURCE crm_resource DOC "crm_resource of the Pacemaker that the agent is for")

# Pacemaker before 2.1 knows the promoted role as "Master" only, and refuses the other word in a configuration.
set(detected_role Promoted)
if(CRM_RESOURCE)
    execute_process(COMMAND ${CRM_RESOURCE} --version OUTPUT_VARIABLE crm_resource_says ERROR_QUIET)
    if(crm_resource_says MATCHES "Pacemaker ([0-9]+\\.[0-9]+)" AND CMAKE_MATCH_1 VERSION_LESS 2.1)
        set(detected_role Master)
    endif()
endif()
set(PROMOTED_ROLE ${detected_role} CACHE STRING
    "The word for the promoted role in the metadata: Promoted, or Master for Pacemaker before 2.1")
set_property(CACHE PROMOTED_ROLE PROPERTY STRINGS Promoted Master)
message(STATUS "The promoted role is called ${PROMOTED_ROLE}")

# There, too, any parameter that is not unique counts as reloadable where the agent has a reload: a new binary, user or
# option would be answered with a SIGHUP, and have no effect. The action can still be called by hand.
if(PROMOTED_ROLE STREQUAL Master)
    set(RELOAD_ACTION "")
else()
    set(RELOAD_ACTION "<action name=\"reload\" timeout=\"20s\"/>\n")
endif()
