// The one line of a refusal.
#include "registry/refusal.hpp"

#include "names/printable.hpp"

#include <fmt/format.h>

namespace prong::registry {

std::string Refusal::message() const {
  return fmt::format("{}: {}; required: {}; fix: {} [{}]", names::printable(file.native()),
                     names::printable(found), names::printable(required), names::printable(fix), code);
}

}  // namespace prong::registry
