// The library that the plugin `needs_library` needs.
double prong_test_twice(double x) { return 2 * x; }
