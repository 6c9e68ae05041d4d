// Tests of the plugin SDK: functions of a real plugin, called as a worker calls them.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
