// The library that the plugin `needs_library` needs, and which needs another one.
double prong_test_two();

double prong_test_twice(double x) { return prong_test_two() * x; }
