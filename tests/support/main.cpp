#define CATCH_CONFIG_MAIN  // main of Catch2 2; that of Catch2 3 is in a library
#include "tests/support/catch.h"
