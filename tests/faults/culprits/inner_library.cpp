// The library that the library of the plugin `needs_library` needs.
double prong_test_two() { return 2; }
