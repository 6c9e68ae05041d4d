// The module `bench`: what the shipped plugins have no use for.
#include <prong/plugin.hpp>

#include <string_view>

namespace bench {
std::string_view echo(std::string_view text) { return text; }
}  // namespace bench

PRONG_MODULE(bench, "Functions to measure with", "1.0.0", "MIT")
PRONG_MAP(bench, echo, "The text", text)
