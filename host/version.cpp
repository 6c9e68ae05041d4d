// The version, from the build.
#include <prong/version.hpp>

namespace prong {

std::string_view version() noexcept { return PRONG_VERSION; }

}  // namespace prong
