// The one line of a refusal, and the refusal that has two causes.
#include "registry/refusal.hpp"

#include "names/printable.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace prong::registry {

std::string Refusal::message() const {
  return fmt::format("{}: {}; required: {}; fix: {} [{}]", names::printable(file.native()),
                     names::printable(found), names::printable(required), names::printable(fix), code);
}

Refusal unreadable(const std::filesystem::path& file, int error, Refusal words) {
  if (error == EMFILE || error == ENFILE || error == ENOMEM) {
    return {.code = "out-of-resources",
            .file = file,
            .required = "a free descriptor, and memory, to look at it with",
            .found = std::strerror(error),
            .fix = "raise the limits of open files and of memory (ulimit -n, ulimit -v)"};
  }
  words.code = "unreadable";
  words.file = file;
  return words;
}

}  // namespace prong::registry
