// The lines of a refusal.
#include "worker/refusal_text.hpp"

#include "limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace prong::worker {

namespace {

// File names and sonames may hold any byte, and the rest of a refusal is short.
std::string one_line(std::string text) {
  text.resize(std::min(text.size(), limits::failure_text_bytes_max / 4));
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

std::string RefusalText::lines() const {
  return fmt::format("{}\n{}\n{}", one_line(required), one_line(found), one_line(fix));
}

std::string RefusalText::sentence_of(const std::string& file) const {
  return fmt::format("cannot use {}: required {}; found {}; to mend it: {} [{}]",
                     one_line(file.empty() ? "it" : file), one_line(required), one_line(found), one_line(fix),
                     code);
}

bool is_shortage(int error) noexcept { return error == EMFILE || error == ENFILE || error == ENOMEM; }

RefusalText out_of_resources(std::string found) {
  return {.code = "out-of-resources",
          .required = "a free descriptor, and memory, to open the file with",
          .found = std::move(found),
          .fix = "raise the limits of open files and of memory (ulimit -n, ulimit -v)",
          .may_pass = true};
}

}  // namespace prong::worker
